"""The measures of the design, on a discussion of short comments and on the seed article."""

import gzip
from statistics import mean, median
from urllib.request import urlopen

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from commentary import discussions
from commentary.management.commands.load_demo import FIXTURES
from commentary.models import Comment
from tests.browser.checks import is_wider_than_the_screen, restyle, violations
from tests.conftest import make_article

SHORT = "/articles/seven-rules-for-a-shared-workshop/"
MEASURE = """() => [...document.querySelectorAll(".thread .comment")].map((comment) => {
  const branch = comment.parentElement, fold = branch.querySelector(":scope > .replies > summary");
  const seen = [...comment.querySelectorAll("a, button, summary, input")];
  const body = comment.querySelector(".comment-body, .hint");
  const own = [comment, ...comment.querySelectorAll("*")].filter((one) => !body.contains(one) || one === body);
  return {
    number: Number(comment.dataset.number),
    depth: Number(comment.dataset.depth),
    top: comment.querySelector(".comment-head").getBoundingClientRect().top,
    lines: Math.round(body.getBoundingClientRect().height / parseFloat(getComputedStyle(body).lineHeight)),
    rows: Math.round(comment.querySelector(".comment-head").getBoundingClientRect().height / 20),
    has_about: Boolean(comment.querySelector(".about-point")),
    links: seen.length,
    stops: seen.length + Boolean(fold),
    elements: own.length,
  };
})"""
LINES = """(text) => {
  const range = document.createRange(), lines = new Map();
  for (const paragraph of document.querySelectorAll(text)) {
    const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      for (let i = 0; i < walker.currentNode.length; i += 1) {
        range.setStart(walker.currentNode, i);
        range.setEnd(walker.currentNode, i + 1);
        const top = Math.round(range.getBoundingClientRect().top);
        lines.set(top, (lines.get(top) || 0) + 1);
      }
    }
  }
  return [...lines.values()];
}"""


@pytest.fixture
def short(transactional_db) -> str:
    """The article with 22 short comments that the design measures."""
    call_command("import_commentary", FIXTURES / f"{SHORT[10:-1]}.txt")
    return SHORT


def measured(page: Page) -> list[dict]:
    return page.evaluate(MEASURE)


@pytest.mark.parametrize(("width", "height"), [(1440, 2300), (360, 2600)])
def test_a_discussion_is_dense(visit, short, width, height):
    page = visit(short, width=width)
    comments = measured(page)
    assert len(comments) == 22
    plain = [
        (one, following)
        for one, following in zip(comments, comments[1:], strict=False)
        if one["lines"] == one["rows"] == 1 and not one["has_about"]
    ]
    replies = [b["top"] - a["top"] for a, b in plain if b["depth"]]
    starts = [b["top"] - a["top"] for a, b in plain if not b["depth"]]
    assert len(replies) >= 3 and max(replies) <= 76, replies
    assert len(starts) > 1 and max(starts) <= 92, starts
    assert page.locator("ol.thread").bounding_box()["height"] <= height


def test_a_comment_has_few_links_and_elements(visit, short):
    comments = measured(visit(short))
    assert mean(comment["links"] for comment in comments) <= 4.5
    assert mean(comment["stops"] for comment in comments) <= 5
    assert max(comment["elements"] for comment in comments) <= 14


def test_lines_of_articles_are_comfortable_to_read(visit, transactional_db):
    words = "It lasted three times as long from the day on which we all had stopped counting it. "
    article = make_article("Long lines", body="\n\n".join([words * 12] * 3))
    page = visit(article.get_absolute_url())
    lengths = sorted(page.evaluate(LINES, ".prose p"))[3:]  # without the last line of each
    assert 62 <= median(lengths) <= 70, (median(lengths), mean(lengths))


def test_an_article_with_its_styles_and_script_is_light(visit, live_server, transactional_db):
    body = "\n\n".join(
        f"{n}. " + "Words of a point, as long as they are. " * 6 for n in range(1, 6)
    )
    article = make_article("Five signs", body=body)
    said = [Comment(body="A response of the usual length. " * 8, name="Ann") for _ in range(7)]
    discussions.import_comments(article.pk, said, [None, 0, None, 2, 3, None, None])
    page = visit(article.get_absolute_url())
    files = page.evaluate(
        """[location.href, ...[...document.querySelectorAll("link[rel=stylesheet], script[src]")]
            .map((file) => file.href || file.src)]"""
    )
    assert len(files) >= 3
    sizes = [len(gzip.compress(urlopen(file).read())) for file in files]
    assert sum(sizes) < 25_000, sizes


def test_heads_and_tools_take_few_lines_on_a_phone(visit, transactional_db):
    article = make_article("Dates")
    ines = article.authors.create(name="Ines Falk", slug="ines")
    said = [Comment(body="Words.", name=name) for name in ("Ann", ines.name, "Bo", "Cleo")]
    for comment in said:
        comment.dated_at = "2024-09-12T09:02Z"
    said[1].author = ines
    discussions.import_comments(article.pk, said, [None, 0, 1, 0])
    page = visit(article.get_absolute_url(), width=360)
    expect(page.locator("#comment-2 .badge-author")).to_have_text("Article author")
    assert [comment["rows"] for comment in measured(page)] == [1] * 4
    assert page.locator(".thread-tools").bounding_box()["height"] < 3 * 28  # two lines of links


