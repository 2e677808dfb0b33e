"""The first pass over the texts of an import: which are pages of one site, and what these have in
common.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

from .formats import detect, reader
from .inputs import File
from .records import SourceError
from .source import SourceFile
from .workers import in_order

if TYPE_CHECKING:
    from .formats.text.copied.knowledge import PageSummary, SiteKnowledge


class _Job(NamedTuple):
    file: File
    encoding: str | None
    max_bytes: int | None


def survey_texts(
    files: Sequence[File],
    encoding: str | None = None,
    max_bytes: int | None = None,
    watch: Callable[[int], None] = lambda done: None,
) -> "dict[str, SiteKnowledge]":
    """Return what the texts of each site have in common, by the path of each text.

    Files that aren't texts or can't be read are left out. `watch` is called with the number of
    files read so far.
    """
    texts = [file for file in files if file.path.lower().endswith(".txt")]
    if len(texts) < 2:
        return {}
    paths: list[str] = []
    summaries: list[PageSummary] = []
    jobs = (_Job(file, encoding, max_bytes) for file in texts)
    for done, (job, summary) in enumerate(in_order(_survey, jobs), 1):
        watch(done)
        if summary is not None:
            paths.append(job.file.path)
            summaries.append(summary)
    return dict(zip(paths, reader("text").knowledge_of(summaries), strict=True))


def _survey(job: _Job) -> "PageSummary | None":
    try:
        source = SourceFile.from_path(
            job.file.path,
            Path(job.file.path),
            encoding=job.encoding,
            max_bytes=job.max_bytes,
            follow_links=job.file.follow_links,
        )
        if not source.lines or detect(source) != "text":
            return None
    except (SourceError, OSError):
        return None  # reported when the file is imported
    return cast("PageSummary", reader("text").survey_text(source.lines))
