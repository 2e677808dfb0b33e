"""Citations for reference managers: BibTeX, RIS and CSL-JSON. Imports nothing from Django.

Names are kept whole, because splitting them into given and family names is a guess for names that
a commenter typed.
"""

import json
import re
from dataclasses import dataclass
from datetime import date

# The characters that BibTeX and LaTeX give a meaning.
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "{}%$#&_"},
    }
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


@dataclass(frozen=True)
class Citation:
    """What identifies an article, a point or a comment.

    `key` is ASCII and unique on the site. `site` is the name of the site, `url` an absolute URL that
    stays. `written` is None if the date is unknown, `read` the day on which the URL was read.
    """

    key: str
    title: str
    authors: tuple[str, ...]
    site: str
    url: str
    written: date | None
    read: date
    language: str = ""
    note: str = ""
    is_comment: bool = False


def bibtex(citation: Citation) -> str:
    """Return an entry for BibTeX and BibLaTeX, in UTF-8.

    Double braces keep a name whole and the letters of a title as they are.
    """
    fields = {
        "author": " and ".join(f"{{{_latex(name)}}}" for name in citation.authors),
        "title": f"{{{_latex(citation.title)}}}",
        "howpublished": _latex(citation.site),
        "date": _iso(citation.written),
        "year": str(citation.written.year) if citation.written else "",
        "url": citation.url,
        "urldate": citation.read.isoformat(),
        "langid": citation.language,
        "note": _latex(citation.note),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{citation.key},\n" + ",\n".join(lines) + "\n}\n"


def ris(citation: Citation) -> str:
    """Return a record in RIS, with the line ends that its specification demands."""
    written = citation.written
    fields = [
        ("TY", "ELEC"),
        ("ID", citation.key),
        *(("AU", name) for name in citation.authors),
        ("TI", citation.title),
        ("T2", citation.site),
        ("PY", f"{written.year:04}" if written else ""),
        ("DA", _slashed(written) if written else ""),
        ("Y2", _slashed(citation.read)),
        ("LA", citation.language),
        ("UR", citation.url),
        ("N1", citation.note),
    ]
    lines = [f"{tag}  - {_one_line(value)}" for tag, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def csl_json(citation: Citation) -> str:
    """Return a list with one item of CSL-JSON (citationstyles.org)."""
    item: dict[str, object] = {
        "id": citation.key,
        "type": "post" if citation.is_comment else "webpage",
        "title": citation.title,
        "author": [{"literal": name} for name in citation.authors],
        "container-title": citation.site,
        "issued": citation.written and _parts(citation.written),
        "accessed": _parts(citation.read),
        "URL": citation.url,
        "language": citation.language,
        "note": citation.note,
    }
    kept = {name: value for name, value in item.items() if value}
    return json.dumps([kept], ensure_ascii=False, indent=2) + "\n"


def _latex(text: str) -> str:
    return _one_line(text).translate(_LATEX)


def _one_line(text: str) -> str:
    return _CONTROL.sub(" ", text)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _slashed(day: date) -> str:
    return f"{day.year:04}/{day.month:02}/{day.day:02}/"


def _parts(day: date) -> dict[str, object]:
    return {"date-parts": [[day.year, day.month, day.day]]}
