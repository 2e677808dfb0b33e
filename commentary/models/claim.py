"""Who is looking at which comment."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import ngettext

from ..resilience.read_only import is_read_only
from ..text.phrases import listed_with_and
from .row_key import RowKey


class Claim(models.Model):
    """The comment that an editor looked at last, which others see for some minutes.

    It never keeps anyone from deciding. An editor has at most one, so the table stays small and a
    claim needs no end. It has no foreign key to the comment, which an undone import may remove.
    """

    LASTS = timedelta(minutes=5)

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    discussion_key = models.PositiveBigIntegerField()
    comment_key = models.PositiveBigIntegerField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"claim on comment {self.discussion_key}-{self.comment_key}"

    @classmethod
    def make(cls, user: User, comment: RowKey) -> None:
        """Note that a user looks at this comment now, and no longer at another. One statement, none
        in read-only mode.
        """
        if is_read_only():
            return
        claim = cls(
            user=user,
            discussion_key=comment.discussion_id,
            comment_key=comment.pk,
            seen_at=timezone.now(),
        )
        cls._default_manager.bulk_create(
            [claim],
            update_conflicts=True,
            unique_fields=["user"],
            update_fields=["discussion_key", "comment_key", "seen_at"],
        )

    @classmethod
    def of_others(cls, user: User) -> dict[RowKey, str]:
        """Return in words who else looks at which comment now: "Ines is looking at this". One query,
        for any number of comments.
        """
        recent = cls._default_manager.filter(seen_at__gte=timezone.now() - cls.LASTS)
        found: dict[RowKey, list[str]] = {}
        for claim in recent.exclude(user=user).select_related("user").order_by("user__username"):
            key = RowKey(claim.discussion_key, claim.comment_key)
            name = claim.user.get_full_name() or claim.user.get_username()
            found.setdefault(key, []).append(name)
        return {key: _in_words(names) for key, names in found.items()}


def _in_words(names: list[str]) -> str:
    text = ngettext("%(who)s is looking at this", "%(who)s are looking at this", len(names))
    return text % {"who": listed_with_and(names)}
