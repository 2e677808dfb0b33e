"""The audit log: what was decided, by whom and why."""

from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from .child_key import ChildKey, ChildOneToOneKey
from .child_manager import ChildManager
from .queries.arrival import NEWEST_FIRST
from .queries.audit import AuditQuerySet
from .row_key import HasRowKey

# How long the hash of a network stays the same; see `identity.networks_of`.
NETWORKS_KEPT = timedelta(days=30)

ACTION_NAMES: dict[str, str | Promise] = {  # by verb, as a state: "approved"
    "submit": pgettext_lazy("audit log", "posted"),
    "edit": pgettext_lazy("audit log", "edited"),
    "withdraw": pgettext_lazy("audit log", "withdrawn"),
    "ask_again": pgettext_lazy("audit log", "asked for another look"),
    "approve": pgettext_lazy("audit log", "approved"),
    "keep": pgettext_lazy("audit log", "kept"),
    "reject": pgettext_lazy("audit log", "rejected"),
    "hold": pgettext_lazy("audit log", "held"),
    "mark_spam": pgettext_lazy("audit log", "marked as spam"),
    "remove": pgettext_lazy("audit log", "removed"),
    "discard": pgettext_lazy("audit log", "discarded as not a comment"),
    "move": pgettext_lazy("audit log", "moved"),
    "dismiss_parent": pgettext_lazy("audit log", "proposed parent dismissed"),
    "redate": pgettext_lazy("audit log", "date changed"),
    "set_language": pgettext_lazy("audit log", "language changed"),
    "close": pgettext_lazy("audit log", "closed"),
    "reopen": pgettext_lazy("audit log", "reopened"),
    "correct": pgettext_lazy("audit log", "text corrected"),
    "restore": pgettext_lazy("audit log", "source text restored"),
    "update": pgettext_lazy("audit log", "updated from the source"),
    "publish": pgettext_lazy("audit log", "published"),
    "unpublish": pgettext_lazy("audit log", "unpublished"),
    "keep_ours": pgettext_lazy("audit log", "import conflict: kept ours"),
    "link": pgettext_lazy("audit log", "link accepted"),
    "unlink": pgettext_lazy("audit log", "link dismissed"),
    "confirm": pgettext_lazy("audit log", "author badge added"),
    "unconfirm": pgettext_lazy("audit log", "author badge removed"),
    "undo": pgettext_lazy("audit log", "undone"),
    "undo_import": pgettext_lazy("audit log", "import undone"),
    "redo_import": pgettext_lazy("audit log", "import redone"),
    "erase_reason": pgettext_lazy("audit log", "reason erased"),
    "erase": pgettext_lazy("audit log", "erased at the request of a person"),
}


class AuditEntry(HasRowKey, models.Model):
    """One decision. Entries are never changed; on PostgreSQL a trigger enforces this.

    None is ever deleted either, except that the undo of an import removes what the importer itself
    recorded about the rows that it removes (`OF_IMPORTS`, or no account and the name SOURCE); its
    record keeps them. A reason can be erased, which is an entry itself.

    `position` (from 1) and `digest` make the entries of a discussion a chain, see `audit_chain`;
    None and "" if a release without it wrote the entry. `salt` belongs to the digest of the reason,
    which `reason_digest` keeps when the reason is erased.

    `actor` is None if no account acted; `actor_name` then says who did (a key of NO_ACCOUNT), and
    otherwise keeps the name of the account at the time. The entries of one bulk action share
    `batch`. `undoes` is the entry that this one undoes. `kept` holds what an undo of this entry
    needs.
    """

    # The names of actors without an account: what an import found in its source, someone who posted a
    # comment, and who wrote the comment that an entry is about.
    SOURCE, READER, WRITER = "source", "a reader", "its writer"
    NO_ACCOUNT = {
        SOURCE: _("source"),
        READER: _("a reader"),
        WRITER: pgettext_lazy("of a comment", "its writer"),
    }

    created_at = models.DateTimeField(_("date"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    actor_name = models.CharField(_("user"), max_length=150)
    verb = models.CharField(_("action"), max_length=20)
    discussion = models.ForeignKey(
        "commentary.Discussion",
        on_delete=models.PROTECT,
        related_name="audit_entries",
        verbose_name=_("discussion"),
    )
    comment = ChildKey(
        "commentary.Comment",
        on_delete=models.PROTECT,
        null=True,
        related_name="audit_entries",
        verbose_name=_("comment"),
    )
    point_link = ChildKey(
        "commentary.PointLink",
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="audit_entries",
        verbose_name=_("link to a point"),
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    before = models.CharField(_("before"), max_length=20, blank=True)
    after = models.CharField(_("after"), max_length=20, blank=True)
    batch = models.UUIDField(_("batch"), null=True, db_index=True)
    undoes = ChildOneToOneKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="undone_by",
        verbose_name=_("undoes"),
    )
    kept = models.JSONField(default=dict, editable=False)
    position = models.PositiveIntegerField(_("number in the log"), null=True, editable=False)
    salt = models.CharField(max_length=32, default="", db_default="", editable=False)
    digest = models.CharField(max_length=64, default="", db_default="", editable=False)
    reason_digest = models.CharField(max_length=64, default="", db_default="", editable=False)

    objects = ChildManager.from_queryset(AuditQuerySet)()

    # Verbs by which an editor, or a later import, changes the text of a comment or article.
    REWORDINGS = ("correct", "restore", "update")
    # Verbs by which a moderator closes or reopens a discussion or branch.
    CLOSINGS = ("close", "reopen")
    # Verbs about a whole import run.
    OF_IMPORTS = ("undo_import", "redo_import")
    # The verb of an entry that says whose reasons were erased, by their positions in `kept`.
    ERASE_REASON = "erase_reason"
    # The verb of an entry that says that a comment, or its name, was erased for good.
    ERASE = "erase"

    class Meta:
        base_manager_name = "objects"
        ordering = NEWEST_FIRST
        verbose_name = _("audit log entry")
        verbose_name_plural = _("audit log")
        indexes = [
            models.Index(fields=["created_at", "id"], name="entry_arrival"),
            models.Index(
                "point_link", condition=Q(point_link__isnull=False), name="entry_of_point_link"
            ),
        ]
        permissions = [
            ("moderate", gettext_noop("Can decide on comments and close or reopen threads"))
        ]

    def __str__(self) -> str:
        return f"{self.action} – {self.who}"

    @property
    def who(self) -> str:
        """The name of the actor, in words if no account acted."""
        words = self.NO_ACCOUNT.get(self.actor_name) if self.actor_id is None else None
        return self.actor_name if words is None else str(words)

    @property
    def action(self) -> str:
        """The action in words: "approved", "link accepted"."""
        return str(ACTION_NAMES.get(self.verb, self.verb))

    @classmethod
    def follows_source(cls, actor: int | None, actor_name: str, kept: Mapping[str, object]) -> bool:
        """Return whether an entry with these values stored what the source says: made by an import,
        or by an editor who used the source's value of an import conflict. Repairs don't count.
        """
        return (actor is None and actor_name == cls.SOURCE) or "conflict" in kept

    @property
    def is_about_words(self) -> bool:
        """Whether the entry changes text, or undoes a change of text, and nothing else."""
        return (self.undoes or self).verb in self.REWORDINGS
