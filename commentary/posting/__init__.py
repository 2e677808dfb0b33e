"""What readers send: comments, edits, withdrawals and reports.

`respond`, `edit`, `withdraw` and `report` each handle one form of `forms`: they call `discussions`
and answer with `answers`. Whether a comment may be added is decided by
`discussions.permission.may_comment`; limits on posting are in `discussions.limits`, moderation rules
in `discussions.screening`.
"""
