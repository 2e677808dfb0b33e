"""Public pages that are read: one module and one route for each page.

`article`, `branch`, `history`, `point`, `reply`, `responses`, `home`, `author`, `archive`, `search`
and so on are pages. `article_base` has what pages of an article share, `outline` arranges their
comments, `pagination` divides them.

What makes a page stale: `page_cache` stores pages under a version. An article's changes with
`Discussion.page_version`, the version of lists with `models.site.version`. `discussions` sets a new
one whenever a reader could see a change (`Discussion.mark_visible`).
"""
