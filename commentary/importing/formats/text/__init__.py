"""Plain-text captures of article pages.

`reader` is the entry point; `site` finds what several pages have in common; `copied` reads whole
pages; other modules each read one part of a page; `phrases`, `dates` and
`names` have the wording of pages in many languages.
"""

from .reader import SIGN, SUFFIXES, detect, read
from .site import knowledge_of, survey_text

__all__ = ["SIGN", "SUFFIXES", "detect", "knowledge_of", "read", "survey_text"]
