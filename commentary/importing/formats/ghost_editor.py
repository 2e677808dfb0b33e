"""Makes HTML of what Ghost's editors store: Lexical, Mobiledoc 0.3 and Markdown.

Only for posts whose export has no HTML. Lexical's text formats are bits; Mobiledoc's markers open
and close markups. Both have the same cards under different names of fields.
"""

import html
import json
from collections.abc import Iterator
from itertools import islice

from ...text.article_markdown import from_markdown
from ..json_stream import as_list, as_object, as_text
from ..messages import gettext as _

MAX_DEPTH = 60
MAX_NODES = 200_000
# Bits of a text's format, innermost first.
FORMATS = ((16, "code"), (1, "strong"), (2, "em"), (4, "s"), (8, "u"), (32, "sub"), (64, "sup"))
BLOCKS = {
    "paragraph": "p",
    "quote": "blockquote",
    "extended-quote": "blockquote",
    "aside": "blockquote",
    "listitem": "li",
}
INLINE = {"b", "strong", "i", "em", "u", "s", "code", "sub", "sup"}


def html_of(row: dict, warnings: list[str]) -> str:
    """Return the HTML of a post's row. What can't be converted is counted in a warning."""
    unknown: list[str] = []
    made = ""
    if lexical := as_text(row.get("lexical")):
        root = as_object(_document(lexical, warnings).get("root"))
        made = "".join(islice(_nodes(as_list(root.get("children")), unknown), MAX_NODES))
    elif mobiledoc := as_text(row.get("mobiledoc")):
        made = _mobiledoc(_document(mobiledoc, warnings), unknown)
    elif markdown := as_text(row.get("markdown")):
        made = from_markdown(markdown)
    if unknown:
        kinds = ", ".join(sorted({kind[:40] or _("without a type") for kind in unknown})[:5])
        post = as_text(row.get("slug"))[:60]
        warnings.append(
            _("post %(post)s: parts of the text left out (%(n)s): %(kinds)s")
            % {"post": post, "n": f"{len(unknown):,}", "kinds": kinds}
        )
    return made


def _document(text: str, warnings: list[str]) -> dict:
    try:
        return as_object(json.loads(text))
    except (ValueError, RecursionError):
        warnings.append(_("the text is not valid JSON"))
        return {}


def _nodes(nodes: list, unknown: list[str], depth: int = 0) -> Iterator[str]:
    for node in map(as_object, nodes):
        yield from _node(node, unknown, depth + 1)


def _node(node: dict, unknown: list[str], depth: int) -> Iterator[str]:
    kind = as_text(node.get("type"))
    children = as_list(node.get("children")) if depth < MAX_DEPTH else []
    if kind in ("text", "extended-text"):
        yield _marked(as_text(node.get("text")), node.get("format"))
    elif kind == "linebreak":
        yield "<br>"
    elif kind in ("link", "autolink"):
        yield f'<a href="{html.escape(as_text(node.get("url")))}">'
        yield from _nodes(children, unknown, depth)
        yield "</a>"
    elif kind in ("heading", "extended-heading", "list") or kind in BLOCKS:
        tag = BLOCKS.get(kind) or as_text(node.get("tag"))
        tag = (
            tag
            if tag in {*BLOCKS.values(), "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol"}
            else "p"
        )
        yield f"<{tag}>"
        yield from _nodes(children, unknown, depth)
        yield f"</{tag}>"
    elif (card := _card(kind, node)) is not None:
        yield card
    else:
        unknown.append(kind)
        yield from _nodes(children, unknown, depth)


def _marked(text: str, bits: object) -> str:
    made = html.escape(text, quote=False)
    if isinstance(bits, int):
        for bit, tag in FORMATS:
            if bits & bit:
                made = f"<{tag}>{made}</{tag}>"
    return made


