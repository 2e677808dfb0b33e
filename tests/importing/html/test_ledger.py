"""The ledger of a saved page: what each of its text nodes was used for."""

from pathlib import Path

import pytest

from commentary.importing.formats.html import dom
from commentary.importing.formats.html.page_group import Knowledge, PageBytes, read_pages
from commentary.text.markup import plain_text

SAMPLES = Path(__file__).parents[1] / "saved_pages"
PAGES = sorted(SAMPLES.glob("*.html"))


def ledger_of(path: Path) -> list[tuple[str, str, str]]:
    """The use, owner and words of each text node."""
    reading = read_pages(PageBytes(path.name, "", "", path.read_bytes()), [], Knowledge())
    words = (" ".join(text.split()) for text in reading.texts)
    return [(use, owner, text) for (use, owner, _), text in zip(reading.uses, words, strict=True)]


def test_the_texts_of_an_article_are_counted_as_its_own():
    uses = {words: use for use, _, words in ledger_of(SAMPLES / "01-wordpress-html5.html")}
    own = ["Maud Ferrow", "The Lamps of the North Quay", "What the ledger says", "1931"]
    own.append("The quay in 1931. Photograph: harbour office")
    assert [uses[words] for words in own] == ["article"] * len(own)
    assert uses["Share this:"] == uses["Saltmarsh Notes"] == "furniture"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_each_text_of_a_page_has_one_use(path):
    tree = dom.parse(dom.decode(path.read_bytes()).text)
    assert len(ledger_of(path)) == len(list(dom.text_nodes(tree.root)))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_the_words_of_comments_and_article_are_found_at_their_numbers(path):
    reading = read_pages(PageBytes(path.name, "", "", path.read_bytes()), [], Knowledge())
    for comment in reading.record.comments:
        if plain_text(comment.text) and comment.lines[0]:
            texts = " ".join(reading.texts[comment.lines[0] - 1 : comment.lines[1]])
            first = plain_text(comment.text).split()[0]
            assert first in texts
    body = "".join(reading.record.body_html.split())
    own = [
        "".join(text.split())
        for text, (use, _, reason) in zip(reading.texts, reading.uses, strict=True)
        if use == "article" and not reason
    ]
    found = [text for text in own if text.isalnum() and text in body or not text.isalnum()]
    assert len(found) == len(own)
