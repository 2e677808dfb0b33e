"""Reads the fields of one comment: author, date, text and parent.

Tries the selectors of the profile first. Fields that they don't find are detected by shape: a short
name and a date; the rest is the text.
"""

import re

from ..text import phrases
from . import comment_dates as dates
from .comment_markup import MARKED, CommentMarkup
from .dom import Node, all_paragraphs, paragraphs_of_node
from .elements import INLINE
from .entries import Entry, EntryPart, numbers_in
from .entry_dates import find_date
from .entry_names import find_author
from .entry_view import EntryView, Hits, PageContext, Reading
from .field_patterns import (
    ALWAYS_FURNITURE_CLASS,
    AUTHOR_CLASS,
    BEHIND_DATE,
    BODY_CLASS,
    COMMENT_FROM,
    DELETED,
    FURNITURE_CLASS,
    FURNITURE_TAGS,
    HEADINGS,
    META,
    PARENT,
    PARENT_AT_END,
    PARENT_ATTRIBUTES,
    PARENT_BEHIND,
    PENDING,
    SCREENED,
    SHORT,
    SUBJECT_CLASS,
    TEXT_LABEL,
    THREAD_BUTTON,
    WAYBACK,
    WRITER_COUNT,
    is_label,
    tidy_name,
    without_joints,
)
from .repeated_lines import with_zeros

NOTICE_TAGS = frozenset(("em", "i", "strong", "b", "small", "span"))


def read_fields(entry: Entry, hits: Hits, page: PageContext) -> Reading:
    """Read the fields of an entry."""
    return _Reader(entry, hits, page).read()