@pytest.mark.parametrize(
    ("path", "scheme"), [(SHORT, "light"), (SHORT, "dark"), ("/archive/", "light")]
)
def test_nothing_is_wider_than_a_narrow_screen_with_large_text(visit, short, path, scheme):
    page = visit(path, width=320)
    page.emulate_media(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert not is_wider_than_the_screen(page)
    restyle(page, "html { font-size: 200% }")
    assert not is_wider_than_the_screen(page)
    restyle(
        page,
        "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; "
        "word-spacing: 0.16em !important } p { margin-block-end: 2em !important }",
    )
    assert not is_wider_than_the_screen(page)


@pytest.mark.parametrize("key", [False, True])
def test_more_opens_below_the_comment_and_one_at_a_time(visit, short, key):
    page = visit(short)

    def press(number: int) -> None:
        if key:
            page.locator(f"#comment-{number} .comment-number").focus()
            page.keyboard.press("m")
        else:
            page.get_by_role("link", name=f"More about #{number}", exact=True).click()

    press(4)
    actions = page.locator("#comment-4 .comment-links ul")
    expect(actions.get_by_role("link", name="Report #4")).to_be_visible()
    expect(actions.get_by_role("link", name="Parent #3 Liv Amundsen")).to_have_attribute(
        "href", "#comment-3"
    )
    assert page.url.endswith(short)
    press(6)
    expect(page.locator("#comment-6 .comment-links ul")).to_be_visible()
    expect(actions).to_have_count(0)
    page.locator("#comment-6 .comment-links ul a").first.focus()
    page.keyboard.press("Escape")
    expect(page.locator(".comment-links ul")).to_have_count(0)
    expect(page.get_by_role("link", name="More about #6", exact=True)).to_be_focused()


@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_no_violation_in_what_the_script_opens(visit, short, width):
    page = visit(short, width=width)
    page.get_by_role("link", name="More about #4", exact=True).click()
    expect(page.get_by_role("link", name="Report #4")).to_be_visible()
    page.get_by_text("Tools", exact=True).click()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    page.locator("#comment-4 .comment-number").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []


def test_a_key_leads_to_the_next_new_comment(visit, short):
    page = visit(f"{short}?since=2016-02-09")
    page.locator("#comment-1 .comment-number").focus()
    found = []
    for _ in range(3):
        page.keyboard.press("n")
        found.append(
            page.evaluate("document.activeElement.closest('.comment.is-new').dataset.number")
        )
    assert found == ["12", "17", "18"]  # 12 has no date: it came with the import


def test_more_is_a_page_without_javascript(visit, short):
    page = visit(short, script=False)
    page.get_by_role("link", name="More about #4", exact=True).click()
    assert page.url.endswith("/comments/4/more/")
    page.get_by_role("link", name="Top of thread").click()
    assert page.url.endswith("#comment-1")


def test_keys_reply_search_and_help(visit, short):
    page = visit(short)
    page.keyboard.press("/")
    expect(page.get_by_label("Search this article and its responses")).to_be_focused()
    page.keyboard.type("n?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator("#comment-4 .comment-number").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator("#comment-4 .comment-number").focus()
    page.keyboard.press("r")
    expect(page.locator("#reply-4 textarea")).to_be_focused()


def test_print_has_the_text_its_address_and_the_day_at_full_width(visit, short):
    page = visit(short, width=794)
    page.emulate_media(media="print")
    expect(page.locator(".print-only")).to_contain_text(short)
    number, text = page.locator("#point-1 .point-number"), page.locator("#point-1 .point-text")
    assert number.bounding_box()["x"] < text.bounding_box()["x"]
    assert abs(number.bounding_box()["y"] - text.bounding_box()["y"]) < 12
    assert page.locator("#comment-1").bounding_box()["width"] > 0.9 * 794 - 40
    for hidden in (".comment-links", ".thread-tools", "form", "nav", ".article-foot"):
        for shown in page.locator(hidden).all():
            expect(shown).to_be_hidden()


@pytest.mark.parametrize("width", [1440, 360])
def test_words_of_the_interface_keep_the_direction_of_the_site(visit, transactional_db, width):
    article = make_article(
        "لماذا نقرأ الهوامش", slug="rtl", body="1. الهامش أول مكان.\n\n2. مكان آخر.", language="ar"
    )
    discussions.import_comments(
        article.pk, [Comment(body="نعم.", name="سلمى"), Comment(body="Yes.", name="Bo")], [None, 0]
    )
    page = visit(article.get_absolute_url(), width=width)
    direction = "element => getComputedStyle(element).direction"
    assert page.locator(".point-text").first.evaluate(direction) == "rtl"
    assert page.locator(".responses").evaluate(direction) == "ltr"
    assert page.locator(".responses").get_attribute("lang") == "en"
    title, count = (
        page.locator("h1").bounding_box(),
        page.locator("#responses-title").bounding_box(),
    )
    assert count["x"] < title["x"] + title["width"] / 2
    assert not is_wider_than_the_screen(page)
