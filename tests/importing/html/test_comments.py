"""Comments of saved pages in the layouts of many programs and themes.

For each page, comments/ contains the expected values: `comments` in page order with author,
author_url, date (as precise as on the page), parent_index, text, kind and old_ids (more may be
found); `declared_count` and `closed`.
"""

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from commentary.importing.formats.html.comments import candidates, read_comments
from commentary.importing.formats.html.dom import decode, parse, text_nodes
from commentary.text.markup import plain_text
from tests.importing.html.pages import COMMENTS, SAMPLES, page_of

GOLDENS = sorted(COMMENTS.glob("*.json"))
PAGES = [page_of(golden) for golden in GOLDENS]


@dataclass(frozen=True)
class Facts:
    address: str = ""
    canonical: str = ""
    language: str = ""


def read(html, address="", **options):
    return read_comments(parse(html), Facts(address, address), **options)


def as_golden(result):
    keys = [comment.key for comment in result.comments]
    assert len(set(keys)) == len(keys)
    return [
        {
            "author": comment.author or None,
            "author_url": comment.author_url or None,
            "date": comment.date and comment.date.isoformat(),
            "parent_index": None if comment.parent is None else keys.index(comment.parent),
            "text": plain_text(comment.text) if comment.markup == "html" else comment.text,
            "kind": {"removed": "deleted", "pending": "pending"}.get(comment.status, comment.kind),
            "old_ids": comment.old_ids,
        }
        for comment in result.comments
    ]


def is_same_date(expected, found):
    """Compare a day, a local time or an exact time, to the minute."""
    if not expected or not found:
        return not expected and not found
    want, have = datetime.fromisoformat(expected), datetime.fromisoformat(found)
    if len(expected) == 10:
        return want.date() == have.date()
    if want.tzinfo and have.tzinfo:
        return abs((want - have).total_seconds()) < 60
    local = have.replace(second=0, microsecond=0, tzinfo=None)
    clocks = {want.replace(second=0, tzinfo=None)}
    if want.tzinfo:
        clocks.add(want.astimezone(UTC).replace(second=0, tzinfo=None))
    return local in clocks


