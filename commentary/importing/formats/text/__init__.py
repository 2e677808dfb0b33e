"""Plain-text captures of article pages. `reader` is the walk; the other modules each read one part
of a page, and `phrases`, `dates` and `names` are what pages of many sites and languages say."""

from .reader import SUFFIXES, detect, read

__all__ = ["SUFFIXES", "detect", "read"]
