"""Articles and their authors."""

from datetime import date
from typing import Unpack

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..text.article_html import pictures_in
from ..text.body import BodyBlock, body_blocks
from ..text.dates import Dated
from ..text.languages import LONGEST_TAG
from ..text.names import skeleton
from ..text.picture_sizes import largest_address
from ..text.stems import index_text, stemmer_of
from .derived import DerivedField
from .discussion import Discussion, lock_discussion
from .former_slug import Addressed, FormerSlug
from .language_tag import is_language_tag
from .queries.articles import ArticleQuerySet, AuthorQuerySet
from .saving import SaveOptions
from .search_text import SearchTextField, WithoutSearchText
from .timeline import TimelineField

MAX_SKELETON = 400  # characters; one letter may look like several


def unused_slug(model: type[Addressed], wish: str, fallback: str) -> str:
    """Return a slug for `wish` that no row of `model` has or had.

    At most 80 characters, letters of any script, with a number appended if it is taken. `fallback`
    is used if `wish` contains nothing usable.
    """
    base = slugify(wish, allow_unicode=True)[:80].strip("-") or fallback
    managers = (model._default_manager, model.all_former_slugs())
    if not any(rows.filter(slug=base).exists() for rows in managers):
        return base
    taken = {base}
    for rows in managers:
        taken |= set(rows.filter(slug__startswith=f"{base}-").values_list("slug", flat=True))
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


class SkeletonField(DerivedField, models.CharField):
    """The skeleton of a name (`names.skeleton`), computed at every save and indexed, to find all
    names that could be mistaken for it.
    """

    always = {"editable": False, "default": "", "max_length": MAX_SKELETON, "db_index": True}

    def pre_save(self, instance: models.Model, add: bool) -> str:
        made = skeleton(instance.name)[:MAX_SKELETON]  # type: ignore[attr-defined]
        setattr(instance, self.attname, made)
        return made


class Author(Addressed):
    """Someone who wrote articles. `biography` is plain text."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    # NULL if there is none, because SQLite would rebuild the table for a column with a default.
    biography = models.TextField(  # noqa: DJ001
        _("biography"),
        max_length=2_000,
        null=True,
        blank=True,
        help_text=_("One or two sentences, shown on the author’s page."),
    )
    picture = models.ForeignKey(
        "commentary.MediaFile",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="authors",
        verbose_name=_("picture"),
    )
    search_text = SearchTextField(sources=("name",))
    skeleton = SkeletonField()

    objects = WithoutSearchText.from_queryset(AuthorQuerySet)()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("author")
        verbose_name_plural = _("authors")

    def __str__(self) -> str:
        return self.name

    def save(self, **options: Unpack[SaveOptions]) -> None:
        self.search_text = ""  # recomputed below, even if it was not loaded
        with transaction.atomic():
            super().save(**options)
            # The name is shown on the pages of all their articles, which stay locked in between.
            Discussion.objects.filter(article__authors=self).touch()
            Article.objects.filter(authors=self).update(changed_at=timezone.now())

    def get_absolute_url(self) -> str:
        return reverse("commentary:author", args=[self.slug])

    @property
    def picture_path(self) -> str:
        """The path of the URL of the picture, or ""."""
        picture = self.picture
        return largest_address(picture.sha256, picture.width) if picture and picture.width else ""


class Article(Addressed):
    """An article. Its comments belong to its discussion, which is created with it."""

    class Markup(models.TextChoices):
        TEXT = "text", _("plain text with points and headings")
        HTML = "html", _("imported HTML")
        RICH = "rich", _("formatted text")

    title = models.CharField(_("title"), max_length=2_000, blank=True)
    authors = models.ManyToManyField(
        Author, through="Byline", related_name="articles", verbose_name=_("authors")
    )
    body = models.TextField(
        _("body"),
        blank=True,
        help_text=_(
            "Leave a blank line between paragraphs. Start a paragraph with “3.” to make it point 3, "
            "or with “##” to make it a heading. Put a backslash first to prevent this."
        ),
    )
    markup = models.CharField(
        max_length=10, choices=Markup.choices, default=Markup.TEXT, editable=False
    )
    search_text = SearchTextField(sources=("title", "plain"))  # see models/search.py
    language = models.CharField(
        _("language"),
        max_length=LONGEST_TAG,
        blank=True,
        default="",
        db_default="",
        validators=[is_language_tag],
        help_text=_(
            "A language tag such as “en” or “pt-BR”. Search uses it to find other forms of a word. "
            "Leave blank to use the language of the site."
        ),
    )
    is_published = models.BooleanField(
        pgettext_lazy("article", "published"),
        default=False,
        help_text=_("Only editors can see drafts."),
    )
    published_at = models.DateTimeField(
        _("date"), null=True, blank=True, help_text=_("Leave blank if unknown.")
    )
    date_is_local = models.BooleanField(
        _("time zone unknown"),
        default=False,
        editable=False,
        help_text=_("The source doesn’t state a time zone, so the date is stored as if UTC."),
    )
    timeline_at = TimelineField(_("date"), source="published_at")
    source_url = models.URLField(_("original URL"), max_length=500, blank=True)
    source_key = models.CharField(max_length=64, blank=True, editable=False)
    source = models.ForeignKey(
        "commentary.Source",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="articles",
    )
    first_line = models.PositiveIntegerField(null=True, editable=False)
    last_line = models.PositiveIntegerField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = WithoutSearchText.from_queryset(ArticleQuerySet)()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        indexes = [
            models.Index(fields=["timeline_at", "id"], name="article_timeline"),
            models.Index(fields=["created_at", "id"], name="article_arrival"),
            # Finds when comments close automatically; see `site.state`.
            models.Index(Coalesce("timeline_at", "created_at"), name="article_age"),
            models.Index(fields=["language"], name="article_language"),
            models.Index(
                fields=["created_at", "id"], condition=Q(is_published=False), name="article_draft"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source_key"],
                condition=~models.Q(source_key=""),
                name="article_source_key_unique",
            )
        ]

    def __str__(self) -> str:
        return self.title or str(_("Untitled"))

    def save(self, **options: Unpack[SaveOptions]) -> None:
        wanted = options.get("update_fields")
        if wanted is not None:
            filled = {"search_text"} if {"title", "body", "language"} & set(wanted) else set()
            filled |= {"timeline_at"} if "published_at" in wanted else set()
            options["update_fields"] = {*wanted, *filled, "changed_at"}
        else:
            self.search_text = ""  # recomputed below, even if it was not loaded
        if self._state.adding:
            super().save(**options)
            return
        # Lock the discussion first: moderators' actions lock it before they change the article.
        with lock_discussion(self.pk) as discussion:
            was_public = Article.objects.filter(pk=self.pk, is_published=True).exists()
            super().save(**options)
            if was_public or self.is_published:
                discussion.mark_visible()

    @property
    def text_language(self) -> str:
        """The tag of the article's language, by default that of the site."""
        return self.language or settings.TEXT_LANGUAGE

    @property
    def stemmer(self) -> str:
        """The code of the stemmer for the article's language, or ""."""
        return stemmer_of(self.text_language)

    def index_text(self, title: str, body: str) -> str:
        """Return the text to search in; see `stems`."""
        return index_text("", title, body, self.stemmer)

    def get_absolute_url(self) -> str:
        return reverse("commentary:article", args=[self.slug])

    def get_feed_url(self) -> str:
        """Return the URL of the feed of its comments."""
        return reverse("commentary:article_feed", args=[self.slug])

    def get_json_url(self) -> str:
        """Return the URL of the article in the read API."""
        return reverse("commentary:article_json", args=[self.slug])

    @property
    def published_on(self) -> date | None:
        """The date shown on pages."""
        when = self.published_at
        return when and Dated(when, self.date_is_local).day

    @property
    def plain(self) -> str:
        """The body as plain text."""
        return "\n\n".join(block.words for block in self._read_body())

    @cached_property
    def blocks(self) -> list[BodyBlock]:
        """The body as a list of blocks."""
        return self._read_body()

    def _read_body(self) -> list[BodyBlock]:
        if len(deferred := self.get_deferred_fields() & {"markup", "body"}) > 1:
            self.refresh_from_db(fields=deferred)  # in one query
        return body_blocks(self.markup, self.body)

    @property
    def picture_path(self) -> str:
        """The path of the URL of the first picture, or ""."""
        if self.markup != self.Markup.RICH:
            return ""
        shown = (picture for picture in pictures_in(self.body) if picture.is_shown)
        return next((largest_address(p.sha256, p.width) for p in shown), "")

    @cached_property
    def points(self) -> dict[int, str]:
        """The text of each numbered point, in order. Points with the same number are joined."""
        points: dict[int, str] = {}
        for block in self.blocks:
            if block.number is not None:
                before = points.get(block.number)
                points[block.number] = f"{before}\n\n{block.words}" if before else block.words
        return points


