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
