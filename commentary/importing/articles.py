"""Store the article of a record, unless it was imported earlier."""

from .. import discussions
from ..models import Article, Author, Byline, Discussion, RelatedLink, Source
from ..models.article import unused_slug
from ..text.languages import language_of
from . import earlier_captures
from .columns import body_text, fitted, stored_date, stored_key
from .fields import is_in_future
from .messages import gettext as _
from .messages import gettext_noop
from .records import ArticleRecord, SourceError

NO_ARTICLE = gettext_noop(
    "contains comments of an article that is not stored; import the file with the article first, then "
    "this one"
)


def refuse_part_without_article(record: ArticleRecord, name: str) -> None:
    """Raise SourceError if a record has only the comments of an article that is not stored."""
    if record.is_part and _article_with_key(record) is None:
        raise SourceError(name, record.lines[0], _(NO_ARTICLE))


def _article_with_key(record: ArticleRecord) -> Article | None:
    keys = map(stored_key, [record.key, *record.other_keys])
    return Article.objects.filter(source_key__in=keys).order_by("pk").first()


def store_article(
    record: ArticleRecord, stored: Source, warnings: list[str], as_draft: bool = False
) -> tuple[Article, bool]:
    """Return the stored article of a record, and whether it is new. Existing articles are not
    changed; `as_draft` says that a new one is not published.
    """
    key = stored_key(record.key)
    if stored.format == "text":
        article = earlier_captures.stored_article(record, stored)
        if not article and Article.objects.filter(source_key=key).exists():
            key = stored.sha256  # another file has the same content
    elif record.is_of_file:
        article = earlier_captures.stored_entry(record, stored)
        if not article and Article.objects.filter(source_key=key).exists():
            key = stored_key(f"{record.key} {stored.sha256}")  # another file has the same name
    else:
        article = _article_with_key(record)
    if article:
        return article, False
    published_at, is_local = stored_date(record.date)
    is_published = record.is_published and not as_draft
    if is_in_future(record.date) and is_published:
        warnings.append(
            _("the article is dated in the future (%(date)s); imported without a date")
            % {"date": f"{record.date:%Y-%m-%d}"}
        )
        published_at, is_local = None, False
    title = fitted(record.title, Article, "title", warnings)
    slug = unused_slug(Article, title, "untitled")
    # If the source has URLs, they distinguish articles. Otherwise look for a stored article with
    # the same title: its slug has the same prefix, which is indexed.
    alike = Article.objects.filter(slug__startswith=slug.rpartition("-")[0], title=title)
    if title and not record.url and slug[-1].isdigit() and alike.exists():
        warnings.append(_("another article has this title; this one is kept as a separate article"))
    article = Article(
        title=title,
        slug=slug,
        body=record.body_html or body_text(record),
        markup=record.markup if record.body_html else Article.Markup.TEXT,
        is_published=is_published,
        published_at=published_at,
        date_is_local=is_local,
        source_url=record.url if len(record.url) <= 500 else "",
        source_key=key,
        source=stored,
        first_line=record.lines[0],
        last_line=record.lines[1],
    )
    article.language = record.language
    if not record.language_is_detected:
        article.language = language_of(f"{title}\n{article.plain}", record.language)
    article.save()
    names = list(dict.fromkeys(fitted(name, Author, "name", warnings) for name in record.authors))
    # Sorted, so that two imports that add the same authors can't deadlock.
    for name in sorted(names):
        author = Author.objects.filter(name=name).first() or Author.objects.create(
            name=name, slug=unused_slug(Author, name, "author")
        )
        Byline.objects.create(article=article, author=author, position=names.index(name))
    RelatedLink.objects.bulk_create(
        RelatedLink(
            article=article,
            label=fitted(block.label, RelatedLink, "label", warnings),
            caption=block.text,
            url=block.url,
            position=position,
        )
        for position, block in enumerate(b for b in record.blocks if b.kind == "related")
    )
    if record.declared_count is not None or record.declared_heading:
        Discussion.objects.filter(pk=article.pk).update(
            declared_count=record.declared_count, declared_heading=record.declared_heading[:300]
        )
    if record.closed:
        discussions.close(
            Discussion.objects.get(pk=article.pk),
            by=discussions.SOURCE,
            reason=record.closing_notice,
        )
    return article, True
