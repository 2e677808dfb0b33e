"""Threads of forums: which page of a thread this is, and which posts are comments."""

import pytest

from commentary.importing.formats.html.comment_dates import read_order
from commentary.importing.formats.html.comments import read_comments
from commentary.importing.formats.html.dom import parse
from commentary.importing.formats.html.threads import is_later_page
from tests.importing.html.test_comments import Facts

POST = (
    '<li class="message" data-author="{0}" id="post-{1}"><div class="userText"><a class="username">'
    '{0}</a></div><blockquote class="messageText">{2}</blockquote><span class="DateTime" '
    'title="{1} May 2014 at 10:00">{1} May 2014</span></li>'
)


def thread(*posts, around=""):
    shown = "".join(POST.format(*post) for post in posts)
    return parse(f"<body><h1>Weirs</h1>{around}<ol>{shown}</ol></body>")


POSTS = (("Ann", 3, "Where is the weir?"), ("Bo", 4, "Below the mill."), ("Cy", 5, "Gone."))


@pytest.mark.parametrize(
    "address",
    [
        "http://b.example/viewtopic.php?t=12&start=15",
        "http://b.example/threads/weir.12/page-2",
        "http://b.example/index.php?topic=88.15",
        "http://b.example/showthread.php?t=9&page=3",
        "http://b.example/topic/weir/page/2/",
    ],
)
def test_a_later_page_of_a_thread_is_known_by_its_address(address):
    assert is_later_page(thread(*POSTS), address)


@pytest.mark.parametrize(
    "address",
    [
        "http://b.example/viewtopic.php?t=12",
        "http://b.example/viewtopic.php?p=512#p512",
        "http://b.example/index.php?topic=88.0",
        "http://b.example/threads/weir.12/",
        "http://b.example/showthread.php?t=9&page=1",
    ],
)
def test_the_first_page_of_a_thread_is_no_later_page(address):
    assert not is_later_page(thread(*POSTS), address)


def test_the_first_post_of_a_thread_is_the_article():
    found = read_comments(thread(*POSTS), Facts("http://b.example/threads/weir.12/"))
    assert [comment.author for comment in found.comments] == ["Bo", "Cy"]
    assert (found.opening.author, found.opening.date.day) == ("Ann", 3)


def test_all_posts_of_a_later_page_are_comments():
    pages = '<div class="pagination">Page <strong>2</strong> of <strong>2</strong></div>'
    found = read_comments(thread(*POSTS, around=pages), Facts("http://b.example/x"))
    assert [comment.author for comment in found.comments] == ["Ann", "Bo", "Cy"]
    assert found.opening is None


def test_posts_in_a_form_for_moderators_are_comments():
    shown = "".join(POST.format(*post) for post in POSTS)
    page = parse(f'<body><h1>Weirs</h1><form action="inline"><ol>{shown}</ol></form></body>')
    assert [c.author for c in read_comments(page, Facts("http://b.example/x")).comments] == [
        "Bo",
        "Cy",
    ]


@pytest.mark.parametrize(
    ("shown", "order"),
    [
        ("05-24-2011, 06:02 PM", True),
        ("24-05-2011 18:02", False),
        ("05-04-2011, 06:02 PM", True),
        ("05-04-2011 18:02", None),
        ("2011-05-24 18:02", None),
    ],
)
def test_dates_with_hyphens_show_whether_the_month_is_first(shown, order):
    assert read_order(parse(f"<p>{shown}</p>")) is order
