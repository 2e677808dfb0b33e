"""Turns mixed page content into well-formed blocks, in order: line breaks become paragraphs,
pictures become separate blocks, and lists and quotations get only valid children.
"""

from collections.abc import Iterable

from ..text.phrases.patterns import lazy_re_compile
from .elements import Child, Element, find_all, words_of

BREAK = Element("-break")  # the start or end of a block on the page
SPACES = lazy_re_compile(r"[ \t\n\f\r\u200b]+")
_BLANK = " \t\n\f\r\u200b\xa0\ufeff\u3000"
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_LISTS = ("ul", "ol", "dl")
MAX_CAPTION = 400  # characters


def blocks_of(children: list[Child]) -> list[Element]:
    """Return mixed content as blocks."""
    blocks: list[Element] = []
    run: list[Child] = []
    for child in _split(children):
        if isinstance(child, Element) and (child is BREAK or child.is_block):
            blocks += _paragraphs(run)
            run = []
            if child is not BREAK:
                blocks += _block(child)
        else:
            run.append(child)
    return _with_captions(blocks + _paragraphs(run))


def inline_of(children: list[Child]) -> list[Child]:
    """Return content as one line of inline elements, without block ends."""
    found: list[Child] = []
    for child in children:
        if isinstance(child, str):
            found.append(child)
        elif child is BREAK:
            found.append(" ")
        elif child.is_block:
            found += [" ", *inline_of(child.children), " "]
        else:
            inner = inline_of(child.children)
            found.append(Element(child.tag, child.attributes, inner, child.marks))
    return found


def is_blank(child: Child) -> bool:
    """Return whether a child has no visible content."""
    if isinstance(child, str):
        return not child.strip(_BLANK)
    if child.tag in ("img", "hr") or child is BREAK:
        return child is BREAK
    return all(map(is_blank, child.children))


def _split(children: list[Child]) -> list[Child]:
    """Move blocks out of inline elements, and turn two line breaks into a paragraph end."""
    found: list[Child] = []
    for child in _paragraph_ends(children):
        if isinstance(child, str) or child is BREAK or child.is_block or not child.children:
            found.append(child)
            continue
        inner = _split(child.children)
        if not any(isinstance(c, Element) and (c is BREAK or c.is_block) for c in inner):
            found.append(Element(child.tag, child.attributes, inner, child.marks))
        else:
            found += _around(child, inner)
    return found


def _around(outer: Element, inner: list[Child]) -> Iterable[Child]:
    """Repeat the inline element `outer` around each run of its content, and inside simple blocks."""
    marks = outer.marks
    run: list[Child] = []
    for child in [*inner, BREAK]:
        if not (isinstance(child, Element) and (child is BREAK or child.is_block)):
            run.append(child)
            continue
        if run and not all(map(is_blank, run)):
            yield Element(outer.tag, outer.attributes, run, marks)
            marks = []
        run = []
        if child.tag == "p" or child.tag in _HEADINGS and outer.tag == "a":
            within = Element(outer.tag, outer.attributes, child.children)
            yield Element(child.tag, child.attributes, [within], child.marks)
        else:
            yield child


def _paragraph_ends(children: list[Child]) -> list[Child]:
    """Turn consecutive line breaks into paragraph ends."""
    if sum(1 for c in children if isinstance(c, Element) and c.tag == "br") < 2:
        return children
    found: list[Child] = []
    breaks: list[Child] = []
    for child in children:
        if isinstance(child, Element) and child.tag == "br":
            breaks.append(child)
        elif breaks and isinstance(child, str) and not child.strip(_BLANK):
            continue
        else:
            found += [BREAK] if len(breaks) > 1 else breaks
            breaks = []
            found.append(child)
    return found + ([BREAK] if len(breaks) > 1 else breaks)


def _paragraphs(run: list[Child]) -> list[Element]:
    """Return a run of inline content as a paragraph, or as separate pictures if it contains nothing
    else.
    """
    run = _trimmed(run)
    if not run or all(map(is_blank, run)):
        return []
    pictures = find_all(run, "img")
    if pictures and not words_of(run):
        return [Element("figure", {}, [picture]) for picture in _linked_pictures(run)]
    return [Element("p", {}, run)]


def _linked_pictures(children: list[Child], link: Element | None = None) -> list[Element]:
    """Return the pictures of a run, each with the link around it."""
    found: list[Element] = []
    for child in children:
        if isinstance(child, str):
            continue
        if child.tag == "img":
            found.append(Element("a", link.attributes, [child]) if link else child)
        else:
            found += _linked_pictures(child.children, child if child.tag == "a" else link)
    return found


def _trimmed(run: list[Child]) -> list[Child]:
    """Remove spaces and line breaks at both ends, and collapse spaces."""
    run = [SPACES.sub(" ", c) if isinstance(c, str) else _single_spaced(c) for c in run]
    while run and (is_blank(run[0]) and not _marks_of(run[0])):
        run.pop(0)
    while run and is_blank(run[-1]):
        run.pop()
    if run and isinstance(run[0], str):
        run[0] = run[0].lstrip(_BLANK)
    if run and isinstance(run[-1], str):
        run[-1] = run[-1].rstrip(_BLANK)
    return run


