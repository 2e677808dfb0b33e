"""Comments, with guards that protect the tree.

django-mptt trusts the tree columns of an instance, however long ago it was loaded. So only
`discussions.tree` writes structure, under the lock; any other attempt raises UnsafeStructure
instead of breaking a tree.
"""

from datetime import datetime
from functools import cache
from typing import NoReturn, Unpack, cast

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from mptt.managers import TreeManager
from mptt.models import MPTTModel

from ..text.languages import LONGEST_TAG
from ..text.markup import plain_text, rendered_text
from ..text.names import MAX_NAME_KEY_LENGTH, name_key
from ..text.stems import index_text, stemmer_of
from .child_key import ChildKey, ChildTreeKey
from .child_manager import of_locked_discussion
from .derived import DerivedField
from .discussion import Discussion, is_in_force, lock_discussion, locked_discussion
from .html_field import HtmlField
from .language_tag import is_language_tag
from .queries.comments import CAME_AT, CommentQuerySet
from .row_key import HasRowKey
from .saving import SaveOptions
from .search_text import SearchTextField
from .timeline import TimelineField

# The tree ids of a discussion form one range: discussion * 2**32 + number of the root.
TREES_PER_DISCUSSION = 2**32


class UnsafeStructure(Exception):
    """Code outside `discussions` tried to write a comment's structure or status."""


# Needs a name for type checkers.
TreeManagerOfComments = TreeManager.from_queryset(CommentQuerySet)


class CommentManager(TreeManagerOfComments["Comment"]):
    """MPTT's manager without its unsafe methods, and with `search_text` deferred.

    While a discussion is locked, only its comments are found; see `child_manager`.
    """

    def get_queryset(self) -> CommentQuerySet:
        return of_locked_discussion(self.everywhere())

    def everywhere(self) -> CommentQuerySet:
        """Return the comments of all discussions, even while one is locked."""
        return cast(CommentQuerySet, super().get_queryset().defer("search_text"))

    def _get_next_tree_id(self) -> NoReturn:
        self.model.refuse("take the next tree id; tree ids come from the comment's number")

    def _create_tree_space(self, *args: object, **kwargs: object) -> NoReturn:
        self.model.refuse("shift tree ids; they never change")

    def _make_child_root_node(self, node: "Comment", new_tree_id: int | None = None) -> None:
        super()._make_child_root_node(node, new_tree_id or node.own_tree_id)

    def _manage_space(self, size: int, target: int, tree_id: int) -> None:
        self.model.require_lock()
        super()._manage_space(size, target, tree_id)

    def _move_node(
        self,
        node: "Comment",
        target: "Comment | None",
        position: str = "last-child",
        save: bool = True,
        refresh_target: bool = True,
    ) -> None:
        self.model.require_lock(node.discussion_id)
        super()._move_node(node, target, position, save, refresh_target)

    def move_node(self, *args: object, **kwargs: object) -> NoReturn:
        self.model.refuse("move comments; use tree.move()")

    def rebuild(self, *args: object, **kwargs: object) -> NoReturn:
        self.model.refuse("rebuild every tree; use tree.repair()")

    partial_rebuild = build_tree_nodes = rebuild

    def delay_mptt_updates(self) -> NoReturn:
        self.model.refuse("delay tree updates; use tree.bulk_insert()")

    disable_mptt_updates = delay_mptt_updates


@cache
def nobody(language: str) -> str:
    """Return the word for an unnamed commenter in the site's language, whoever is reading."""
    with override(language):
        return gettext("Anonymous")


class NameKeyField(DerivedField, models.CharField):
    """The key that finds all comments signed with a name, computed at every save; None if unnamed."""

    always = {"editable": False, "null": True, "max_length": MAX_NAME_KEY_LENGTH}

    def pre_save(self, instance: models.Model, add: bool) -> str | None:
        is_person = instance.kind == Comment.Kind.COMMENT  # type: ignore[attr-defined]
        name = instance.name if is_person else ""  # type: ignore[attr-defined]
        made = name_key(name, nobody(settings.LANGUAGE_CODE)) or None if name else None
        setattr(instance, self.attname, made)
        return made