def _card(kind: str, card: dict) -> str | None:
    """Return a card of either editor, or None if it is unknown."""
    kind = kind.removeprefix("card-").lower()

    def value(*names: str) -> str:
        return next((text for name in names if (text := as_text(card.get(name)))), "")

    if kind == "image":
        return _picture(card)
    if kind == "gallery":
        return "".join(_picture(as_object(image)) for image in as_list(card.get("images")))
    if kind == "markdown":
        return from_markdown(value("markdown"))
    if kind in ("html", "embed") and value("html"):
        return value("html")
    if kind in ("code", "codeblock"):
        return f"<pre><code>{html.escape(value('code'), quote=False)}</code></pre>"
    if kind in ("hr", "horizontalrule"):
        return "<hr>"
    if kind == "callout":
        return f"<blockquote>{value('calloutText')}</blockquote>"
    if kind == "toggle":
        return f"<h4>{value('heading')}</h4>{value('content')}"
    if kind in ("bookmark", "embed", "button", "video", "audio", "file"):
        metadata = as_object(card.get("metadata"))
        url = value("url", "buttonUrl", "src")
        title = as_text(metadata.get("title")) or value(
            "buttonText", "fileTitle", "title", "fileName"
        )
        return f'<p><a href="{html.escape(url)}">{html.escape(title or url, quote=False)}</a></p>'
    # Only for members, or only in e-mail.
    return "" if kind in ("paywall", "email", "email-cta", "emailcta") else None


def _picture(image: dict) -> str:
    source, alt = html.escape(as_text(image.get("src"))), html.escape(as_text(image.get("alt")))
    caption = as_text(image.get("caption"))
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    return f'<figure><img src="{source}" alt="{alt}">{below}</figure>' if source else ""


def _mobiledoc(document: dict, unknown: list[str]) -> str:
    made: list[str] = []
    for section in islice(as_list(document.get("sections")), MAX_NODES):
        parts = as_list(section)
        kind, *rest = parts or [None]
        if kind == 1 and len(rest) > 1:
            tag = as_text(rest[0]).lower()
            tag = tag if tag in ("p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6") else "p"
            made.append(f"<{tag}>{_markers(rest[1], document)}</{tag}>")
        elif kind == 2 and rest:
            made.append(_picture({"src": rest[0]}))
        elif kind == 3 and len(rest) > 1:
            tag = "ol" if as_text(rest[0]).lower() == "ol" else "ul"
            items = "".join(f"<li>{_markers(item, document)}</li>" for item in as_list(rest[1]))
            made.append(f"<{tag}>{items}</{tag}>")
        elif kind == 10 and rest:
            name, *payload = as_list(_at(document.get("cards"), rest[0])) or [""]
            name = as_text(name)
            card = _card(name, as_object(payload[0] if payload else None))
            if card is None:
                unknown.append(name)
            made.append(card or "")
        else:
            unknown.append("")
    return "".join(made)


def _at(values: object, place: object) -> object:
    """Return an element of a list, or None."""
    found = as_list(values)
    return found[place] if isinstance(place, int) and 0 <= place < len(found) else None


def _markers(markers: object, document: dict) -> str:
    made: list[str] = []
    opened: list[str] = []
    for marker in as_list(markers):
        kind, opens, closes, value, *_ = [*as_list(marker), None, None, None, None]
        for place in as_list(opens):
            tag, *attributes = as_list(_at(document.get("markups"), place)) or [""]
            tag = as_text(tag).lower()
            pairs = [as_text(text) for text in as_list(attributes[0] if attributes else None)]
            if tag == "a" and "href" in pairs[:-1]:
                made.append(f'<a href="{html.escape(pairs[pairs.index("href") + 1])}">')
            else:
                tag = tag if tag in INLINE else "span"
                made.append(f"<{tag}>")
            opened.append(tag)
        if kind == 1:
            name = as_text((as_list(_at(document.get("atoms"), value)) or [""])[0])
            made.append("<br>" if name == "soft-return" else "")
        else:
            made.append(html.escape(as_text(value), quote=False))
        for _ in range(min(closes, len(opened)) if isinstance(closes, int) else 0):
            made.append(f"</{opened.pop()}>")
    made += [f"</{tag}>" for tag in reversed(opened)]
    return "".join(made)