def _marks_of(child: Child) -> bool:
    return isinstance(child, Element) and (
        bool(child.marks) or any(_marks_of(inner) for inner in child.children)
    )


def _single_spaced(element: Element) -> Element:
    element.children = [
        SPACES.sub(" ", c) if isinstance(c, str) else _single_spaced(c) for c in element.children
    ]
    return element


def _with_captions(blocks: list[Element]) -> list[Element]:
    """Join captions to the picture before them; other captions become paragraphs."""
    found: list[Element] = []
    for block in blocks:
        before = found[-1] if found else None
        if block.tag != "figcaption":
            found.append(block)
        elif before and before.tag == "figure" and before.attributes.get("class") != "gallery":
            known = next(iter(find_all(before.children, "figcaption")), None)
            if known is None:
                before.children.append(block)
            else:
                known.children += [Element("br"), *block.children]
        else:
            found.append(Element("p", {}, block.children, block.marks))
    return found


def _block(block: Element) -> list[Element]:
    """Return a block in normal form: the block itself, nothing if it is empty, or its content."""
    tag = block.tag
    if tag in ("pre", "hr"):
        return [block] if tag == "hr" or words_of(block.children) else []
    if tag in _HEADINGS:
        return _heading(block)
    if tag in ("ul", "ol"):
        return _list(block)
    if tag == "dl":
        return _definitions(block)
    if tag == "table":
        return table_of(block)
    if tag == "figure":
        return figure_of(block)
    if tag == "figcaption":
        return _kept(block, _trimmed(_joined(block.children)))
    if tag == "blockquote":
        return _kept(block, blocks_of(block.children))
    if tag == "details":
        return _details(block)
    inner = blocks_of(block.children)
    if inner:
        inner[0].marks = [*block.marks, *inner[0].marks]
        for paragraph in inner:
            if paragraph.tag == "p":
                paragraph.attributes = {**block.attributes, **paragraph.attributes}
    return inner


def _kept(block: Element, children: Iterable[Child]) -> list[Element]:
    block.children = list(children)
    return [] if all(map(is_blank, block.children)) else [block]


def _joined(children: list[Child]) -> list[Child]:
    """Return content in one line, with line breaks between former paragraphs."""
    blocks = blocks_of(children)
    found: list[Child] = []
    for block in blocks:
        if block.tag == "figure":
            found += find_all([block], "img")
            continue
        if found:
            found.append(Element("br"))
        found += inline_of(block.children)
    return found


def _heading(block: Element) -> list[Element]:
    inline = _trimmed(inline_of(_split(block.children)))
    pictures = [Element("figure", {}, [p]) for p in _linked_pictures(inline)]
    if not words_of(inline):
        return pictures
    block.children = _trimmed(_without_pictures(inline)) if pictures else inline
    return [*pictures, block]


def _without_pictures(children: list[Child]) -> list[Child]:
    return [
        c
        if isinstance(c, str)
        else Element(c.tag, c.attributes, _without_pictures(c.children), c.marks)
        for c in children
        if isinstance(c, str) or c.tag != "img"
    ]


def _list(block: Element) -> list[Element]:
    items: list[Child] = []
    for child in block.children:
        if isinstance(child, Element) and child.tag == "li":
            items += _kept(child, item_of(child.children))
        elif isinstance(child, Element) and child.tag in ("ul", "ol") and items:
            last = items[-1]
            assert isinstance(last, Element)
            last.children += _list(child)
        elif child is not BREAK and not is_blank(child):
            items += _kept(Element("li"), item_of([child]))
    return _kept(block, items)


def item_of(children: list[Child]) -> list[Child]:
    """Return the content of a list item or cell: a single paragraph as text with its lists, or
    blocks.
    """
    blocks = blocks_of(children)
    if blocks and blocks[0].tag == "p" and all(b.tag in _LISTS for b in blocks[1:]):
        return [*blocks[0].children, *blocks[1:]]
    if len(blocks) == 1 and blocks[0].tag == "figure" and len(blocks[0].children) == 1:
        return list(blocks[0].children) if "class" not in blocks[0].attributes else list(blocks)
    return list(blocks)


def _definitions(block: Element) -> list[Element]:
    parts: list[Child] = []
    for child in block.children:
        if isinstance(child, Element) and child.tag in ("dt", "dd"):
            parts += _kept(child, item_of(child.children))
        elif child is not BREAK and not is_blank(child):
            parts += _kept(Element("dd"), item_of([child]))
    if not any(isinstance(p, Element) and p.tag == "dt" for p in parts):
        return blocks_of([c for p in parts if isinstance(p, Element) for c in [BREAK, *p.children]])
    return _kept(block, parts)


