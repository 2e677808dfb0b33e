"""Managers for rows that belong to a discussion."""

from typing import TypeVar

from django.db import models

from .discussion import locked_discussion

M = TypeVar("M", bound=models.Model)
Rows = TypeVar("Rows", bound=models.QuerySet)


def of_locked_discussion(rows: Rows) -> Rows:
    """Limit `rows` to the locked discussion, or return all of them if none is locked."""
    held = locked_discussion.get()
    return rows if held is None else rows.filter(discussion=held.pk)


class ChildManager(models.Manager[M]):
    """While a discussion is locked, finds only rows of that discussion.

    Code under the lock works on one discussion, so a key from another one is not found, and every
    statement names its discussion. Rate limits and a commenter's history span the site; they use
    `everywhere`.
    """

    def get_queryset(self) -> models.QuerySet[M]:
        return of_locked_discussion(super().get_queryset())

    def everywhere(self) -> models.QuerySet[M]:
        """Return the rows of all discussions, even while one is locked."""
        return super().get_queryset()
