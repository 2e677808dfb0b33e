"""Every page: without JavaScript, by keyboard, on narrow screens and with large text."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from commentary import discussions
from commentary.models import Author, Byline, Comment
from tests.browser.checks import restyle
from tests.conftest import make_article

# Actions on each page, and what is visible afterwards.
ACTS = [
    ("home", "link", "Why bees dance", "#point-1"),
    ("home", "link", "2026", "h1 >> text=2026"),
    ("home", "link", "Latest responses", "h1 >> text=Latest responses"),
    ("home", "searchbox", "Search articles and responses", ".result-list mark"),
    ("article", "link", "16 responses", "#responses-title"),
    ("article", "link", "#15 Bo", "#comment-15"),
    ("more", "link", "Next reply", "#comment-12"),
    ("more", "link", "Parent #1 Ann", "#comment-1"),
    ("more", "link", "Report #2", "h1 >> text=Report comment #2"),
    ("deep", "link", "Top of thread", "#comment-1"),
    ("article", "link", "Respond to point 2", "form#reply textarea"),
    ("article", "link", "Reply to #12", "form#reply-12 textarea"),
    ("article", "link", "Write a response", "form#reply textarea"),
    ("tools", "searchbox", "Search this article and its responses", ".result-list mark"),
    ("form", "button", "Post", ".error-summary"),
    ("report", "button", "Send report", ".error-summary"),
    ("huge", "link", "Newest", "#comment-6"),
    ("huge", "link", "Show 6 more replies in this thread", "#comment-27"),
    ("huge", "link", "Next 2 threads", "#comment-5"),
    ("later", "link", "Previous threads", "#comment-1"),
    ("later", "link", "Read the article", "h1 >> text=Why so many"),
    ("since", "link", "Next new", "#comment-7"),
    ("branch", "link", "#1", "#comment-1"),
    ("branch", "link", "Next thread", "#comment-15"),
    ("point", "link", "View in thread #15", "#comment-15"),
    ("point", "link", "See all responses", "#responses-title"),
    ("author", "link", "Why bees dance", "#point-1"),
    ("authors", "link", "Ada", "h1 >> text=Ada"),
    ("commenter", "link", "#1 on Why bees dance", "#comment-1"),
    ("responses", "link", "#17 on Why bees dance", "#comment-17"),
    ("archive", "link", "Nov", "#m11"),
    ("years", "link", "Nov 2026: 1 article", "h1 >> text=November 2026"),
    ("month", "link", "Why bees dance", "#point-1"),
    ("acts", "link", "Thread #15 closed", "#comment-15"),
    ("past", "link", "View the current version", "#point-1"),
    ("no day", "link", "View the current version", "#point-1"),
    ("found", "link", "Responses 2", ".result-list mark"),
    ("found", "link", "Sort by date", ".result-list mark"),
    ("not found", "link", "bees", ".result-list mark"),
    ("404", "link", "All articles", ".article-list"),
    ("410", "link", "Its place in the thread", "#comment-13"),
    ("api", "link", "Articles", ".article-list"),
]

# Everything the Tab key should reach; of each group of radio buttons, one.
STOPS = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter((el) => el.checkVisibility({ visibilityProperty: true }) && el.type !== "hidden")
  .filter((el) => el.type !== "radio" || el === el.form.elements[el.name][0])"""
NAMES = f"() => ({STOPS})().map((el) => `${{el.localName}} ${{el.textContent.trim()}} ${{el.name || ''}}`)"
# Which of them has the focus, and what is wrong with its visibility.
FOCUS = f"""() => {{
  const el = document.activeElement, style = getComputedStyle(el), faults = [];
  const {{ left, top, width, height }} = el.getClientRects()[0];
  const seen = [0.1, 0.5].some((part) => {{
    const hit = document.elementFromPoint(left + part * width, top + part * height);
    return hit && (el.contains(hit) || hit.contains(el));
  }});
  if (!seen) faults.push("covered or out of sight");
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 3) faults.push("no outline");
  return [({STOPS})().indexOf(el), faults];
}}"""

