"""Finds the elements that contain the text of an article."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..text.phrases.patterns import lazy_re_compile
from .families import FAMILIES, Family
from .furniture import PageParts
from .outline import PageOutline
from .prose import Prose

LOOSE = ("any", "schema.org")  # families whose selectors are also general conventions
LEAD = lazy_re_compile(
    r"(?:^|[\s_-])(?:lead|leadtext|intro|introtext|introduction|article-?intro|teaser-?text|abstract|vorspann|standfirst|chapo|chapeau|bajada|"
    r"entradilla|sapo|anrisstext|anriss|subheadline|sub-?title|sub-?headline|deck|dek|leader|short-info|article-?lead|post-?excerpt|"
    r"intro__copy|article__subtitle|headline__lead)(?=$|[\s_-])"
)


# The picture above the text of an article.
PICTURE = lazy_re_compile(
    r"(?:^|[\s_-])(?:featured-(?:image|media|img)|feature-image|post-thumbnail|entry-(?:image|thumbnail)|article-(?:image|img|photo|picture)|"
    r"post-(?:image|thumb)|lead-(?:image|photo|picture)|main-(?:image|photo)|hero-image|header-image|field-name-field-image|"
    r"field--name-field-image|wp-block-post-featured-image|artikelbild|aufmacherbild|titelbild|beitragsbild)(?=$|[\s_-])"
)
MAX_CAPTION = 400  # characters
NEAR = 100  # nodes between the title and the text


@dataclass
class MainText:
    """The elements with the text of the article, the container with title and byline, and the
    family that matched. `is_certain` is False if they were chosen only by the amount of text.
    """

    bodies: list[int]
    container: int
    family: Family | None = None
    is_certain: bool = True


def find_main_text(around: PageParts, generator: str = "") -> MainText:
    """Find the elements with the text of the page's article."""
    outline, prose = around.outline, around.prose
    densest = prose.densest()
    for family in families_of(outline, generator):
        for selector in family.body:
            found = [
                n for n in outline.css(selector) if n not in around.comments and n not in around.cut
            ]
            bodies = (
                found[:1]
                if family.takes_first
                else _accepted(found, prose, densest, "," in selector)
            )
            if bodies:
                container = _container(outline, family, bodies)
                main = MainText(bodies, container, family)
                main = _with_lead(main, around) if family.name in LOOSE else main
                return main if family.takes_first else _with_picture(main, around)
    main = MainText([densest], densest, None, is_certain=False)
    return _with_lead(main, around)


def find_body(around: PageParts, entry: int, generator: str = "") -> MainText:
    """Return the element with the text of one list entry: the entry itself if no family matches."""
    outline = around.outline
    for family in families_of(outline, generator):
        for selector in family.body:
            for number in outline.css(selector):
                if entry < number < outline.end[entry]:
                    return MainText([number], entry, family)
    return MainText([entry], entry)


def _with_lead(main: MainText, around: PageParts) -> MainText:
    """Add an introductory paragraph between the title and the text."""
    outline, first = around.outline, main.bodies[0]
    titles = [n for n in outline.css("h1") if n < first]
    after = titles[-1] if titles else max(0, first - 60)
    for number in range(after, first):
        attributes = outline.attributes[number]
        if not attributes or outline.end[number] > first or not LEAD.search(outline.names(number)):
            continue
        size = outline.size(number)
        is_prose = 60 <= size <= 1_000 and 4 * outline.linked(number) < size
        if (
            is_prose
            and number not in around.comments
            and not any(n in around.cut for n in outline.above(number))
        ):
            main.bodies.insert(0, number)
            break
    return main


def _with_picture(main: MainText, around: PageParts) -> MainText:
    """Add the picture of the article between its title and its text, if it has words about it."""
    outline, first = around.outline, main.bodies[0]
    titles = [n for n in outline.css("h1, h2, h3") if first - NEAR <= n < first]
    after = titles[-1] if titles else main.container
    for number in range(after, first):
        is_picture = outline.tags[number] == "figure" or PICTURE.search(outline.names(number))
        if not is_picture or outline.end[number] > first or number in around.comments:
            continue
        inside = range(number, outline.end[number])
        images = [n for n in inside if outline.tags[n] == "img"]
        is_told = len(images) == 1 and (outline.size(number) or outline.value(images[0], "alt"))
        is_small = outline.size(number) <= MAX_CAPTION and not outline.linked(number)
        if (
            is_told
            and is_small
            and not any(n in around.cut for n in (number, *outline.above(number)))
        ):
            main.bodies.insert(0, number)
            break
    return main


def families_of(outline: PageOutline, generator: str) -> Iterable[Family]:
    """Return the families that a page may belong to, those it declares first."""
    generator = generator.lower()
    named = [f for f in FAMILIES if f.generator and generator.startswith(f.generator)]
    marked = [f for f in FAMILIES if f not in named and f.marks and outline.css(f.marks)]
    rest = [f for f in FAMILIES if not f.marks and not f.generator]
    return [*named, *marked, *rest]


def _accepted(found: list[int], prose: Prose, densest: int, has_parts: bool) -> list[int]:
    """Return the matches of one selector that contain the text of the article."""
    outline = prose.outline
    outer: list[int] = []
    for number in found:
        if not outer or number >= outline.end[outer[-1]]:
            outer.append(number)
    if not outer:
        return []
    most = prose.value(densest)
    best = max(outer, key=prose.value)
    same = [n for n in outer if outline.parent[n] == outline.parent[best]]
    together = sum(map(prose.value, same))
    is_joined = has_parts or together >= 1.1 * prose.value(best)
    if len(same) > 1 and is_joined and together >= 0.7 * most > 0:
        return same
    if prose.value(best) >= 0.6 * most > 0:
        return [best]
    if len(outer) == 1 and outline.size(best) >= 0.6 * outline.size(densest) > 0:
        return [best]
    return []


def _container(outline: PageOutline, family: Family, bodies: list[int]) -> int:
    """Return the innermost container of the family around the bodies."""
    for selector in family.container:
        for number in reversed(outline.css(selector)):
            if number <= bodies[0] and bodies[-1] < outline.end[number]:
                return number
    return bodies[0]
