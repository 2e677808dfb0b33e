"""Search, with the same query language on PostgreSQL and SQLite.

`language` parses queries, `matching` finds texts, `results` ranks and formats them.
"""

from .language import END, LONGEST, MOST_TERMS, Query, Term, clean, parse
from .matching import CAP, Hit, Hits, TooBroad, find, with_results
from .results import Piece, Result, excerpt, mark, places_of, rank, results

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
    "places_of",
    "rank",
    "results",
    "with_results",
]