@receiver(post_save, sender=Article)
def _keep_discussion(instance: Article, created: bool, raw: bool, **kwargs: object) -> None:
    """Create the discussion of a new article.

    `loaddata` doesn't call save() and may overwrite an article, so its page then gets a new
    version.
    """
    if raw:
        Discussion.objects.get_or_create(article=instance)
        Discussion.objects.filter(pk=instance.pk).touch()
    elif created:
        Discussion.objects.create(article=instance)


class FormerArticleSlug(FormerSlug):
    """A slug that an article used to have."""

    page = models.ForeignKey(
        Article, models.CASCADE, related_name="former_slugs", verbose_name=_("article")
    )

    class Meta(FormerSlug.Meta):
        verbose_name = _("former URL of an article")
        verbose_name_plural = _("former URLs of articles")


class FormerAuthorSlug(FormerSlug):
    """A slug that an author used to have."""

    page = models.ForeignKey(
        Author, models.CASCADE, related_name="former_slugs", verbose_name=_("author")
    )

    class Meta(FormerSlug.Meta):
        verbose_name = _("former URL of an author")
        verbose_name_plural = _("former URLs of authors")


class Byline(models.Model):
    """One author's place in the byline of one article."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="bylines")
    author = models.ForeignKey(
        Author, on_delete=models.PROTECT, related_name="bylines", verbose_name=_("author")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        constraints = [
            models.UniqueConstraint(fields=["article", "author"], name="byline_author_once")
        ]

    def __str__(self) -> str:
        return str(self.author)


class RelatedLink(models.Model):
    """A link at the end of an article, such as a video or another article."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="related")
    label = models.CharField(
        _("label"), max_length=100, blank=True, help_text=_("For example, “related video:”.")
    )
    caption = models.TextField(_("caption"))
    url = models.URLField(_("URL"), max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("related link")
        verbose_name_plural = _("related links")

    def __str__(self) -> str:
        return self.caption
