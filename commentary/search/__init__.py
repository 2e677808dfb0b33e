"""Search, with the same query language on PostgreSQL and SQLite.

`language` parses queries, `matching` finds texts, `results` ranks and formats them.
"""

from .language import END, LONGEST, MOST_TERMS, Query, Term, displayed_query, parse_query
from .matching import CAP, Hit, Matches, TooBroad, find, find_first, with_results
from .results import Piece, Result, mark, matching_excerpt, places_of, rank, results

__all__ = [
    "CAP",
    "END",
    "LONGEST",
    "MOST_TERMS",
    "Hit",
    "Matches",
    "Piece",
    "Query",
    "Result",
    "Term",
    "TooBroad",
    "displayed_query",
    "matching_excerpt",
    "find",
    "find_first",
    "mark",
    "parse_query",
    "places_of",
    "rank",
    "results",
    "with_results",
]
