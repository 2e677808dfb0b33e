from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .audit import AuditEntry
from .child_key import ChildKey
from .child_manager import ChildManager
from .queries.reports import ReportQuerySet


class Report(models.Model):
    """A reader's report of a comment. Reports from the same network count once.

    A report is open until a moderator decides (`closed_entry`) or the reader withdraws it
    (`withdrawn_at`).
    """

    class Why(models.TextChoices):
        OFF_TOPIC = "off_topic", _("Off topic")
        ATTACK = "attack", _("Attacks a person")
        SPAM = "spam", _("Spam or advertising")
        FALSE = "false", _("Misinformation")
        OTHER = "other", _("Something else")

    discussion = models.ForeignKey(
        "commentary.Discussion", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    comment = ChildKey("commentary.Comment", on_delete=models.PROTECT, related_name="reports")
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    reporter = models.CharField(max_length=64)
    network = models.CharField(max_length=64, blank=True)
    why = models.CharField(_("reason"), max_length=20, choices=Why.choices)
    note = models.CharField(_("details"), max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    closed_entry = ChildKey(
        AuditEntry, on_delete=models.PROTECT, null=True, related_name="closed_reports"
    )

    objects = ChildManager.from_queryset(ReportQuerySet)()

    class Meta:
        base_manager_name = "objects"
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
        """The key by which reports count once: the network, so that using another browser doesn't
        help.
        """
        return self.network or self.reporter
