"""The tables, one module for each subject."""

from ..querysets import text_columns
from .article import (
    Article,
    Author,
    Byline,
    FormerArticleSlug,
    FormerAuthorSlug,
    RelatedLink,
)
from .comment import Comment
from .discussion import Discussion
from .fixtures import fill as fill_fixtures
from .moderation import AuditEntry, Report, Revision, Rule, Submission
from .provenance import ImportRun, Source, SourceChunk
from .search import SearchRow
from .sign_in import SignInAttempt
from .tie import Tie

__all__ = [
    "Article",
    "AuditEntry",
    "Author",
    "Byline",
    "Comment",
    "Discussion",
    "FormerArticleSlug",
    "FormerAuthorSlug",
    "ImportRun",
    "RelatedLink",
    "Report",
    "Revision",
    "Rule",
    "SearchRow",
    "SignInAttempt",
    "Source",
    "SourceChunk",
    "Submission",
    "Tie",
    "fill_fixtures",
    "text_columns",
]
