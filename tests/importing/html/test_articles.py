"""Articles of saved pages: their metadata, and their text in normal form.

For each page, articles/ contains the expected values: `kind` (an article unless stated), `title`,
`authors`, `date` (as precise as on the page), `url`, `old_addresses` (more may be found),
`body_text` without captions, `blocks` (the number of each) and `pictures`. `html` is the whole body
for cases that check its form; `absent` lists texts that must not appear in it. `pages` says where the page is.
"""

import json
import re
from datetime import datetime
from html import unescape

import pytest

from commentary.importing.formats.html.article import read_article
from commentary.importing.formats.html.comments import read_comments
from commentary.importing.formats.html.dom import decode, parse
from commentary.importing.formats.html.page_facts import page_facts
from tests.importing.html.pages import HERE, page_of

GOLDENS = sorted((HERE / "articles").glob("*.json"))
END = re.compile(
    r"</?(?:p|h\d|li|ul|ol|dl|dt|dd|tr|table|thead|tbody|tfoot|caption|figure|blockquote|pre|hr|br|details|summary)\b[^>]*>"
)


def read(data, name="page.html", address=""):
    document = parse(decode(data).text)
    facts = page_facts(document, name, address)
    comments = read_comments(document, facts)
    return facts, read_article(document, facts, comments.area)


def words_of(html):
    html = re.sub(
        r'<figure class="embed">.*?</figure>|<figcaption>.*?</figcaption>', " ", html, flags=re.S
    )
    html = END.sub(" ", re.sub(r"</t[dh]>", " ", html))
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def blocks_of(html):
    tree = parse(html)

    def count(selector, outside=()):
        return sum(1 for node in tree.css(selector) if not is_in(node, outside))

    return {
        "headings": count("h2, h3, h4, h5, h6"),
        "paragraphs": count("p", ("li", "blockquote", "td", "th", "dd", "figcaption")),
        "pictures": count("img"),
        "tables": count("table"),
        "quotes": count("blockquote"),
        "code": count("pre"),
        "embeds": count("figure.embed"),
    }


def is_in(node, tags):
    while (node := node.parent) is not None:
        if node.tag in tags:
            return True
    return False


def pictures_of(article):
    found = []
    for image in parse(article.body_html).css("img"):
        source = image.attributes["src"]
        figure = image.parent
        while figure is not None and figure.tag != "figure":
            figure = figure.parent
        caption = figure.css_first("figcaption") if figure is not None else None
        found.append(
            {
                "name": "data:" if source.startswith("data-") else source.rpartition("/")[2],
                "alt": image.attributes.get("alt") or "",
                "caption": caption.text() if caption else "",
            }
        )
    return found


def is_same_date(expected, found):
    if not expected or found is None:
        return not expected and found is None
    want = datetime.fromisoformat(expected)
    if len(expected) == 10:
        return want.date() == found.date()
    have = found if want.tzinfo else found.replace(tzinfo=None)
    return want.replace(second=0) == have.replace(second=0)


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda path: path.stem)
def test_a_saved_page_is_read_as_expected(golden):
    expected = json.loads(golden.read_text("utf-8"))
    facts, article = read(
        page_of(golden).read_bytes(), f"{golden.stem}.html", expected.get("address", "")
    )
    assert facts.kind == expected.get("kind", "article"), facts.reasons
    for field, value in expected.items():
        if field == "date":
            assert is_same_date(value, facts.date), facts.date
        elif field == "url":
            assert facts.canonical == value
        elif field == "old_addresses":
            without = {re.sub("^https?://", "", url).rstrip("/") for url in facts.old_addresses}
            assert {re.sub("^https?://", "", url).rstrip("/") for url in value} <= without
        elif field == "body_text":
            assert words_of(article.body_html) == " ".join(value.split())
        elif field == "blocks":
            assert blocks_of(article.body_html) == {**dict.fromkeys(blocks_of(""), 0), **value}
        elif field == "pictures":
            assert pictures_of(article) == value
        elif field == "html":
            assert article.body_html.split("\n") == value
        elif field == "candidates":
            assert article.pictures == value
        elif field == "absent":
            assert not [text for text in value if text in article.body_html]
        elif field not in ("kind", "address", "edge"):
            assert getattr(facts, field) == value
