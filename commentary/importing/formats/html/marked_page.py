"""Shows a saved page with some of its texts marked, as a harmless document.

The document is built from the parsed page with an allow-list: no scripts, styles, forms,
frames, links or pictures of the page remain. It has a single style sheet, which `POLICY` names by
its hash.
"""

import base64
import hashlib
import html
from collections.abc import Collection, Iterator

from . import dom
from .dom import Node

SHOWN = (
    "p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre hr br table caption thead tbody tfoot tr th "
    "td div section article aside header footer nav main figure figcaption address code em strong "
    "b i u s del ins sub sup small q abbr cite kbd samp var time"
)
TAGS = frozenset(SHOWN.split())
VOID = {"br", "hr"}
ATTRIBUTES = ("dir", "lang", "colspan", "rowspan", "start", "value")
LONGEST = 20  # characters of an attribute
STYLE = (
    ":root{color-scheme:light dark}"
    "body{margin:0;padding:1rem;font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}"
    "table{border-collapse:collapse}th,td{border:1px solid;padding:.2rem .5rem;vertical-align:top}"
    "pre{white-space:pre-wrap}ul,ol{padding-inline-start:1.5em}"
    ".picture{border:1px dashed;padding:0 .3em}"
    "mark{background:#ffec99;color:#3d3100}mark:target{outline:2px solid #27479a;outline-offset:1px;"
    "scroll-margin-block:4rem}"
)
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# The policy of the document: it loads nothing, runs nothing, and only our pages may frame it.
POLICY = f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; frame-ancestors 'self'; sandbox"
FIRST = "marked"  # the id of the first marked text


def page_texts(data: bytes, encoding: str) -> list[str]:
    """Return the text nodes of a page, of which the first has number 1. Raises UnreadablePage."""
    document = dom.parse(dom.decode(data, encoding).text)
    return [node.text_content or "" for node in document.texts]


def marked_page(data: bytes, encoding: str, marked: Collection[int]) -> str:
    """Return a page as an HTML document, with the text nodes of the numbers in `marked` marked. The
    first has the id `FIRST`. Raises UnreadablePage.
    """
    document = dom.parse(dom.decode(data, encoding).text)
    body = "".join(_written(document.root, marked))
    language = (document.root.attributes or {}).get("lang") or ""
    lang = f' lang="{html.escape(language)}"' if 0 < len(language) <= LONGEST else ""
    return (
        f'<!doctype html><html{lang}><head><meta charset="utf-8"><title>{FIRST}</title>'
        f"<style>{STYLE}</style></head><body>{body}</body></html>"
    )


def _written(root: Node, marked: Collection[int]) -> Iterator[str]:
    """Yield the page in pieces."""
    number, mark = 0, f' id="{FIRST}"'
    for here, is_end in dom.walk_with_ends(root):
        tag = here.tag or ""
        if here.is_text_node:
            words = html.escape(here.text_content or "")
            if not here.is_empty_text_node:
                number += 1
                if number in marked:
                    words = f"<mark{mark}>{words}</mark>"
                    mark = ""
            yield words
        elif tag == "img" and not is_end:
            if alt := (here.attributes or {}).get("alt"):
                yield f'<span class="picture">{html.escape(alt)}</span>'
        elif tag in TAGS and not (is_end and tag in VOID):
            yield f"</{tag}>" if is_end else f"<{tag}{_attributes(here)}>"


def _attributes(node: Node) -> str:
    own = node.attributes or {}
    return "".join(
        f' {name}="{html.escape(value)}"'
        for name in ATTRIBUTES
        if (value := own.get(name)) and len(value) <= LONGEST
    )
