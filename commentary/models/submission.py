from django.db import models
from django.db.models import Q
from django.utils import timezone

from .child_key import ChildOneToOneKey
from .child_manager import ChildManager

# Whether a submission still has data that is deleted after some time; see `privacy.purging`.
HAS_TRACES = Q(email__gt="") | Q(network__gt="")


class Submission(models.Model):
    """How a comment written on this site was sent; imported comments have none.

    A separate table, because comment rows are rewritten whenever a reply shifts them. `writer` is a
    keyed hash of the random key in the commenter's cookie. `network` is a keyed hash of the network
    prefix, whose key changes every 30 days. `held` lists the rules that held the comment:
    ``[{"rule": 3, "label": "Links", "why": "2 links", "found": ["…"]}]``. `is_reviewed` is False
    for a comment that was published automatically and on which no moderator has decided. `edits`
    counts the commenter's edits; `edited_at` is the time of the last one. `asked_at` is when the
    commenter asked for another look after a rejection.
    """

    comment = ChildOneToOneKey(
        "commentary.Comment",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="submission",
    )
    discussion = models.ForeignKey(
        "commentary.Discussion", on_delete=models.PROTECT, related_name="submissions"
    )
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    writer = models.CharField(max_length=64)
    network = models.CharField(max_length=64, blank=True)
    email = models.EmailField(blank=True)
    client_key = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64)
    held = models.JSONField(default=list)
    is_reviewed = models.BooleanField(default=False)
    edits = models.PositiveIntegerField(default=0, db_default=0)
    edited_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)

    objects = ChildManager()

    class Meta:
        base_manager_name = "objects"
        indexes = [
            models.Index("network", "created_at", name="submission_network"),
            models.Index("writer", "created_at", name="submission_writer"),
            models.Index("discussion", "created_at", name="submission_discussion"),
            models.Index(
                "writer",
                "edited_at",
                condition=Q(edited_at__isnull=False),
                name="submission_edited",
            ),
            models.Index(
                "created_at",
                "comment",
                condition=Q(is_reviewed=False),
                name="submission_unreviewed_arrival",
            ),
            models.Index("created_at", condition=HAS_TRACES, name="submission_traces"),
        ]

    def __str__(self) -> str:
        return f"submission of comment {self.comment_id}"