def _details(block: Element) -> list[Element]:
    summary = next(iter(find_all(block.children, "summary")), Element("summary"))
    summary.children = _trimmed(inline_of(_split(summary.children)))
    inner = blocks_of([c for c in block.children if c is not summary])
    if is_blank(summary):
        return inner
    block.children = [summary, *inner]
    return [block]


# --- figures


def figure_of(figure: Element) -> list[Element]:
    """Return a figure with its pictures and caption. Other content is moved out."""
    if figure.attributes.get("class") == "embed":
        return [figure]
    captions = [c for c in _own_captions(figure.children) if words_of(c.children)]
    caption = captions[-1] if captions else None
    if caption:
        caption.children = _trimmed(_joined(caption.children))
    inner = blocks_of(_without(figure.children, captions))
    figures = [b for b in inner if b.tag == "figure"]
    others = [b for b in inner if b.tag != "figure"]
    if not figures and not caption and (split := _picture_with_words(others)):
        return [split]
    if not figures:
        return _captioned(others, caption)
    is_short = len(words_of([*others])) <= MAX_CAPTION and all(b.tag == "p" for b in others)
    if not caption and others and is_short:
        caption, others = Element("figcaption", {}, _trimmed(_joined([*others]))), []
    is_gallery = figure.attributes.get("class") == "gallery" or len(figures) > 1
    if not is_gallery:
        if caption and not find_all(figures[0].children, "figcaption"):
            figures[0].children.append(caption)
        figures[0].marks = [*figure.marks, *figures[0].marks]
        return [*figures, *others]
    parts: list[Child] = [*_flat(figures), *([caption] if caption else [])]
    return [Element("figure", {"class": "gallery"}, parts, figure.marks), *others]


def _picture_with_words(blocks: list[Element]) -> Element | None:
    """Return a figure for a paragraph that is a picture and a few words after it."""
    if len(blocks) != 1 or blocks[0].tag != "p" or len(words_of([*blocks])) > MAX_CAPTION:
        return None
    first, *rest = blocks[0].children
    pictures = find_all([*blocks], "img")
    if len(pictures) != 1 or isinstance(first, str) or words_of([first]) or not rest:
        return None
    if not (first.tag == "img" or find_all([first], "img")):
        return None
    caption = Element("figcaption", {}, _trimmed(rest))
    return Element("figure", {}, [*_linked_pictures([first]), caption], blocks[0].marks)


def _flat(figures: list[Element]) -> Iterable[Element]:
    for figure in figures:
        if figure.attributes.get("class") != "gallery":
            yield figure
            continue
        yield from (c for c in figure.children if isinstance(c, Element) and c.tag == "figure")


def _own_captions(children: list[Child]) -> list[Element]:
    """Return the captions of a figure, without those of nested figures."""
    found: list[Element] = []
    for child in children:
        if isinstance(child, Element) and child.tag == "figcaption":
            found.append(child)
        elif isinstance(child, Element) and child.tag != "figure":
            found += _own_captions(child.children)
    return found


def _without(children: list[Child], gone: list[Element]) -> list[Child]:
    found: list[Child] = []
    for child in children:
        if isinstance(child, str):
            found.append(child)
        elif not any(child is element for element in gone):
            if child is not BREAK and child.tag != "figure":
                child.children = _without(child.children, gone)
            found.append(child)
    return found


def _captioned(blocks: list[Element], caption: Element | None) -> list[Element]:
    """Return the content of a figure without a picture, followed by its caption."""
    if not caption:
        return blocks
    table = next((b for b in blocks if b.tag == "table"), None)
    if table and not find_all(table.children, "caption"):
        table.children.insert(0, Element("caption", {}, caption.children))
        return blocks
    return [*blocks, Element("p", {}, caption.children)]


# --- tables


def table_of(table: Element) -> list[Element]:
    """Return a data table with its rows, or the content of a layout table."""
    if table.attributes.get("class") == "layout":
        return blocks_of(_cell_contents(table.children))
    parts: list[Child] = []
    for child in table.children:
        if not isinstance(child, Element) or child is BREAK:
            continue
        if child.tag == "caption":
            parts += _kept(child, _trimmed(_joined(child.children)))
        elif child.tag in ("thead", "tbody", "tfoot"):
            parts += _kept(child, _rows(child.children))
        elif child.tag == "tr":
            parts += _rows([child])
    return _kept(table, parts)


def _rows(children: list[Child]) -> list[Child]:
    rows: list[Child] = []
    for row in children:
        if not (isinstance(row, Element) and row.tag == "tr"):
            continue
        cells = [c for c in row.children if isinstance(c, Element) and c.tag in ("td", "th")]
        for cell in cells:
            cell.children = item_of(cell.children)
        if not all(map(is_blank, cells)):
            row.children = list(cells)
            rows.append(row)
    return rows


def _cell_contents(children: list[Child]) -> list[Child]:
    found: list[Child] = []
    for child in children:
        if isinstance(child, str):
            found.append(child)
        elif child.tag in ("caption", "thead", "tbody", "tfoot", "tr", "td", "th"):
            found += [BREAK, *_cell_contents(child.children), BREAK]
        else:
            found.append(child)
    return found
