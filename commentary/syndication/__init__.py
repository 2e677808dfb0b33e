"""Documents for other programs: Atom feeds, sitemaps and robots.txt.

`feeds` and `search_feed` choose what a feed lists; `atom` writes it. Their URLs are cached as pages
are, see `reading.page_cache`.
"""
