"""The page around an article, as the readers of its title and of its byline need it."""

from collections.abc import Iterable, Iterator

from .families import FAMILIES, Family
from .furniture import PageParts
from .head import Head
from .json_ld import Item, article_items
from .main_text import MainText
from .outline import PageOutline

ANY_FAMILY = next(f for f in FAMILIES if f.name == "any")


class BylineContext:
    """An article at `main` with the rest of its page. For an entry of a list, head and items are
    empty and only the entry itself is searched.
    """

    def __init__(
        self,
        around: PageParts,
        main: MainText,
        head: Head | None = None,
        items: list[Item] | None = None,
    ) -> None:
        self.is_entry = head is None
        self.around, self.main = around, main
        self.outline: PageOutline = around.outline
        self.head, self.items = head or Head(), items or []
        self.articles = article_items(self.items)
        self.families: list[Family] = [*([main.family] if main.family else []), ANY_FAMILY]
        self.zone = range(0)

    def found(self, selectors: Iterable[str]) -> Iterator[int]:
        """Return matching elements outside comments, those inside the article first."""
        for selector in selectors:
            numbers = [n for n in self.outline.css(selector) if n not in self.around.comments]
            inside = [n for n in numbers if self.is_near(n)]
            if inside or self.is_entry:
                yield from inside
            else:
                yield from (n for n in numbers if n not in self.around.cut or n in self.zone)

    def is_near(self, number: int) -> bool:
        container = self.main.container
        return container <= number < self.outline.end[container]
