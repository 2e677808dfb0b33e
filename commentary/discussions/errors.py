"""Why something was not done."""


class Refusal(Exception):
    """Something was not done, for a reason that whoever asked for it may read."""


class AlreadyDecided(Refusal):
    """The comment is no longer in a state from which this verb may start, or has changed since
    the moderator's page was made."""


class NotOpen(Refusal):
    """A comment was sent to a place that is closed, or that is not there any more."""


class Stale(Refusal):
    """The words have changed since the form was made that would replace them."""


class NotYours(Refusal):
    """Somebody other than its writer tried to change a comment, or its time to be changed is
    over."""


class TooMany(Refusal):
    """A limit is reached; `retry_after` says in how many seconds to try again."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Duplicate(Refusal):
    """The same writer sent the same words to the same discussion before."""
