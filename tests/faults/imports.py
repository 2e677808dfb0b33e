"""Imports in other processes, and dumps of everything stored, for comparison."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.color import no_style
from django.db import connection

from benchmarks.exports import make
from commentary.models import (
    Article,
    AuditEntry,
    Author,
    Comment,
    Discussion,
    ImportChange,
    ImportRun,
    SearchRow,
    Source,
    SourceChunk,
    UndoneRows,
)
from tests.faults.test_storm import database_url

ROOT = Path(__file__).parents[2]


def start(*arguments: object) -> subprocess.Popen[str]:
    """Start `import_commentary` on the test database."""
    return start_command("import_commentary", *arguments)


def start_command(
    *arguments: object, env: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start a management command on the test database, with more variables in `env`."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *map(str, arguments)],
        env=os.environ
        | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
        | dict(env or {}),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> str:
    """Return the output. The process must have succeeded."""
    said = process.communicate()[0]
    assert process.returncode == 0, said[-2_000:]
    return said


def exports(folder: Path, comments: int) -> Path:
    """Create one export of each system, with many articles and a large one each."""
    for format in ("wordpress", "disqus", "isso", "remark42"):
        make(format, folder, comments // 4, 40, comments // 8)
    return folder


def empty() -> None:
    """Delete everything that was imported."""
    models: list[Any] = [
        Article,
        AuditEntry,
        Author,
        Comment,
        Discussion,
        ImportChange,
        ImportRun,
        SearchRow,  # TRUNCATE fires no triggers
        Source,
        SourceChunk,
        UndoneRows,
    ]
    tables = [model._meta.db_table for model in models]
    connection.ops.execute_sql_flush(
        connection.ops.sql_flush(no_style(), tables, reset_sequences=True, allow_cascade=True)
    )


ARTICLE = "source_key title slug body markup is_published published_at source_url first_line"
COMMENT = (
    "discussion__article__source_key number source_key parent__number anonymous_number lft rght level status "
    "name body body_html markup dated_at first_line last_line import_run__source__sha256"
)
DISCUSSION = (
    "article__source_key last_number last_anonymous_number approved_count pending_count "
    "removed_count spam_count source_count"
)


def dump() -> dict[str, list[Any]]:
    """Return every row, without keys and times, in a fixed order."""

    def rows(model: Any, columns: str) -> list[Any]:
        names = columns.split()
        return list(model.objects.order_by(*names[:2]).values_list(*names))

    return {
        "articles": rows(Article, ARTICLE),
        "comments": rows(Comment, COMMENT),
        "discussions": rows(Discussion, DISCUSSION),
        "authors": rows(Author, "name slug"),
        "sources": rows(Source, "sha256 name size format encoding"),
        "chunks": rows(SourceChunk, "source__sha256 position first_line"),
        "runs": rows(ImportRun, "source__sha256 outcome counts warnings ledger bytes_read"),
        "found": rows(SearchRow, "article__source_key comment__source_key"),
    }
