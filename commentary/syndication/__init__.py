"""Documents for other programs: Atom feeds, sitemaps and robots.txt.

`feeds` and `search_feed` choose the entries of a feed; `atom` writes it. They are cached like
pages, see `reading.page_cache`.
"""