# Text that can't be read: outside the page, clipped, or overlapping other text.
UNREADABLE = """() => {
  const root = document.documentElement, faults = [], lines = [];
  const say = (el, what) => faults.push(`${what}: ${el.outerHTML.slice(0, 120)}`);
  const styled = (el, property) => getComputedStyle(el)[property];
  // Where the last line shown of a shortened text ends. Its other lines have boxes and are not drawn.
  const foot = (el) => !el ? Infinity : styled(el, "webkitLineClamp") !== "none" ? el.getBoundingClientRect().bottom : foot(el.parentElement);
  const isForEars = (el) => el && (styled(el, "clipPath") === "inset(50%)" || isForEars(el.parentElement));
  if (root.scrollWidth > root.clientWidth) faults.push(`the page is ${root.scrollWidth} px wide`);
  for (const el of document.body.querySelectorAll("*")) {
    if (!el.checkVisibility() || isForEars(el) || el.closest("input") || styled(el, "webkitLineClamp") !== "none") continue;
    const cuts = (way) => ["hidden", "clip"].includes(styled(el, way));
    if (cuts("overflowX") && el.scrollWidth > el.clientWidth + 1) say(el, "cut at its end");
    if (cuts("overflowY") && el.scrollHeight > el.clientHeight + 1) say(el, "cut at its foot");
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode, el = node.parentElement;
    if (!node.data.trim() || !el.checkVisibility({ visibilityProperty: true })) continue;
    if (isForEars(el) || el.closest(".skip-link, pre, textarea, select, .is-short, .point-excerpts")) continue;
    range.selectNodeContents(node);
    const control = el.closest(".button, button, .badge")?.getBoundingClientRect();
    const end = foot(el);
    for (const { left, right, top, bottom } of range.getClientRects()) {
      if (top > end - 2) continue;
      if (left < -1 || right > root.clientWidth + 1) say(el, "beyond the page");
      if (control && (left < control.left - 1 || right > control.right + 1)) say(el, "beyond its control");
      lines.push({ el, node, left, right, top, bottom });
    }
  }
  lines.sort((a, b) => a.top - b.top);
  lines.forEach((a, i) => {
    for (let j = i + 1; j < lines.length && lines[j].top < a.bottom; j++) {
      const b = lines[j], high = Math.min(a.bottom, b.bottom) - b.top;
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      if (a.node !== b.node && wide > 2 && high > 0.5 * Math.min(a.bottom - a.top, b.bottom - b.top)) say(a.el, `under “${b.node.data.trim()}”`);
    }
  });
  return faults;
}"""
LARGE = "html.commentary { font-size: 200%; }"
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }"""
LOOKS = [(320, ""), (360, ""), (360, SPACED), (768, ""), (768, LARGE), (1440, ""), (1440, LARGE)]


def home_of(page: Page) -> str:
    return page.url.removesuffix(urlsplit(page.url).path)


def click(page: Page, control: Locator, words: str) -> None:
    if words:
        control.fill(words)
        control.locator("xpath=following-sibling::button").click()
    else:
        control.click()


def press(page: Page, control: Locator, words: str) -> None:
    """Reach `control` with the Tab key and activate it."""
    wanted = control.element_handle()
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("el => el === document.activeElement", wanted):
            break
    else:
        pytest.fail(f"the Tab key does not reach {control}")
    page.keyboard.type(words)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("script", "use"), [(False, click), (True, press)])
def test_every_action_works_without_javascript_and_by_keyboard(visit, site, settings, script, use):
    settings.FORM_LEAST_AGE = 0
    page = visit("/", script=script)
    home = home_of(page)
    for where, role, name, arrived in ACTS:
        page.goto(home + site[where])
        words = "bees" if role == "searchbox" else ""
        use(page, page.get_by_role(role, name=name, exact=True).first, words)
        expect(page.locator(arrived).first, f"{name} on {where}").to_be_in_viewport()


@pytest.mark.parametrize(("script", "use"), [(False, click), (True, press)])
def test_a_guest_sorts_jumps_to_a_date_follows_a_commenter_and_finds_what_is_new(
    visit, site, script, use
):
    """Without JavaScript, and by keyboard only."""
    said = Comment.objects.filter(discussion__article__title="Why so many")
    said.update(dated_at="2026-03-05T09:00Z", created_at="2026-03-05T09:00Z")
    for late in said.filter(number__in=(5, 6)):
        late.name, late.dated_at = "Bo", "2026-03-07T09:00Z"
        late.save()
    said.filter(number__in=(2, 3, 6)).update(created_at="2026-03-09T09:00Z")
    page = visit(site["huge"], script=script)

    def arrive(*numbers: int) -> None:
        for number in numbers:
            expect(page.locator(f"#comment-{number} .comment-body")).to_be_in_viewport()

    def tool(label: str, day: str) -> None:
        use(page, page.locator(".tools > summary"), "")
        use(page, page.get_by_label(label), day if use is click else f"{day[5:]}-{day[:4]}")

    for sort, first in (("Most replies", 4), ("Newest", 6)):
        use(page, page.get_by_role("link", name=sort, exact=True), "")
        expect(page.locator(".thread .comment").first).to_have_id(f"comment-{first}")
        expect(page.get_by_role("link", name=sort, exact=True)).to_have_attribute(
            "aria-current", "true"
        )
    use(page, page.get_by_role("link", name="Oldest", exact=True), "")

    tool("Jump to the responses of", "2026-03-06")
    arrive(5)
    use(page, page.locator("#comment-5").get_by_role("link", name="Bo", exact=True), "")
    expect(page.locator("h1")).to_have_text("Bo")
    use(page, page.get_by_role("link", name="Oldest", exact=True), "")
    expect(page.locator(".result-list li").first).to_contain_text("Of that day.")
    use(page, page.get_by_role("link", name="Feed", exact=True), "")
    expect(page).to_have_url(re.compile(r"/commenters/bo\.atom$"))
    assert "Heated." in page.content()

    page.go_back()
    use(page, page.get_by_role("link", name="#6 on Why so many"), "")
    arrive(6)
    tool("Show responses added since", "2026-03-08")
    use(page, page.get_by_role("status").get_by_role("link", name="3 new since 8 Mar 2026"), "")
    for number in (2, 3, 6):
        arrive(number)
        new = page.locator(f"#comment-{number}")
        expect(new.get_by_text("New", exact=True)).to_be_visible()
        use(page, new.get_by_role("link", name="Next new"), "")
    expect(page.locator("#responses-title")).to_be_in_viewport()


def test_pages_without_javascript_show_all_text_and_no_dead_controls(visit, site):
    page = visit("/", script=False)
    home = home_of(page)
    for name, path in site.items():
        page.goto(home + path)
        expect(page.locator("h1"), name).to_be_visible()
        for dead in page.locator(".needs-script, [data-fold], [data-shortcuts]").all():
            expect(dead, name).to_be_hidden()
        for words in page.locator(".comment-body, .point-text").all():
            expect(words, name).to_be_visible()


def test_the_tab_key_reaches_every_control_in_order_and_shows_the_focus(visit, site):
    page = visit("/")
    home = home_of(page)
    for where, path in site.items():
        page.goto(home + path.partition("#")[0])
        names, reached = page.evaluate(NAMES), []
        while reached[-1:] != [len(names) - 1]:
            page.keyboard.press("Tab")
            stop, faults = page.evaluate(FOCUS)
            assert faults == [], (where, names[stop])
            if reached[-1:] != [stop]:  # a date has several tab stops
                assert stop == len(reached), (where, names[stop])
                reached.append(stop)


def test_all_text_is_readable_on_every_screen_and_with_large_text(visit, site):
    page = visit("/")
    home, found = home_of(page), {}
    for name, path in site.items():
        page.goto(home + path)
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        for width, css in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            restyle(page, css)
            if faults := page.evaluate(UNREADABLE):
                found[name, width, css] = faults
    assert found == {}


def test_long_words_in_names_and_titles_wrap(visit, site):
    word = "Donaudampfschifffahrtsgesellschaft" * 4
    article = make_article(word, slug="long", published_at="2026-11-12T09:00Z")
    Byline.objects.create(article=article, author=Author.objects.create(name=word, slug="long"))
    new = [Comment(body="Words.", name=word[:80]) for _ in range(3)]
    discussions.import_comments(article.pk, new, [None, 0, 1])
    page, found = visit("/"), {}
    home, address = home_of(page), article.get_absolute_url()
    paths = [
        "",
        "reply/3/",
        "on/2026-11-12/",
        "on/2001-01-01/",
        "branches/3/",
        "comments/3/report/",
    ]
    paths = [address + path for path in paths] + ["/", "/archive/2026/11/", "/authors/"]
    paths += [
        "/authors/long/",
        "/responses/",
        "/search/?q=words",
        f"/commenters/{word[:80].lower()}/",
    ]
    for path in paths:
        page.goto(home + path)
        for width in (320, 768, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            restyle(page)
            if faults := page.evaluate(UNREADABLE):
                found[path, width] = faults
    assert found == {}
