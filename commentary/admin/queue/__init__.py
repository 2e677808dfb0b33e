"""The moderation queue.

`views` serve it, `filters` select its comments, `items` and `context` prepare what is shown, and
`labels` has its words. Text written by readers is passed on as plain text.
"""
