"""Managers of the rows that belong to a discussion."""

from typing import Any

from django.db import models

from .discussion import locked_discussion


def of_locked_discussion(rows: Any) -> Any:
    """The rows of the discussion that is locked here, by its key; all of them if none is locked."""
    held = locked_discussion.get()
    return rows if held is None else rows.filter(discussion=held.pk)


class ChildManager(models.Manager):
    """Rows that belong to a discussion: only those of the locked one, while one is locked.

    Everything that happens under the lock of a discussion is about that discussion. So a key of
    another one is not found, and every statement says where its rows are. Limits and the history of
    a commenter, which concern the whole site, ask `everywhere`.
    """

    def get_queryset(self) -> Any:
        return of_locked_discussion(super().get_queryset())

    def everywhere(self) -> Any:
        """The rows of all discussions, whether or not one is locked."""
        return super().get_queryset()
