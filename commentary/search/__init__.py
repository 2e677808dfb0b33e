"""Search: one language on PostgreSQL and SQLite. `language` reads what somebody typed, `matching`
finds it, `results` shows it."""

from .language import END, LONGEST, MOST_TERMS, Query, Term, clean, parse
from .matching import CAP, Hit, Hits, TooBroad, find, with_results
from .results import Piece, Result, excerpt, mark, rank, results

__all__ = [
    "CAP",
    "END",
    "LONGEST",
    "MOST_TERMS",
    "Hit",
    "Hits",
    "Piece",
    "Query",
    "Result",
    "Term",
    "TooBroad",
    "clean",
    "excerpt",
    "find",
    "mark",
    "parse",
    "rank",
    "results",
    "with_results",
]
