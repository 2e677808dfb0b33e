"""Check pages in a browser for accessibility and layout."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The rules of axe that depend on the colour scheme, and those that depend on the direction.
COLOURED = ["color-contrast", "link-in-text-block"]
PLACED = ["target-size", "scrollable-region-focusable"]
AXE = Axe().axe_script
# Style sheets are not analysed: axe would add styles to them, which the policy refuses.
RUN_AXE = """async (rules) => {
  const { violations } = await axe.run(
    { runOnly: rules, resultTypes: ["violations"], preload: false });
  return violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html}`));
}"""
SET_DIRECTION = """direction => document.querySelectorAll(":root, .reading, .prose > [dir]")
    .forEach((element) => { element.dir = direction; })"""

# Texts that leave their box or are cut off by it, words broken in a narrow one, and texts that cover
# each other. The excerpts of what people wrote are cut on purpose; what can be scrolled or stays in
# view may cover others.
TEXT_PROBLEMS = """() => {
  const problems = [], lines = [], range = document.createRange(), BREAKABLE = 15;
  const isInside = (line, box) => line.left >= box.left - 1 && line.right <= box.right + 1;
  const isBroken = (text) => [...text.data.matchAll(/\\p{L}+/gu)].some(({ 0: word, index }) => {
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    return word.length < BREAKABLE && range.getClientRects().length > 1;
  });
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  next: while (walker.nextNode()) {
    const text = walker.currentNode, parent = text.parentElement;
    if (!text.data.trim() || parent.closest("select, textarea, script, svg")) continue;
    if (!parent.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    range.selectNodeContents(text);
    const found = [...range.getClientRects()];
    let box = null, mayCover = false;
    for (let above = parent; above && above !== document.body; above = above.parentElement) {
      const style = getComputedStyle(above), size = above.getBoundingClientRect();
      if (style.clipPath !== "none" || size.width <= 1 || size.bottom < 0) continue next; // unseen
      if (["fixed", "sticky"].includes(style.position)) mayCover = true;
      if (style.display !== "inline" && style.display !== "contents" && !box) {
        box = size;
        if (found.some((line) => !isInside(line, box))) problems.push(`outside its box: ${text.data}`);
        if (found.length > 1 && !text.data.includes("://") && isBroken(text)) problems.push(`broken: ${text.data}`);
      }
      if (style.overflowX === "visible") continue;
      if (["auto", "scroll"].includes(style.overflowX) || style.webkitLineClamp !== "none") mayCover = true;
      else if (found.some((line) => !isInside(line, size) || line.bottom > size.bottom + 1)) {
        problems.push(`cut off: ${text.data}`);
      }
      break;
    }
    if (!mayCover) for (const { left, right, top, bottom, height } of found) {
      const air = 0.2 * height; // above and below the letters
      lines.push({ text, left, right, top: top + air, bottom: bottom - air });
    }
  }
  const pen = document.createElement("canvas").getContext("2d");
  for (const field of document.querySelectorAll("input:is([placeholder], [type=submit])")) {
    const style = getComputedStyle(field), words = field.placeholder || field.value;
    const padding = parseFloat(style.paddingInlineStart) + parseFloat(style.paddingInlineEnd);
    pen.font = style.font;
    if (!field.checkVisibility()) continue;
    const mayWrap = field.placeholder
      ? field.offsetWidth >= field.parentElement.clientWidth - 1 // no room for more
      : style.whiteSpace === "normal";
    const isCut = !mayWrap && pen.measureText(words).width > field.clientWidth - padding + 1;
    if (isCut || field.getBoundingClientRect().right > innerWidth) problems.push(`cut off: ${words}`);
  }
  lines.sort((a, b) => a.top - b.top);
  lines.forEach((one, at) => {
    for (let after = at + 1; after < lines.length && lines[after].top < one.bottom - 1; after += 1) {
      const other = lines[after];
      if (one.text !== other.text && one.left < other.right - 1 && other.left < one.right - 1) {
        problems.push(`overlap: ${one.text.data} and ${other.text.data}`);
      }
    }
  });
  return problems.map((problem) => problem.replace(/\\s+/g, " "));
}"""


def violations(page: Page, rules: list[str] = LEVELS) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return page.evaluate(RUN_AXE, rules)


def restyle(page: Page, css: str = "") -> None:
    """Add to a page's styles in a way that the policy allows."""
    page.evaluate(
        """(css) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(css);
          document.adoptedStyleSheets = [sheet];
        }""",
        css,
    )


def is_wider_than_the_screen(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")


def text_problems(page: Page) -> list[str]:
    """Return which texts are cut off, broken, outside their box, or covered by others."""
    return page.evaluate(TEXT_PROBLEMS)


def assert_accessible(
    page: Page, widths: tuple[int, ...] = (360, 1440), mirrored: bool = False
) -> None:
    """Assert that axe finds nothing and nothing is wider than the screen, in light and dark mode,
    and if `mirrored` also from right to left. Needs JavaScript: axe would wait forever for its own
    script.
    """
    page.wait_for_load_state()
    restyle(page, "* { transition: none !important }")  # the admin fades link colours
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        assert not is_wider_than_the_screen(page), (page.url, width)
        assert violations(page) == [], (page.url, width)
        page.emulate_media(color_scheme="dark")
        assert violations(page, COLOURED) == [], (page.url, width, "dark")
        page.emulate_media(color_scheme="light")
        if mirrored:
            page.evaluate(SET_DIRECTION, "rtl")
            assert not is_wider_than_the_screen(page), (page.url, width, "rtl")
            assert violations(page, PLACED) == [], (page.url, width, "rtl")
            page.evaluate(SET_DIRECTION, "ltr")