class PublicAtField(DerivedField, models.DateTimeField):
    """When a comment became public on this site: when it was posted or approved here."""

    def pre_save(self, instance: models.Model, add: bool) -> datetime | None:
        if add:
            is_ours = instance.import_run_id is None  # type: ignore[attr-defined]
            is_public = is_ours and instance.is_public  # type: ignore[attr-defined]
            setattr(instance, self.attname, timezone.now() if is_public else None)
        return getattr(instance, self.attname)


class Comment(HasRowKey, MPTTModel):
    """A comment: a root, or a reply to its parent.

    `number` is the #12 shown to readers. `name` is unverified, and empty for Anonymous; `name_key`
    is the same for all spellings of a name. `anonymous_number` distinguishes the unnamed comments
    of a discussion ("Anonymous 3") and is never reused. `author` is set when an editor confirms the
    author badge. `language` is stored if it isn't that of the article.

    `dated_at` is when the comment was written, or None if the source doesn't say; with
    `date_is_local` it is a time without a time zone, stored as if in UTC. `public_at` is when it
    last became public on this site, by being posted or approved here, and has no meaning unless the
    comment is approved. A comment that was public when it was imported has none: it counts by its
    own date, see `came_at`.

    The depth is MPTT's `level`, 0 for roots. `reply_count` is the number of approved comments in
    the branch below. `version` increases with every edit and decision; a moderator's form carries
    the version it shows.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("pending")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        SPAM = "spam", _("spam")
        REMOVED = "removed", _("removed")

    class Kind(models.TextChoices):
        COMMENT = "comment", _("comment")
        PINGBACK = "pingback", _("pingback")
        TRACKBACK = "trackback", _("trackback")

    class Markup(models.TextChoices):
        TEXT = "text", _("plain text")
        MARKDOWN = "markdown", _("limited Markdown")
        HTML = "html", _("imported HTML")

    # Only `parent` has an index (see Meta), because every index is rewritten for each row that a
    # reply shifts. The comments of a discussion are found by their range of tree ids.
    discussion = models.ForeignKey(
        "commentary.Discussion",
        on_delete=models.PROTECT,
        db_index=False,
        related_name="comments",
        editable=False,
        verbose_name=_("discussion"),
    )
    parent_id: int | None
    parent = ChildTreeKey(
        "self",
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        related_name="replies",
        editable=False,
        verbose_name=pgettext_lazy("field", "in reply to"),
    )
    number = models.PositiveIntegerField(_("number"), editable=False)
    anonymous_number = models.PositiveIntegerField(null=True, editable=False)
    tree_id = models.PositiveBigIntegerField(editable=False)
    lft = models.PositiveIntegerField(editable=False)
    rght = models.PositiveIntegerField(editable=False)
    level = models.PositiveIntegerField(_("depth"), editable=False)
    reply_count = models.PositiveIntegerField(_("replies"), default=0, db_default=0, editable=False)

    status = models.CharField(
        _("status"),
        max_length=10,
        choices=Status.choices,
        default=Status.PENDING,
        db_default=Status.PENDING,
        editable=False,
    )
    closed_entry = ChildKey(
        "commentary.AuditEntry",
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("closed by"),
    )
    closed_from = models.DateTimeField(_("closed from"), null=True, editable=False)
    closed_until = models.DateTimeField(_("closed until"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind.choices, default=Kind.COMMENT, editable=False
    )
    name = models.CharField(
        _("name"), max_length=200, blank=True, help_text=_("Leave blank for Anonymous.")
    )
    name_key = NameKeyField()
    author = models.ForeignKey(
        "commentary.Author",
        on_delete=models.SET_NULL,
        db_index=False,
        null=True,
        blank=True,
        related_name="comments",
        verbose_name=_("author badge"),
    )
    body = models.TextField(_("text"))
    markup = models.CharField(
        max_length=10, choices=Markup.choices, default=Markup.TEXT, editable=False
    )
    body_html = HtmlField(source="body", markup="markup")
    # NULL for the language of the article; a default would make SQLite copy the table, see below.
    language = models.CharField(  # noqa: DJ001
        _("language"),
        max_length=LONGEST_TAG,
        null=True,
        blank=True,
        validators=[is_language_tag],
        help_text=_(
            "A language tag such as “en” or “pt-BR”. Search uses it to find other forms of a word. "
            "Leave blank to use the language of the article."
        ),
    )
    search_text = SearchTextField(sources=("name", "plain"))  # see models/search.py
    dated_at = models.DateTimeField(
        _("date"), null=True, blank=True, help_text=_("Leave blank if unknown.")
    )
    date_is_local = models.BooleanField(default=False, editable=False)
    timeline_at = TimelineField(_("date"), source="dated_at")
    created_at = models.DateTimeField(pgettext_lazy("date", "added"), auto_now_add=True)
    public_at = PublicAtField(null=True, editable=False)
    edited_at = models.DateTimeField(pgettext_lazy("date", "edited"), null=True, editable=False)
    # Whether an editor changed the words, so that readers know that they aren't all the writer's. None
    # for no; a default would make SQLite copy the table, which triggers refer to.
    edited_by_editor = models.BooleanField(null=True, editable=False)
    # Whether a signed-in editor wrote it here. None for no, as above.
    by_staff = models.BooleanField(null=True, editable=False)

    import_run = models.ForeignKey(
        "commentary.ImportRun",
        on_delete=models.PROTECT,
        db_index=False,
        null=True,
        editable=False,
        related_name="comments",
        verbose_name=_("import run"),
    )
    source_key = models.CharField(max_length=64, blank=True, editable=False)
    # The source's key of a parent that had not been imported yet.
    source_parent_key = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001
    first_line = models.PositiveIntegerField(null=True, editable=False)
    last_line = models.PositiveIntegerField(null=True, editable=False)
    # NULL if there is none, because SQLite would rebuild the table for a column with a default.
    # These are the commenter's website according to the source, and the fragments and URLs that the
    # comment had there, separated by spaces.
    author_url = models.CharField(_("website"), max_length=500, null=True, editable=False)  # noqa: DJ001
    source_ids = models.TextField(null=True, editable=False)  # noqa: DJ001

    # Columns of a new comment that follow from its texts, if they are known already.
    derived: tuple[str, str, str | None, str | None] | None = None
    DERIVED = ("body_html", "search_text", "name_key", "language")

    # Set by `CommentQuerySet.to_answer`, and by `of_writer`.
    branch_closed: bool
    last_verb: str
    last_reason: str
    last_at: datetime

    objects = CommentManager()
    TREES = TREES_PER_DISCUSSION
    WEIGHT = 500  # bytes of a page that a comment takes in addition to its text

    # the comment, or a placeholder for it, is shown to readers
    PUBLIC = (Status.APPROVED, Status.REMOVED)

    # Written only by `tree`.
    STRUCTURE = frozenset(
        {"discussion", "discussion_id", "parent", "parent_id", "number", "anonymous_number"}
        | {"tree_id", "lft", "rght", "level", "reply_count", "source_parent_key"}
    )
    # Never written by save(): these and the columns that `discussions` changes by conditional
    # UPDATE.
    CLOSING = frozenset({"closed_entry", "closed_entry_id", "closed_from", "closed_until"})
    GUARDED = STRUCTURE | CLOSING | {"status", "version", "public_at"}

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        # On PostgreSQL the first migration turns this index into a deferred UNIQUE constraint.
        indexes = [
            models.Index(fields=["tree_id", "lft"], name="comment_reading_order"),
            models.Index(
                "created_at", "id", condition=Q(status="pending"), name="comment_pending_arrival"
            ),
            # For the lists of decided comments, newest first.
            models.Index(
                fields=["status", "created_at", "id"],
                condition=Q(status__in=("rejected", "spam", "removed")),
                name="comment_decided_arrival",
            ),
            # Branches that will close.
            models.Index(
                fields=["closed_from"],
                condition=Q(closed_from__isnull=False),
                name="comment_closed_from",
            ),
            # For the latest comments of the whole site: feeds, the admin and rule previews.
            models.Index(fields=["created_at", "id"], name="comment_arrival"),
            # For the foreign key, and for the siblings before and after a reply. Roots are
            # excluded: SQLite would assume that "no parent" is as selective as any parent.
            models.Index(
                fields=["parent", "lft"],
                condition=Q(parent__isnull=False),
                name="comment_siblings",
            ),
            # Roots of a discussion, oldest first and most replies first; closed ancestors.
            models.Index(
                fields=["discussion", "tree_id"],
                condition=Q(parent__isnull=True),
                name="comment_threads",
            ),
            models.Index(
                fields=["discussion", "-reply_count", "tree_id"],
                condition=Q(parent__isnull=True),
                name="comment_most_replies",
            ),
            models.Index(
                fields=["tree_id", "lft"],
                condition=Q(closed_entry__isnull=False),
                name="comment_closed",
            ),
            # For the foreign keys, when an undone import removes audit entries or authors.
            models.Index(
                fields=["closed_entry"],
                condition=Q(closed_entry__isnull=False),
                name="comment_closed_by",
            ),
            models.Index(
                fields=["author"],
                condition=Q(author__isnull=False),
                name="comment_of_author",
            ),
            models.Index(
                fields=["import_run", "id"],
                condition=Q(source_parent_key__isnull=False),
                name="comment_without_parent",
            ),
            # Comments that became public in a discussion since a visit or a day.
            models.Index(
                "discussion", CAME_AT, condition=Q(status="approved"), name="comment_came_at"
            ),
            # The newest comments of the site, and those signed with one name.
            models.Index(fields=["status", "timeline_at", "id"], name="comment_newest"),
            models.Index(
                fields=["name_key", "status", "timeline_at", "id"],
                condition=Q(name_key__isnull=False),
                name="comment_signed",
            ),
            # The languages in use, for search.
            models.Index(
                fields=["language"], condition=Q(language__isnull=False), name="comment_language"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["discussion", "number"], name="comment_number_unique"),
            models.CheckConstraint(condition=Q(lft__lt=F("rght")), name="comment_lft_below_rght"),
            models.CheckConstraint(
                condition=Q(tree_id__gte=F("discussion_id") * TREES_PER_DISCUSSION)
                & Q(tree_id__lt=(F("discussion_id") + 1) * TREES_PER_DISCUSSION),
                name="comment_tree_in_its_discussion",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.commenter}"

    def index_text(self, name: str, body: str) -> str:
        """Return the text to search in; see `stems`."""
        return index_text(name, "", body, self.stemmer)

    def get_absolute_url(self) -> str:
        return reverse("commentary:permalink", args=[self.discussion.article.slug, self.number])

    @property
    def text_language(self) -> str:
        """The tag of the comment's language, by default that of the article."""
        return self.language or self.discussion.article.text_language

    @property
    def stemmer(self) -> str:
        """The code of the stemmer for the comment's language, or ""."""
        return stemmer_of(self.language) if self.language else self.discussion.stemmer

    @property
    def is_unnamed(self) -> bool:
        """Whether someone wrote it without giving a name. Pingbacks and trackbacks don't count."""
        return not self.name and self.kind == self.Kind.COMMENT

    @property
    def commenter(self) -> str:
        """The commenter as shown to editors, who also see the numbers of pending comments."""
        if not self.is_unnamed:
            return self.name or str(self.get_kind_display()).capitalize()
        if self.anonymous_number is None or self.discussion.last_anonymous_number < 2:
            return gettext("Anonymous")
        return gettext("Anonymous %(number)d") % {"number": self.anonymous_number}

    @property
    def own_tree_id(self) -> int:
        """The id of the tree of which this comment is, or would be, the root."""
        return self.discussion_id * TREES_PER_DISCUSSION + self.number

    @property
    def is_public(self) -> bool:
        """Whether everyone may read it, provided that its article is published."""
        return self.status == self.Status.APPROVED

    @property
    def is_closed(self) -> bool:
        """Whether this branch itself is closed now, not counting ancestors."""
        return is_in_force(self.closed_entry_id, self.closed_from, self.closed_until)

    @property
    def plain(self) -> str:
        """The rendered text without markup."""
        return self.body if self.markup == self.Markup.TEXT else rendered_text(self.body_html)

    @property
    def typed(self) -> str:
        """The text as typed, without the HTML of an export."""
        return plain_text(self.body) if self.markup == self.Markup.HTML else self.body

    # --- guards

    @classmethod
    def refuse(cls, act: str) -> NoReturn:
        """Raise UnsafeStructure, naming the attempt and the alternative."""
        raise UnsafeStructure(f"Refused to {act}.")

    @classmethod
    def require_lock(cls, discussion_id: int | None = None) -> Discussion:
        """Return the locked discussion. Raises UnsafeStructure if none, or a different one, is
        locked.
        """
        held = locked_discussion.get()
        if held is None or discussion_id not in (None, held.pk):
            cls.refuse("write structure without holding the discussion; use tree.lock_discussion()")
        return held

    def save(self, **options: Unpack[SaveOptions]) -> None:
        """Save an edit, or add a comment that `tree.place` has placed.

        An edit never writes structure or status. Raises UnsafeStructure when adding without the
        lock, or if `update_fields` names a guarded column.
        """
        if self._state.adding:
            self._add(**options)
            return
        wanted = options.get("update_fields")
        if wanted is None:
            fields = {f.name for f in self._meta.concrete_fields if not f.primary_key}
            fields -= self.GUARDED | self.get_deferred_fields()
        else:
            fields = set(wanted)
            if fields & self.GUARDED:
                self.refuse(f"save {', '.join(sorted(fields & self.GUARDED))}")
        if "body" in fields:
            fields.add("body_html")
        if fields & {"body", "name", "language"}:
            fields.add("search_text")
        if "name" in fields:
            fields.add("name_key")
        if "dated_at" in fields:
            fields.add("timeline_at")
        # Skip MPTTModel.save(), which would move the comment if `parent` differs. Whether it is
        # public is read again, since others may have decided after this instance was loaded.
        with lock_discussion(self.discussion_id) as discussion:
            stored = Comment.objects.filter(pk=self.pk)
            stored.update(version=F("version") + 1)
            models.Model.save(self, **options | {"update_fields": fields})
            if stored.filter(status__in=self.PUBLIC).exists():
                discussion.mark_visible()

    save.alters_data = True  # type: ignore[attr-defined]

    def _add(self, **options: Unpack[SaveOptions]) -> None:
        self.require_lock(self.discussion_id)
        if not self.lft:
            self.refuse("add a comment without a place; use tree.insert()")
        super().save(**options)

    def delete(self, *args: object, **kwargs: object) -> NoReturn:
        """Raise UnsafeStructure. Use `discussions.remove`, which keeps the row."""
        self.refuse("delete a comment; remove it with discussions.remove()")


@receiver(pre_save, sender=Comment)
def _guard_fixture(instance: Comment, raw: bool, **kwargs: object) -> None:
    """Guard `loaddata`, which bypasses save() and writes tree columns as dumped.

    Refuses comments without a place, and comments that would overwrite another one.
    """
    if not raw:
        return
    if not instance.lft:
        Comment.refuse("load a comment without its place in the tree; use import_commentary")
    there = Comment.objects.filter(pk=instance.pk).values_list("discussion_id", "number").first()
    if there not in (None, (instance.discussion_id, instance.number)):
        Comment.refuse("overwrite another comment; load fixtures into an empty database")