class _Reader(EntryView):
    def read(self) -> Reading:
        """Read all fields, in an order in which each one leaves less text for the next."""
        reading = self.reading
        self._mark_furniture()
        self._find_status()
        if not self._find_ping():
            find_date(self)
            find_author(self)
        self._find_body()
        self._find_parent()
        if reading.moderation != "removed" and DELETED.fullmatch(reading.text[:SHORT]):
            reading.moderation = "removed"
        elif SCREENED.fullmatch(reading.text[:SHORT]):
            reading.moderation = "pending"
        return reading

    def _mark_furniture(self) -> None:
        entry = self.entry
        for number in self.hits.furniture:
            part = entry.parts[number]
            self.mark(part.first, part.last, "furniture")
        for number, part in enumerate(entry.parts):
            is_around_body = any(entry.is_in(body, number) for body in self.hits.body)
            has_text = number and part.first < part.last and not is_around_body
            if has_text and self._is_furniture(part):
                self.mark(part.first, part.last, "furniture")
        self._mark_parent_lines()
        for first, last in entry.lines() if self.page.repeated else ():
            if with_zeros(entry.text(first, last)) in self.page.repeated:
                self.mark(first, last, "furniture")

    def _is_furniture(self, part: EntryPart) -> bool:
        if part.tag in FURNITURE_TAGS or ALWAYS_FURNITURE_CLASS.search(part.names):
            return True
        if not part.names:
            return part.tag == "a" and self._is_button(part)
        if not FURNITURE_CLASS.search(part.names) or AUTHOR_CLASS.search(part.names):
            return part.tag == "a" and self._is_button(part)
        text = self.entry.text(part.first, part.last)
        return len(text) <= 80 and not dates.find_stamp(text) and not self._holds_author(part)

    def _mark_parent_lines(self) -> None:
        """Mark lines that only name the comment that this one replies to, with a link to it."""
        entry = self.entry
        for part in entry.parts:
            fragment = (part.attributes.get("href") or "").partition("#")[2]
            is_id = fragment in self.page.numbers or bool(numbers_in(fragment))
            if part.tag != "a" or part.first == part.last or not is_id:
                continue
            first, last = entry.line_of(part.first)
            start = first if part.last == last else part.first
            for at in (start, part.first):
                if PARENT.fullmatch(entry.text(at, part.last)):
                    self.mark(at, part.last, "furniture")
                    break

    def _holds_author(self, part: EntryPart) -> bool:
        """Return whether an element inside a part has a class for authors."""
        number = self.entry.by_id[part.node.mem_id]
        for inner in range(number + 1, len(self.entry.parts)):
            if not self.entry.is_in(inner, number):
                return False
            if AUTHOR_CLASS.search(self.entry.parts[inner].names):
                return True
        return False

    def _is_button(self, part: EntryPart) -> bool:
        address = part.attributes.get("href") or ""
        number = self.entry.by_id[part.node.mem_id]
        is_name = any(self.entry.is_in(number, hit) for hit in self.hits.author)
        is_empty = address in ("#", "#!") and not is_name and not AUTHOR_CLASS.search(part.names)
        is_script = address.startswith("javascript") or is_empty
        is_script = is_script and not self._is_in_paragraph(part)
        if "replytocom=" in address or "delete-comment" in address or is_script:
            return True
        text = self.entry.text(part.first, part.last)
        if text.casefold() == "link" and address.startswith("http") and "#" not in address:
            return False  # in a sentence: this leads elsewhere
        return len(text) < 40 and bool(
            phrases.BUTTON.fullmatch(text) or THREAD_BUTTON.fullmatch(text)
        )

    def _is_in_paragraph(self, part: EntryPart) -> bool:
        """Return whether a part is a piece of the text, as links to scripts rarely are."""
        number = part.parent
        while number > 0 and self.entry.parts[number].tag in INLINE:
            number = self.entry.parts[number].parent
        return number > 0 and self.entry.parts[number].tag == "p"

    def _find_status(self) -> None:
        entry, reading = self.entry, self.reading
        names = " ".join(root.attributes.get("class") or "" for root in entry.roots).casefold()
        if re.search(
            r"(?:^|\s)(?:unapproved|unpublished|screened|pending|comment-unpublished)(?:\s|$)",
            names,
        ):
            reading.moderation = "pending"
        for first, last in entry.lines():
            text = entry.text(first, last)
            if len(text) < 250 and PENDING.fullmatch(text):
                reading.moderation = "pending"
                self.mark(first, last, "furniture")
        for part in entry.parts:
            if part.tag in NOTICE_TAGS and 0 < part.last - part.first < 4:
                text = entry.text(part.first, part.last)
                if len(text) < 250 and PENDING.fullmatch(text):
                    reading.moderation = "pending"
                    self.mark(part.first, part.last, "furniture")
        for number in self.hits.pending:
            part = entry.parts[number]
            text = entry.text(part.first, part.last)
            is_notice = "awaiting" in part.names or bool(PENDING.fullmatch(text))
            if is_notice or part.tag != "p":
                reading.moderation = "pending"
            if is_notice and len(text) < 250:
                self.mark(part.first, part.last, "furniture")
        if self.hits.deleted:
            reading.moderation = "removed"

    def _find_ping(self) -> bool:
        """Detect pingbacks and trackbacks. They have the name of a page and no date of their own."""
        entry, reading = self.entry, self.reading
        names = " ".join(root.attributes.get("class") or "" for root in entry.roots).casefold()
        said = re.search(r"(?:^|[\s-])(pingback|trackback)(?:$|[\s-])", names)
        text = next((entry.text(*line) for line in entry.lines()), "")
        found = phrases.PINGBACK.match(text) if len(text) < 400 else None
        if not said and not found:
            return False
        word = found[1] if found else (said[1] if said else "")
        reading.kind = "trackback" if word[:1] in "tT" else "pingback"
        find_date(self)
        link = self._ping_link()
        if link is None:
            find_author(self)
            return True
        part = entry.parts[link]
        reading.author = tidy_name(entry.text(part.first, part.last), is_exact=True)
        reading.author_url = self.address(part.attributes.get("href"))
        reading.has_author = bool(reading.author)
        self.mark(part.first, part.last, "name")
        first, last = self.entry.line_of(part.first)
        if len(self.entry.text(first, part.first)) < 40:
            self.mark(first, part.first, "furniture")
        return True

    def _ping_link(self) -> int | None:
        links = [
            number
            for number, part in enumerate(self.entry.parts)
            if part.tag == "a"
            and part.first < part.last
            and not self.is_used(part)
            and self.address(part.attributes.get("href"))
        ]
        return links[0] if links else None

    def _find_body(self) -> None:
        entry, reading = self.entry, self.reading
        self.reading.bodies = self._body_parts()
        if self.reading.bodies:
            self._mark_around()
            skip = self._skipped()
            nodes, behind = [entry.parts[number].node for number in self.reading.bodies], {}
        else:
            self._mark_lines()
            behind = self._text_behind_dates()
            skip = self._skipped() - behind.keys()
            nodes = entry.roots
        texts = (
            [paragraphs_of_node(node, skip) for node in nodes]
            if self.reading.bodies
            else [all_paragraphs(nodes, skip, behind)]
        )
        text = "\n\n".join(text for text in texts if text.strip())
        reading.text = without_joints(text) if not self.reading.bodies else text.strip()
        self._read_markup(nodes, skip, behind)
        links = self.parts_in(("a",))
        for at, use in enumerate(reading.uses):
            if not use:
                reading.uses[at] = "body"
        words = [
            piece for piece, use in zip(entry.pieces, reading.uses, strict=True) if use == "body"
        ]
        reading.is_link = bool(words) and all(piece.part in links for piece in words)

    def _read_markup(self, nodes: list[Node], skip: set[int], behind: dict[int, str]) -> None:
        """Read the text with its links, emphasis and pictures, if it has any."""
        parts = self.entry.parts
        if self.reading.kind != "comment" or not any(part.tag in MARKED for part in parts[1:]):
            return
        # Pictures outside a known text may be avatars.
        skip = skip | {
            part.node.mem_id
            for part in parts
            if part.tag == "img" and (not self.reading.bodies or self._is_in_furniture(part))
        }
        html, plain = CommentMarkup(self._linked).html(nodes, skip, behind)
        if html and plain.split() == self.reading.text.split():
            self.reading.html = html

    def _is_in_furniture(self, part: EntryPart) -> bool:
        number = part.parent
        while number > 0 and number not in self.reading.bodies:
            if self._is_furniture(self.entry.parts[number]):
                return True
            number = self.entry.parts[number].parent
        return False

    def _linked(self, href: str) -> str:
        """Return the absolute URL of a link or a picture in the text, "" if it leads nowhere."""
        address = WAYBACK.sub("", self.page.resolve(href.strip()))
        return address if address.startswith(("http://", "https://")) else ""

    def _text_behind_dates(self) -> dict[int, str]:
        """Return the text that follows a date in the same text node, as in "Ann (3 May 2011): Yes."."""
        found: dict[int, str] = {}
        for piece, use in zip(self.entry.pieces, self.reading.uses, strict=True):
            stamp = dates.find_stamp(piece.text[: dates.LONGEST]) if use == "date" else None
            rest = BEHIND_DATE.fullmatch(piece.text[stamp[2] :]) if stamp else None
            if rest and not META.fullmatch(rest[1]):
                found[piece.node.mem_id] = rest[1]
        return found

    def _body_parts(self) -> list[int]:
        """Return the parts that contain only the text of the comment."""
        entry = self.entry
        for number in self.hits.body:
            part = entry.parts[number]
            if not self._has_known(part) and part.first < part.last:
                node = {p for p in self.hits.body if entry.parts[p].names == part.names}
                same = [
                    p
                    for p in self.hits.body
                    if p in node
                    and not self._has_known(entry.parts[p])
                    and self._has_words(entry.parts[p])
                ] or [number]
                outer = [p for p in same if not any(q != p and entry.is_in(p, q) for q in same)]
                return sorted(set(outer)) if self.reading.kind == "comment" else [number]
        for number, part in enumerate(entry.parts):
            if not number or part.first == part.last or not BODY_CLASS.search(part.names):
                continue
            if not self._has_known(part) and not self._is_used_up(part) and part.tag != "a":
                return [number]
        return []

    def _has_known(self, part: EntryPart) -> bool:
        uses = self.reading.uses[part.first : part.last]
        return "name" in uses or "date" in uses

    def _has_words(self, part: EntryPart) -> bool:
        """Return whether a part contains words that have no use yet."""
        pieces = self.entry.pieces
        return any(
            not self.reading.uses[at] and any(map(str.isalnum, pieces[at].text))
            for at in range(part.first, part.last)
        )

    def _is_used_up(self, part: EntryPart) -> bool:
        return all(self.reading.uses[part.first : part.last])

    def _mark_around(self) -> None:
        """Classify what surrounds the text: buttons and labels are furniture, the rest is
        unrecognised.
        """
        entry, uses = self.entry, self.reading.uses
        inside = {
            at
            for number in self.reading.bodies
            for at in range(entry.parts[number].first, entry.parts[number].last)
        }
        for first, last in entry.lines():
            outside = [at for at in range(first, last) if at not in inside and not uses[at]]
            if not outside:
                continue
            text = " ".join(" ".join(entry.pieces[at].text for at in outside).split())
            use = "furniture" if is_label(text) else "other"
            if use == "other" and self._is_heading(outside[0]):
                use = "subject"
            for at in outside:
                uses[at] = use

    def _mark_lines(self) -> None:
        """Without an element for the text, use the lines that are neither metadata nor buttons."""
        entry, uses = self.entry, self.reading.uses
        lines = list(entry.lines())
        buttons: list[int] = []
        for first, last in lines:
            free = [at for at in range(first, last) if not uses[at]]
            if not free:
                continue
            text = " ".join(" ".join(entry.pieces[at].text for at in free).split())
            known = [use for use in uses[first:last] if use in ("name", "date")]
            is_data = known and (META.fullmatch(text) or len(text) < 40 and len(known) > 1)
            # A sign, or a number of votes between buttons.
            is_number = text.isdecimal() and len(text) < 6 and not known
            is_sign = is_number or not any(map(str.isalnum, text))
            is_sign = is_sign and "furniture" in uses[first:last]
            is_button = not known and self._is_button_line(text, first, lines)
            is_data = is_data or not known and bool(TEXT_LABEL.fullmatch(text))
            if is_data or is_sign or is_button:
                self.mark(first, last, "furniture")
            if is_button:
                buttons += free
        if all(uses):  # a comment whose whole text looks like a button
            for at in buttons:
                uses[at] = "" if entry.pieces[at].part not in self.parts_in(("a",)) else uses[at]
        self._mark_subject()

    def _is_button_line(self, text: str, first: int, lines: list[tuple[int, int]]) -> bool:
        is_number = first == lines[0][0] and phrases.COUNTER.fullmatch(text)
        is_sign = len(text) < 3 and not any(map(str.isalnum, text))
        is_sign = is_sign or bool(WRITER_COUNT.fullmatch(text))
        return len(text) < 60 and bool(is_number or is_sign or phrases.BUTTON.fullmatch(text))

    def _mark_subject(self) -> None:
        """Read a heading above the text as the title of the comment."""
        entry, uses = self.entry, self.reading.uses
        free = [line for line in entry.lines() if not all(uses[line[0] : line[1]])]
        if len(free) < 2:
            return
        if self._is_heading(free[0][0]):
            self.mark(*free[0], "subject")

    def _is_heading(self, at: int) -> bool:
        """Return whether a piece is inside a heading, or an element for the title of a comment."""
        number = self.entry.pieces[at].part
        while number > 0:
            part = self.entry.parts[number]
            if part.tag in HEADINGS or SUBJECT_CLASS.search(part.names) and part.tag != "a":
                return True
            number = self.entry.parts[number].parent
        return False

    def _skipped(self) -> set[int]:
        """Return the nodes that are not part of the text: nested entries, and pieces with another
        use.
        """
        skip = set(self.entry.nested)
        for piece, use in zip(self.entry.pieces, self.reading.uses, strict=True):
            if use:
                skip.add(piece.node.mem_id)
        return skip

    def _find_parent(self) -> None:
        entry = self.entry
        for part in entry.parts[:3]:
            for key, value in part.attributes.items():
                if key in PARENT_ATTRIBUTES and value and (parent := self.page.number_of(value)):
                    self.reading.named_parent = parent
                    return
        for number, part in enumerate(entry.parts):
            if part.tag == "a" and not any(
                entry.is_in(number, body) for body in self.reading.bodies
            ):
                named = self._named_by(part)
                if named and named != entry.number:
                    self.reading.named_parent = named
                    return
        for part in entry.parts:
            if "parentitem" in part.names.split():
                value = part.attributes.get("href") or part.attributes.get("itemid") or ""
                if numbers := numbers_in(value or part.attributes.get("content") or ""):
                    self.reading.named_parent = numbers[-1]

    def _named_by(self, part: EntryPart) -> str:
        """Return the id in the "in reply to" link."""
        href = part.attributes.get("href") or ""
        if "#" not in href and "thread=" not in href or "replytocom" in href:
            return ""
        fragment = href.partition("#")[2]
        known = self.page.numbers.get(fragment)
        numbers = [known] if known else numbers_in(fragment)
        numbers = numbers or numbers_in(href.partition("thread=")[2])
        if not numbers:
            return ""
        text = self.entry.text(part.first, part.last)
        if (
            PARENT.fullmatch(text)
            or PARENT_AT_END.search(text)
            or "parent" in part.names
            or text in ("↑", "⇧", "⬆")
            or "reply_origin" in part.names
        ):
            return numbers[0]
        if COMMENT_FROM.fullmatch(text):
            return numbers[0]
        before = self._text_before(part)
        if PARENT_BEHIND.fullmatch(self._text_behind(part)):
            return numbers[0]
        if before and re.search(
            PARENT.pattern.removesuffix(r".{0,80}") + r"[\s:：]*$", before, re.I
        ):
            return numbers[0]
        return ""

    def _text_behind(self, part: EntryPart) -> str:
        if part.last >= len(self.entry.pieces) or part.first == part.last:
            return ""
        _first, last = self.entry.line_of(part.first)
        return self.entry.text(part.last, min(last, part.last + 1))[:80]

    def _text_before(self, part: EntryPart) -> str:
        if part.first == part.last and part.first >= len(self.entry.pieces):
            return ""
        if not part.first:
            return ""
        first, _last = (
            self.entry.line_of(part.first) if part.first < len(self.entry.pieces) else (0, 0)
        )
        return self.entry.text(min(first, part.first), part.first)[-80:]
