"""Plain-text captures of article pages.

`reader` is the entry point; other modules each read one part of a page; `phrases`, `dates` and
`names` have the wording of pages in many languages.
"""

from .reader import SIGN, SUFFIXES, detect, read

__all__ = ["SIGN", "SUFFIXES", "detect", "read"]
