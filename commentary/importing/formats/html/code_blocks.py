"""Code in articles: preformatted text and the output of syntax highlighters."""

from collections.abc import Container

from ..text.phrases.patterns import lazy_re_compile
from .elements import Element
from .outline import BLOCKS, PageOutline

# Highlighters that produce tables or lists of lines.
_HIGHLIGHTER = lazy_re_compile(
    r"(?:^|\s)(?:syntaxhighlighter|crayon-syntax|crayon-main|highlighttable|rouge-table|codehilitetable|dp-highlighter|"
    r"wp_syntax|lntable|codecolorer-container|codecolorer|blob-wrapper|enlighter|geshi|gist-data)(?=$|\s)"
)
_NUMBERS = lazy_re_compile(
    r"(?:^|[\s_-])(?:gutter|linenos?|line-?numbers?(?:-rows)?|lineno|crayon-nums|line_numbers?|lnum|ln|hljs-ln-numbers|"
    r"crayon-toolbar|crayon-info|toolbar|bar|copy|copy-?btn|copy-?button|code-?toolbar-buttons|blob-num|gist-meta|crayon-plain-wrap)(?=$|\s|_)"
)
_CODE_CELL = lazy_re_compile(r"(?:^|\s)(?:code|rouge-code|blob-code|crayon-code)(?=$|\s)")
_LINE = lazy_re_compile(
    r"(?:^|\s)(?:line|crayon-line|code-line|hljs-ln-line|view-line|enlighter-line)(?=$|\s)"
)
_LINE_END = "\0\n"  # inserted where the element of a line ends
_NUMBERED = lazy_re_compile(r"\s*\d{1,5}(?:\s+\d{1,5})*\s*")
LANGUAGE = lazy_re_compile(
    r"(?:^|\s)(?:language|lang|brush:?|highlight-source)[-: ]+([\w+#.-]{1,20})"
)


def is_code(outline: PageOutline, number: int, tag: str, classes: str) -> bool:
    """Return whether an element other than `pre` contains highlighted code."""
    if tag == "table":
        cells = {
            outline.names(n) for n in range(number, outline.end[number]) if outline.tags[n] == "td"
        }
        if any(_CODE_CELL.search(c) for c in cells) and any(_NUMBERS.search(c) for c in cells):
            return True
    return (
        bool(classes)
        and tag in ("div", "table", "figure", "section")
        and bool(_HIGHLIGHTER.search(classes))
    )


def code_of(
    outline: PageOutline, number: int, skip: Container[int]
) -> tuple[Element | None, list[int]]:
    """Return the code in an element as `pre` with `code`, and its text nodes. Line numbers are left
    out. Other preformatted text (such as poems) becomes a `pre` without `code`.
    """
    lines: list[str] = []
    texts: list[int] = []
    is_table = outline.tags[number] not in ("pre", "listing", "xmp", "plaintext")
    _read(outline, number, skip, lines, texts)
    text = (
        "".join(lines)
        .replace(_LINE_END, "\n")
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\xa0", " ")
    )
    text = "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
    if not text.strip():
        return None, texts
    has_code = is_table or any(
        outline.tags[at] in ("code", "samp", "kbd") for at in range(number, outline.end[number])
    )
    named = has_code or "code" in outline.names(number) or LANGUAGE.search(outline.names(number))
    if named or "brush" in outline.names(number) or "highlight" in _names_above(outline, number):
        return Element("pre", {}, [Element("code", {}, [text])]), texts
    return Element("pre", {}, [text]), texts


def _names_above(outline: PageOutline, number: int) -> str:
    return " ".join(outline.names(at) for at in list(outline.above(number))[:2])


def _read(
    outline: PageOutline, number: int, skip: Container[int], lines: list[str], texts: list[int]
) -> None:
    has_pre = outline.tags[number] == "pre"
    ends: list[int] = []
    at = number + 1
    while at < outline.end[number]:
        while ends and at >= ends[-1]:
            ends.pop()
            _end_line(lines)
        tag, text = outline.tags[at], outline.text[at]
        if text is not None:
            if not (
                text.isspace() and "\n" in text and not has_pre and not _in_pre(outline, at, number)
            ):
                lines.append(text)
                texts.append(at)
        elif tag == "br":
            if not (lines and lines[-1] == _LINE_END):
                lines.append("\n")
        elif (
            tag[:1] == "-"
            or tag in ("script", "style", "button", "textarea")
            or at in skip
            or (
                (names := outline.names(at)) != " "
                and _NUMBERS.search(names)
                and _is_numbers(outline, at, names)
            )
            or (
                tag == "td"
                and _NUMBERED.fullmatch(outline.all_text(at))
                and _has_next_cell(outline, at)
            )
        ):
            at = outline.end[at]
            continue
        elif tag in BLOCKS - {"td"} or _LINE.search(outline.value(at, "class")):
            _end_line(lines)
            ends.append(outline.end[at])
        at += 1


def _is_numbers(outline: PageOutline, number: int, names: str) -> bool:
    """Return whether a part with a class for line numbers or buttons contains nothing else."""
    words = outline.all_text(number)
    return (
        bool(_NUMBERED.fullmatch(words))
        or len(words) < 40
        or "gutter" in names
        or "crayon" in names
    )


def _in_pre(outline: PageOutline, at: int, top: int) -> bool:
    return any(outline.tags[up] in ("pre", "code") for up in outline.above(at) if up >= top)


def _has_next_cell(outline: PageOutline, number: int) -> bool:
    row = outline.parent[number]
    return any(at > number and outline.tags[at] == "td" for at in outline.children(row))


def _end_line(lines: list[str]) -> None:
    if lines and not lines[-1].endswith("\n"):
        lines.append(_LINE_END)
