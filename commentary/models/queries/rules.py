from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .dated import M


class RuleQuerySet(models.QuerySet[M]):
    """Moderation rules."""

    def in_force(self, article_id: int) -> Self:
        """Return the rules that currently apply to comments on this article."""
        return self.filter(
            Q(article=None) | Q(article=article_id),
            Q(ends_at=None) | Q(ends_at__gt=timezone.now()),
            is_active=True,
        ).order_by("pk")

    def state(self) -> list[models.Subquery]:
        """Return SQL expressions whose values change when any of these rules is added or changed."""
        rules = self.order_by().annotate(all=models.Value(1)).values("all")
        return [
            models.Subquery(rules.annotate(state=aggregate).values("state"))
            for aggregate in (models.Count("pk"), models.Max("pk"), models.Max("changed_at"))
        ]
