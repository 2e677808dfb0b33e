"""What was sent, why it was held, what readers complained of, what was decided and by whom."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import AuditQuerySet, ReportQuerySet, RuleQuerySet

# How long the hash of a network stays the same: see `senders.networks_of`.
NETWORKS_KEPT = timedelta(days=30)


class AuditEntry(models.Model):
    """One decision. Entries are added and never changed; PostgreSQL refuses both by a trigger.

    `actor` is None when no account of this site acted; `actor_name` says who did ("source", "a
    reader"), and keeps the name of an account as it was. `batch` is shared by the entries of one
    act on many. `undoes` is the entry that this one takes back; `kept` what its inverse needs.
    """

    created_at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    actor_name = models.CharField(_("who"), max_length=150)
    verb = models.CharField(_("what"), max_length=20)
    discussion = models.ForeignKey(
        "commentary.Discussion",
        on_delete=models.PROTECT,
        related_name="audit_entries",
        verbose_name=_("discussion"),
    )
    comment = models.ForeignKey(
        "commentary.Comment",
        on_delete=models.PROTECT,
        null=True,
        related_name="audit_entries",
        verbose_name=_("comment"),
    )
    tie = models.ForeignKey(
        "commentary.Tie",
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="audit_entries",
        verbose_name=_("tie to a point"),
    )
    reason = models.CharField(_("why"), max_length=500, blank=True)
    before = models.CharField(_("before"), max_length=20, blank=True)
    after = models.CharField(_("after"), max_length=20, blank=True)
    batch = models.UUIDField(_("batch"), null=True, db_index=True)
    undoes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="undone_by",
        verbose_name=_("takes back"),
    )
    kept = models.JSONField(default=dict, editable=False)

    objects = AuditQuerySet.as_manager()

    # What an editor does to words: to those of the comment, or else to those of the article.
    REWORDINGS = ("correct", "restore")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit trail")
        indexes = [models.Index("tie", condition=Q(tie__isnull=False), name="entry_of_tie")]
        permissions = [("moderate", "Can decide on comments and close or reopen threads")]

    def __str__(self) -> str:
        return f"{self.verb} by {self.actor_name}"

    @property
    def is_about_words(self) -> bool:
        """Whether words were changed, or changed back, and nothing else."""
        return (self.undoes or self).verb in self.REWORDINGS


class Submission(models.Model):
    """How a comment written here arrived; imported comments have none.

    Beside the comment and not in it: whatever stands there is rewritten when a reply shifts its
    row. `writer` is a keyed hash of the random key in the writer's cookie, `network` one of the
    network prefix, under a key that changes every month. `held` lists the rules that held it:
    ``[{"rule": 3, "label": "Links", "why": "2 links", "found": ["…"]}]``. `is_reviewed` is False
    of what became public without a moderator: no rule held it, and nobody has decided since.
    `edits` counts how often the writer changed it, the last time at `edited_at`.
    """

    comment = models.OneToOneField(
        "commentary.Comment",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="submission",
    )
    discussion = models.ForeignKey(
        "commentary.Discussion", on_delete=models.PROTECT, related_name="submissions"
    )
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    writer = models.CharField(max_length=64, db_index=True)
    network = models.CharField(max_length=64, blank=True)
    email = models.EmailField(blank=True)
    client_key = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64)
    held = models.JSONField(default=list)
    is_reviewed = models.BooleanField(default=False)
    edits = models.PositiveIntegerField(default=0, db_default=0)
    edited_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("network", "created_at", name="submission_network"),
            models.Index("discussion", "created_at", name="submission_discussion"),
            models.Index(
                "writer",
                "edited_at",
                condition=Q(edited_at__isnull=False),
                name="submission_edited",
            ),
            models.Index("comment", condition=Q(is_reviewed=False), name="submission_unreviewed"),
        ]

    def __str__(self) -> str:
        return f"submission of comment {self.comment_id}"


class Revision(models.Model):
    """Words before a change: name and text of a comment, or title (as `name`) and body of an
    article. Kept at every change, so that the first is what a source brought."""

    comment = models.ForeignKey(
        "commentary.Comment", on_delete=models.PROTECT, null=True, related_name="revisions"
    )
    article = models.ForeignKey(
        "commentary.Article", on_delete=models.PROTECT, null=True, related_name="revisions"
    )
    created_at = models.DateTimeField(_("replaced"), default=timezone.now)
    name = models.CharField(_("name"), max_length=2_000, blank=True)
    body = models.TextField(_("text"), blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(comment=None, article__isnull=False)
                | Q(comment__isnull=False, article=None),
                name="revision_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        about = f"comment {self.comment_id}" if self.comment_id else f"article {self.article_id}"
        return f"revision of {about}"


class Report(models.Model):
    """A reader's complaint about a comment. Those from one network count as one person's.

    Open until a moderator decides (`closed_entry`) or the reader takes it back (`withdrawn_at`).
    """

    class Why(models.TextChoices):
        OFF_TOPIC = "off_topic", _("Off topic")
        ATTACK = "attack", _("Attacks a person")
        SPAM = "spam", _("Spam or advertising")
        FALSE = "false", _("False, and I can say why")
        OTHER = "other", _("Something else")

    comment = models.ForeignKey(
        "commentary.Comment", on_delete=models.PROTECT, related_name="reports"
    )
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    reporter = models.CharField(max_length=64)
    network = models.CharField(max_length=64, blank=True)
    why = models.CharField(_("what is wrong"), max_length=20, choices=Why.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    closed_entry = models.ForeignKey(
        AuditEntry, on_delete=models.PROTECT, null=True, related_name="closed_reports"
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["comment", "reporter"], name="report_once")]
        indexes = [
            models.Index(
                "comment",
                condition=Q(closed_entry=None, withdrawn_at=None),
                name="report_open",
            ),
            models.Index("reporter", "created_at", name="report_reporter"),
            models.Index("network", "created_at", name="report_network"),
        ]

    def __str__(self) -> str:
        return f"report of comment {self.comment_id}"

    @property
    def person(self) -> str:
        """What those have in common that count once: whoever takes another browser stays in the
        same network."""
        return self.network or self.reporter


class Rule(models.Model):
    """A reason to hold a new comment, or to reject it at once, that editors can read."""

    class Kind(models.TextChoices):
        WORDS = "words", _("Words or phrases")
        LINKS = "links", _("Number of links")
        DOMAIN = "domain", _("Address of a link")
        NAME = "name", _("Name")
        EMAIL = "email", _("E-mail address")
        NETWORK = "network", _("Network of a comment")
        FIRST = "first", _("First comment of a writer")
        NEW_LINKS = "new_links", _("Links of a newcomer")
        EVERYTHING = "everything", _("Everything")

    class Action(models.TextChoices):
        HOLD = "hold", _("hold")
        REJECT = "reject", _("reject")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    pattern = models.TextField(
        _("what it looks for"),
        blank=True,
        help_text=_(
            "One on each line: words, phrases, domains, names, e-mail addresses or network "
            "hashes. Case and accents do not matter, and only whole words count."
        ),
    )
    least = models.PositiveSmallIntegerField(
        _("least number of links"), default=1, help_text=_("For the rules that count links.")
    )
    action = models.CharField(
        _("what it does"), max_length=6, choices=Action.choices, default=Action.HOLD
    )
    article = models.ForeignKey(
        "commentary.Article",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("only on this article"),
    )
    ends_at = models.DateTimeField(
        _("ends"),
        null=True,
        blank=True,
        help_text=_(
            "Leave blank for no end date. A rule for a network ends at most 30 days after the last "
            "comment from it, since network hashes are kept no longer."
        ),
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("rule")
        verbose_name_plural = _("rules")

    def __str__(self) -> str:
        first = self.pattern.strip().splitlines()
        return f"{self.get_kind_display()}: {first[0][:60]}" if first else self.get_kind_display()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it; a rule for networks with the end that their hashes have."""
        if self.kind == self.Kind.NETWORK:
            latest = self.hashes_end_at
            self.ends_at = min(self.ends_at or latest, latest)
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "ends_at"}
        super().save(*args, **kwargs)

    @property
    def hashes_end_at(self) -> datetime:
        """When the networks that are listed are hashed anew: 30 days after the last comment from
        them, or after now where there is none."""
        sent = Submission.objects.filter(network__in=self.patterns)
        last = sent.aggregate(last=Max("created_at"))["last"]
        return (last or self.created_at or timezone.now()) + NETWORKS_KEPT

    @property
    def is_in_force(self) -> bool:
        """Whether comments are screened by it now."""
        return self.is_active and (self.ends_at is None or self.ends_at > timezone.now())

    @property
    def patterns(self) -> list[str]:
        """What it looks for, one each."""
        return [line.strip() for line in self.pattern.splitlines() if line.strip()]
