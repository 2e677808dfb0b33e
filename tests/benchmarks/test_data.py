"""Every product gets the same data, in every run."""

import json
from xml.etree import ElementTree

import pytest

from benchmarks.peers import data
from benchmarks.peers.data import Archive

WP = "{http://wordpress.org/export/1.2/}"
DISQUS = "{http://disqus.com}"


@pytest.fixture(scope="module")
def archive() -> Archive:
    return data.make_archive(3, {1: 7, 2: 200}, words_per_article=120)


def test_the_same_seed_gives_the_same_data(archive):
    again = data.make_archive(3, {1: 7, 2: 200}, words_per_article=120)
    assert again == archive
    assert data.make_archive(3, {1: 7}, words_per_article=120, seed=2) != archive


def test_articles_have_the_given_numbers_of_comments(archive):
    assert [len(article.comments) for article in archive.articles][:2] == [7, 200]
    assert archive.comment_count == sum(len(article.comments) for article in archive.articles)


def test_comments_answer_earlier_ones_of_the_same_article(archive):
    answered = 0
    for article in archive.articles:
        depths: dict[int | None, int] = {None: 0}
        for comment in article.comments:
            assert comment.depth == depths[comment.parent] + 1 <= data.MAX_DEPTH
            depths[comment.number] = comment.depth
            answered += comment.parent is not None
    assert answered > 100


def test_exports_contain_every_comment_with_its_parent(archive, tmp_path):
    data.write_wordpress(archive, tmp_path / "wordpress.xml")
    data.write_disqus(archive, tmp_path / "disqus.xml")
    data.write_json(archive, tmp_path / "data.json")
    comments = [comment for article in archive.articles for comment in article.comments]
    expected = [(str(c.number), str(c.parent or 0), c.text) for c in comments]
    nodes = ElementTree.parse(tmp_path / "wordpress.xml").iter(f"{WP}comment")
    fields = ("comment_id", "comment_parent", "comment_content")
    assert [tuple(node.findtext(WP + name) for name in fields) for node in nodes] == expected
    posts = list(ElementTree.parse(tmp_path / "disqus.xml").iter(f"{DISQUS}post"))
    assert [post.findtext(f"{DISQUS}message") for post in posts] == [c.text for c in comments]
    assert sum(post.find(f"{DISQUS}parent") is not None for post in posts) == sum(
        c.parent is not None for c in comments
    )
    loaded = json.loads((tmp_path / "data.json").read_text())
    assert [article["slug"] for article in loaded["articles"]] == [
        "article-1",
        "article-2",
        "article-3",
    ]


def test_texts_to_post_are_never_repeated():
    assert len({*data.new_texts(50), *data.new_texts(50)}) == 100
