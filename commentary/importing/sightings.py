"""Note which stored comments a source no longer has, and which it has again."""

from ..models import Article, GoneComment, ImportedArticle, ImportRun
from .columns import stored_key
from .records import ArticleRecord
from .stored_comments import Known

_BATCH = 500  # comments found again that are looked up together


def note_gone(
    record: ArticleRecord, article: Article, known: dict[str, Known], run: ImportRun
) -> None:
    """Flag the stored comments that a record lacks, and remove the flags of those that it has.

    A record that has none of them shows another part of the discussion and flags nothing. The files
    that are imported together, and the records of a run, count as one source.
    """
    keys = {stored_key(comment.key) for comment in record.comments}
    found = {one.pk for key, one in known.items() if key in keys}
    flagged = set(
        GoneComment.objects.filter(discussion=article.pk).values_list("comment", flat=True)
    )
    back = sorted(found & flagged)
    for at in range(0, len(back), _BATCH):
        GoneComment.objects.filter(
            discussion=article.pk, comment__in=back[at : at + _BATCH]
        ).delete()
    if record.is_part or not found or _was_read(article, run):
        return
    missing = (one.pk for key, one in known.items() if key not in keys and one.run != run.pk)
    GoneComment.objects.bulk_create(
        (
            GoneComment(discussion_id=article.pk, comment_id=pk, run=run)
            for pk in missing
            if pk not in flagged
        ),
        batch_size=1_000,
    )


def _was_read(article: Article, run: ImportRun) -> bool:
    """Return whether this run, or another one of the same command, has read the article before."""
    runs = ImportRun.objects.filter(pk=run.pk)
    if run.batch is not None:
        runs = ImportRun.objects.filter(batch=run.batch)
    return ImportedArticle.objects.filter(article=article, run__in=runs).exists()
