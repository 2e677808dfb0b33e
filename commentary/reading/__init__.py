"""Public pages: one module and one route for each page.

`article`, `branch`, `history`, `point`, `reply`, `responses`, `home`, `author`, `archive`, `search`
and so on are pages. `article_base` has what the pages of an article share, `pagination` divides their
comments into pages, `outline` arranges those of one page and `cards` writes them.

`page_cache` stores each page under a version: that of its article (`Discussion.page_version`), or
that of lists (`models.site.SiteState.version`). `discussions` sets a new version whenever a change is visible
to readers (`Discussion.mark_visible`).
"""
