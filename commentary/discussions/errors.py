"""Refusals: exceptions that become a sentence for the user."""


class Refusal(Exception):
    """An action was refused, for a reason that can be shown to whoever asked for it."""


class AlreadyDecided(Refusal):
    """The comment's status does not allow this decision, or it has changed since the moderator saw
    it.
    """


class NotOpen(Refusal):
    """The discussion or branch is closed, or the comment replied to is no longer public."""


class Stale(Refusal):
    """The text has changed since the form was opened."""


class NotYours(Refusal):
    """The comment belongs to another commenter, or can no longer be changed."""


class TooMany(Refusal):
    """A rate limit is reached. `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Duplicate(Refusal):
    """The commenter has already posted the same text to this discussion."""
