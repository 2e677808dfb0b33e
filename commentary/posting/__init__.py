"""Forms of readers: comments, edits, withdrawals, requests for another look, and reports.

`respond`, `edit`, `withdraw`, `second_look` and `report` each handle one form of `forms`. They call `discussions`
and return a response from `answers`. Whether a comment can be added is decided by
`discussions.permission.may_comment`; rate limits are in `discussions.limits`, moderation rules in
`discussions.screening`.
"""
