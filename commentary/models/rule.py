from datetime import datetime
from typing import Unpack

from django.db import models
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..text.phrases import colon
from .audit import NETWORKS_KEPT
from .saving import SaveOptions
from .submission import Submission


class Rule(models.Model):
    """A moderation rule: why a new comment is held or rejected, or published although others hold
    it.
    """

    class Kind(models.TextChoices):
        WORDS = "words", _("Words or phrases")
        LINKS = "links", _("Number of links")
        DOMAIN = "domain", _("Link to a domain")
        NAME = "name", _("Name")
        EMAIL = "email", _("E-mail address")
        NETWORK = "network", _("Network")
        COMMENTER = "commenter", _("Commenter")
        FIRST = "first", _("First-time commenter")
        NEW_LINKS = "new_links", _("Links in a first comment")
        EVERYTHING = "everything", _("All comments")

    class Action(models.TextChoices):
        HOLD = "hold", _("hold")
        REJECT = "reject", _("reject")
        TRUST = "trust", _("publish at once")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    pattern = models.TextField(
        _("match"),
        blank=True,
        help_text=_(
            "One per line: words, phrases, domains, names, e-mail addresses, or hashes of networks "
            "or commenters. Case and accents are ignored, and only whole words match."
        ),
    )
    least = models.PositiveSmallIntegerField(
        _("minimum links"), default=1, help_text=_("Used only by rules that count links.")
    )
    action = models.CharField(
        _("action"), max_length=6, choices=Action.choices, default=Action.HOLD
    )
    article = models.ForeignKey(
        "commentary.Article",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("only for this article"),
    )
    ends_at = models.DateTimeField(
        _("expires"),
        null=True,
        blank=True,
        help_text=_(
            "Leave blank for no end date. Network rules expire at most 30 days after the last "
            "comment from that network, because network hashes aren’t kept longer."
        ),
    )
    is_active = models.BooleanField(pgettext_lazy("rule", "active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("rule")
        verbose_name_plural = _("rules")

    def __str__(self) -> str:
        first = self.pattern.strip().splitlines()
        return (
            f"{self.get_kind_display()}{colon()}{first[0][:60]}"
            if first
            else self.get_kind_display()
        )

    def save(self, **options: Unpack[SaveOptions]) -> None:
        """Save the rule. A rule for networks ends no later than the hashes it lists."""
        if self.kind == self.Kind.NETWORK:
            latest = self.hashes_end_at
            self.ends_at = min(self.ends_at or latest, latest)
            if (wanted := options.get("update_fields")) is not None:
                options["update_fields"] = {*wanted, "ends_at"}
        super().save(**options)

    @property
    def hashes_end_at(self) -> datetime:
        """When the listed network hashes stop matching: 30 days after their last comment, or after
        the rule was created if there is none.
        """
        sent = Submission.objects.everywhere().filter(network__in=self.patterns)
        last = sent.aggregate(last=Max("created_at"))["last"]
        return (last or self.created_at or timezone.now()) + NETWORKS_KEPT

    @property
    def is_in_force(self) -> bool:
        """Whether the rule applies now."""
        return self.is_active and (self.ends_at is None or self.ends_at > timezone.now())

    @property
    def patterns(self) -> list[str]:
        """The patterns, one per line."""
        return [line.strip() for line in self.pattern.splitlines() if line.strip()]