@pytest.mark.parametrize("expected", GOLDENS, ids=lambda path: path.stem)
def test_the_comments_of_a_saved_page_are_read_as_expected(expected):
    golden = json.loads(expected.read_text())
    result = read(decode(page_of(expected).read_bytes()).text, golden["address"])
    found = as_golden(result)
    assert [(c["author"], c["kind"], c["parent_index"], c["text"]) for c in found] == [
        (c["author"], c["kind"], c["parent_index"], c["text"]) for c in golden["comments"]
    ]
    for expected, have in zip(golden["comments"], found, strict=True):
        assert (expected["author_url"] or "").rstrip("/") == (have["author_url"] or "").rstrip("/")
        assert is_same_date(expected["date"], have["date"]), (expected, have)
        assert set(expected["old_ids"]) <= set(have["old_ids"])
    assert result.declared_count == golden["declared_count"]
    assert bool(result.closed) == golden["closed"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_text_node_of_the_comments_has_one_use(page):
    result = read(decode(page.read_bytes()).text)
    used = [use.node.mem_id for use in result.text_uses]
    assert len(used) == len(set(used))
    owners = {use.owner for use in result.text_uses if use.use == "comment"}
    if result.layout != ("data", "json-ld"):
        assert owners == {comment.key for comment in result.comments}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_best_candidate_is_the_layout_that_is_read(page):
    document = parse(decode(page.read_bytes()).text)
    found = candidates(document)
    chosen = read_comments(document).layout
    if chosen is None or chosen[0] == "data":
        assert not found
        return
    assert found[0].key == chosen
    assert read_comments(document, layout=chosen).layout == chosen


def test_a_layout_is_chosen_for_a_site_over_all_its_pages():
    # A single comment under a heading without a number has no layout of its own; other pages show it.
    comment = "<div class=zz><b>{0}</b> <i>3 May 2011, 14:05</i><p>Words of {0}.</p></div>"
    page = "<h1>T</h1><p>Body.</p><div id=talk><h3>Comments</h3>{0}</div>"
    lonely = page.format(comment.format("Ann"))
    busy = page.format("".join(map(comment.format, ("Bea", "Cy", "Di"))))
    key = candidates(parse(busy))[0].key
    assert [c.author for c in read(busy, layout=key).comments] == ["Bea", "Cy", "Di"]
    assert read(lonely).comments == []
    assert [c.author for c in read(lonely, layout=key).comments] == ["Ann"]


def test_a_known_family_is_used_if_the_layout_of_the_site_finds_nothing():
    html = SAMPLES["wordpress-html5"].read_text()
    result = read(html, layout=("shape", "div", "zz", ""))
    assert result.layout == ("family", "wordpress")


def test_the_order_of_dates_may_come_from_other_pages_of_the_site():
    html = (COMMENTS / "order-unknown.html").read_text()
    assert read(html).comments[0].date is None
    assert read(html, month_first=True).comments[0].date == datetime(2014, 5, 3, 14, 5)
    assert read(html, month_first=False).comments[0].date == datetime(2014, 3, 5, 14, 5)


def test_other_pages_of_the_comments_are_listed():
    html = (COMMENTS / "paged-comments.html").read_text()
    pages = read(html, "https://gull.example/egg/comment-page-2/").pages
    assert pages.number == 2
    assert pages.by_number == {
        1: "https://gull.example/egg/comment-page-1/",
        3: "https://gull.example/egg/comment-page-3/",
    }


def test_the_comment_area_contains_nothing_of_the_article():
    for page in PAGES:
        document = parse(decode(page.read_bytes()).text)
        area = {node.mem_id for node in read_comments(document).area}
        for body in document.css(".entry-content, .entry-body, .post-body, .asset-body, h1"):
            above = body
            while above is not None:
                attributes = above.attributes or {}
                name = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".strip()
                is_comment = "comment" in name or name == "hfeed"
                assert is_comment or above.mem_id not in area, page.stem
                above = above.parent


def test_lines_are_the_text_nodes_of_the_page():
    document = parse((COMMENTS / "no-ids.html").read_text())
    texts = [node.text_content for node in text_nodes(document.root)]
    for comment in read_comments(document).comments:
        first, last = comment.lines
        assert comment.text in texts[first - 1 : last]


def test_collapsed_comments_make_a_page_uncertain():
    html = (COMMENTS / "livejournal-subjects-and-folded.html").read_text()
    assert read(html).uncertain == ["1 comment is collapsed: the text is not on the page"]


@pytest.mark.parametrize(
    "notice",
    [
        "Comments are closed.",
        "The comments to this entry are closed.",
        "Commenting is closed for this article.",
        "Commenting has expired for this article.",
        "The author does not allow comments to this entry",
        "New comments are not allowed.",
        "Kommentare sind geschlossen",
        "Los comentarios están cerrados",
        "Les commentaires sont fermés",
        "I commenti sono chiusi",
        "Os comentários estão fechados",
        "Комментарии закрыты",
        "コメントは受け付けていません",
        "دیدگاه‌ها بسته شده‌اند",
        "Topic locked",
        "It was filed under Tea. Both comments and pings are currently closed.",
    ],
)
def test_a_sentence_below_the_comments_closes_them(notice):
    html = f"<h1>T</h1><p>Body.</p><div id=comments><h3>Comments</h3></div><p>{notice}</p>"
    result = read(html)
    assert result.closed is True
    assert result.closing_notice in notice


@pytest.mark.parametrize(
    "html",
    [
        "<h1>T</h1><p>Comments are closed.</p><p>So said the sign.</p><div id=comments></div>",
        "<h1>T</h1><div id=comments><p>You must be logged in to post a comment.</p></div>",
        "<h1>T</h1><div id=comments><ol class=commentlist><li class=comment id=comment-1><b class=fn>Ann"
        "</b> <span class=date>3 May 2011, 14:05</span><div class=comment-content><p>Comments are closed."
        "</p></div></li></ol></div>",
        "<h1>T</h1><div id=comments></div>",
    ],
    ids=["in the article", "log in", "in a comment", "no form"],
)
def test_other_sentences_do_not_close_them(html):
    assert not read(html.replace("<p>So", "<div class=entry-content><p>So")).closed


@pytest.mark.parametrize(
    ("heading", "count"),
    [
        ("5 Responses to “T”", 5),
        ("One Reply to “T”", 1),
        ("7 comments:", 7),
        ("One thought on “T”", 1),
        ("{ 4 comments… read them below or add one }", 4),
        ("4 Kommentare", 4),
        ("Keine Kommentare", 0),
        ("1,204 thoughts on “T”", 1204),
        ("Comments (5)", 5),
        ("(6 comments) - (Post a new comment)", 6),
        ("已有 3 条评论", 3),
        ("۳ دیدگاه", 3),
        ("Es gibt 2 Kommentare", 2),
        ("Comments", None),
        ("Leave a comment", None),
    ],
)
def test_the_count_is_what_the_heading_states(heading, count):
    assert (
        read(f"<h1>T</h1><p>Body.</p><div id=comments><h3>{heading}</h3></div>").declared_count
        == count
    )


FRAGMENTS = (
    "<div>",
    "</div>",
    "</li></ol>",
    '<li class="comment" id="comment-99999999999999999999">',
    '<a href="http://[">x</a>',
    '<a href="?showComment=99999999999999#c1">9</a>',
    '<time datetime="9999-99-99T99:99:99+99:99">',
    "31/02/2010",
    "<!--",
    "<table><tr><td>",
    "&#0;",
    '<ol class="children">',
    '<p style="margin-left:9999px" class="depth-999">',
    "<dd>",
    '<base href="http://[x">',
    '<b data-parent="99">',
    '<script type="application/ld+json">{"comment":[{"text":"x","comment":{"text":"y"}},7,null]}</script>',
    '<script>window._preloads = {"comments":[1,{"id":null,"date":5,"children":3}]}</script>',
)


def mutated(text, chance):
    for _change in range(chance.choice((1, 2, 4, 8))):
        at = chance.randrange(len(text) or 1)
        to = at + chance.choice((0, 1, 10, 100, 1000))
        kind = chance.randrange(4)
        if kind == 0:
            text = text[:at] + text[to:]
        elif kind == 1:
            text = text[:at] + chance.choice(FRAGMENTS) * chance.choice((1, 1, 20)) + text[at:]
        elif kind == 2:
            text = text[:at] + text[at:to] * chance.choice((2, 10)) + text[to:]
        else:
            text = text[:to]
    return text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_comments_of_a_broken_page_form_valid_threads(page):
    text = decode(page.read_bytes()).text
    chance = random.Random(page.stem)
    for _try in range(10):
        result = read(mutated(text, chance), "http://[")
        seen = set()
        for comment in result.comments:
            assert comment.parent is None or comment.parent in seen
            assert comment.key not in seen
            seen.add(comment.key)
        used = [use.node.mem_id for use in result.text_uses]
        assert len(used) == len(set(used))


def test_comments_that_are_not_recognised_below_their_heading_are_doubted():
    page = (
        "<html><body><h1>Locks</h1><p>The lock keepers counted the barges.</p><h2>Comments</h2>"
        "<div>On 3 May 2011 somebody with a name came here and wrote down something.</div>{}</body></html>"
    )
    assert read(page.format("")).uncertain
    assert not read(page.replace("Comments", "Notes").format("")).uncertain


def test_classes_of_states_and_of_build_tools_do_not_part_similar_comments():
    comment = (
        '<div class="{}"><b>{}</b> <time datetime="2022-08-0{}">{}</time><p>Text of {}.</p></div>'
    )
    odd = [
        comment.format(f"row_{s}", n, i, i, n)
        for i, (n, s) in enumerate([("Ann", "odd"), ("Bo", "even"), ("Cy", "odd")], 1)
    ]
    built = [
        comment.format("Item_root__3kX9a", n, i, i, n) for i, n in enumerate(["Ann", "Bo", "Cy"], 1)
    ]
    for rows in (odd, built):
        found = read(f"<h1>T</h1><p>A text.</p><h2>Comments (3)</h2><div>{''.join(rows)}</div>")
        assert [c.author for c in found.comments] == ["Ann", "Bo", "Cy"]


def test_comments_between_rules_are_separated():
    rows = "".join(
        f"<hr><b>Name:</b> {name}<br><b>Date:</b> {day} May 1999 at 10:00<br><b>Comments:</b><br>"
        f"Text of {name}, about the weir.<p>"
        for name, day in (("Ann", 3), ("Bo", 4), ("Cy", 5))
    )
    found = read(
        f"<h1>Weir</h1><p>A text.</p><h2>What visitors said</h2>{rows}<hr><small>1999</small>"
    )
    assert [c.author for c in found.comments] == ["Ann", "Bo", "Cy"]


def test_a_box_of_replies_may_follow_its_comment_in_an_element_of_any_name():
    said = "<div class=x id=q{0}><b>Ann</b> <i>1{0} April 2013</i><p>I saw it {0} times.</p></div>"
    one, other, third, last = (said.format(n) for n in (1, 2, 3, 4))
    page = f"<h2>4 comments</h2><div>{one}<div class=zz>{other}<div class=zz>{third}</div></div>{last}</div>"
    keys = {comment.key: comment.parent for comment in read(page).comments}
    assert keys == {"1": None, "2": "1", "3": "2", "4": None}


def test_the_number_of_a_comment_is_no_name():
    rows = "".join(
        f"<li class=x><div><b>{n}.</b></div><div><b>{name}</b></div> <i>1{n} April 2013</i><p>Yes, {n}.</p></li>"
        for n, name in ((1, "ann"), (2, "bo"), (3, "cy"))
    )
    found = read(f"<h2>3 comments</h2><ol>{rows}</ol>").comments
    assert [comment.author for comment in found] == ["ann", "bo", "cy"]


def test_a_link_in_a_sentence_is_no_button():
    rows = "".join(
        f"<li class=x><b>Ann</b> <i>1{n} April 2013</i><div>See this <a href=https://other.example/a>link</a> there.</div></li>"
        for n in (1, 2)
    )
    found = read(f"<h2>2 comments</h2><ol>{rows}</ol>").comments
    assert all(">link</a> there." in comment.text for comment in found)
