"""Find out which stored comment each comment of a source is, even if the source gave it another id,
corrected its name, date or text, or gives no ids at all.

Ids count most: a comment with a known id is that comment unless there is a better match. If texts
show that a source has renumbered its comments, ids count no more than the rest, and
neither do those of parents in another file of the source.
"""

import re
from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from typing import NamedTuple

from ..models import Article, Comment, ImportConflict, ImportRun, Revision
from ..models.import_conflict import date_text
from .columns import comment_date, fitted, stored_key
from .records import ArticleRecord, CommentRecord
from .stored_comments import Known

DISTINCTIVE = 20  # characters; two comments may say the same in fewer
LONG = 40  # characters; longer texts are recognised by their words only
COMMON = 50  # comments; words in more of them identify none
SHORTEST = 5  # words of which pairs are compared
HALF = 1 / 2  # of the words
THIRD = 1 / 3  # of the words, if name and date agree
MAX_CANDIDATES = 5
WORD = re.compile(r"\w+")
_BATCH = 500  # comments whose texts are read together


class Arriving(NamedTuple):
    """What identifies a comment of a source."""

    key: str
    place: int  # in the source
    name: str
    date: str
    parent: str
    name_hash: int
    text_hash: int
    length: int


class Identities(NamedTuple):
    """The stored comments by the keys that the source has for them now, and the keys that change, by
    the stored comment. `uncertain` are those with the key of a stored comment that share nothing else
    with it.
    """

    known: dict[str, Known]
    keys: dict[int, str]
    uncertain: frozenset[str] = frozenset()


def identify(
    record: ArticleRecord, article: Article, known: dict[str, Known], run: ImportRun
) -> Identities:
    """Match the comments of a record with the stored ones of its article.

    Comments that this run stored are matched only by their keys.
    """
    arriving = [_arriving(comment, place) for place, comment in enumerate(record.comments)]
    matching = _Matching(arriving, known, run)
    matching.match_unchanged()
    if matching.rest and matching.lost and matching.may_be_stored_otherwise():
        matching.match_corrected(record, article)
    matching.match_parents_elsewhere()
    return matching.identities()


def _arriving(comment: CommentRecord, place: int) -> Arriving:
    name = fitted(comment.author, Comment, "name", [])
    return Arriving(
        stored_key(comment.key),
        place,
        name,
        date_text(*comment_date(comment)),
        stored_key(comment.parent) if comment.parent else "",
        hash(name),
        hash(comment.text),
        len(comment.text),
    )


class _Matching:
    """The matching of one record. `rest` are the comments of the source that are not matched yet, and
    `lost` the stored ones, both by key and in their order.
    """

    def __init__(self, arriving: list[Arriving], known: dict[str, Known], run: ImportRun) -> None:
        self.known = known
        self.rest = {one.key: one for one in arriving}
        self.places = {one.key: one.place for one in arriving}
        self.lost = {key: one for key, one in known.items() if one.run != run.pk}
        self.pairs: dict[str, str] = {}  # the stored keys by those of the source
        self.uncertain: set[str] = set()
        self.unknown: set[str] = set()  # ids of which it is unknown whose they are now
        self.arriving = arriving
        self.has_ids = run.source.format != "text"
        self.is_renumbered = False

    def pair(self, one: Arriving, key: str) -> None:
        self.pairs[one.key] = key
        del self.rest[one.key]
        self.lost.pop(key, None)
        if key != one.key and self.has_id(one.key) and self.has_id(key):
            self.is_renumbered = True

    def has_id(self, key: str) -> bool:
        """Return whether a key is an id of the source, rather than made from a comment."""
        return self.has_ids and not key.startswith("digest ")

    def may_have_another_key(self, one: Arriving, key: str) -> bool:
        """Return whether a comment may be stored with this other key."""
        if self.is_renumbered:
            return True
        return one.parent != key and not (self.has_id(one.key) and self.has_id(key))

    # --- unchanged comments

    def match_unchanged(self) -> None:
        """Match comments whose name, date and text are stored, first those with the same key."""
        for one in list(self.rest.values()):
            stored = self.known.get(one.key)
            if stored and (one.key not in self.lost or _is_unchanged(one, stored)):
                self.pair(one, one.key)
        if not (self.rest and self.lost):
            return
        by_values: dict[tuple[int, int, str], list[str]] = defaultdict(list)
        by_text: dict[tuple[int, int], list[str]] = defaultdict(list)
        for key, stored in reversed(self.lost.items()):
            for name in {stored.name_hash, stored.name_hash_here}:
                for text in {stored.text_hash, stored.text_hash_here}:
                    by_text[name, text].append(key)
                    for date in {stored.date, stored.date_here}:
                        by_values[name, text, date].append(key)
        # Distinctive texts show whether the source has renumbered its comments.
        self._match_among(lambda one: by_values.get((one.name_hash, one.text_hash, one.date)), True)
        self._match_among(lambda one: by_text.get((one.name_hash, one.text_hash)), True)
        self._match_among(lambda one: by_values.get((one.name_hash, one.text_hash, one.date)))

    def _match_among(
        self, candidates: Callable[[Arriving], list[str] | None], is_distinctive: bool = False
    ) -> None:
        """Match comments with the last of their candidates; with `is_distinctive` only those with a
        text that nobody else writes, whatever their keys.
        """
        for one in list(self.rest.values()):
            if is_distinctive and one.length < DISTINCTIVE:
                continue
            found = candidates(one) or []
            while found and found[-1] not in self.lost:
                found.pop()
            for key in islice(reversed(found), COMMON):
                may = is_distinctive or self.may_have_another_key(one, key)
                if key in self.lost and may:
                    self.pair(one, key)
                    break

    def may_be_stored_otherwise(self) -> bool:
        """Return whether any of the rest may be a stored comment: otherwise all are new."""
        if self.is_renumbered or not self.has_ids:
            return True
        keys = (*self.rest, *self.lost)
        return any(key in self.lost for key in self.rest) or not all(map(self.has_id, keys))

    # --- corrected comments

    def match_corrected(self, record: ArticleRecord, article: Article) -> None:
        """Match comments by similar texts, then by other signs."""
        wanted = set(self.rest)
        texts = {
            stored_key(comment.key): _words(comment.text)
            for comment in record.comments
            if stored_key(comment.key) in wanted
        }
        stored = _Stored(article, self.lost)
        for one in list(self.rest.values()):
            if one.key in self.lost and _is_version(one, texts[one.key], stored, one.key):
                self.pair(one, one.key)
        found = sorted(self._similar(texts, stored), key=lambda each: each[:2])
        for _score, _place, one, key in found:
            if one.key in self.rest and key in self.lost:
                self.pair(one, key)
        for one in list(self.rest.values()):
            self._pair_by_key(one)
        by_stamp: dict[tuple[str, str], list[str]] = defaultdict(list)
        for key in reversed(self.lost):
            for name in stored.names[key]:
                if name and (date := self.lost[key].date):
                    by_stamp[name, date].append(key)
        self._match_among(lambda one: by_stamp.get((one.name, one.date)))
        self._pair_by_place(stored)

    def _pair_by_key(self, one: Arriving) -> None:
        """Match a comment with the stored one with its key, unless it may be another one."""
        stored = self.lost.get(one.key)
        if stored is None:
            return
        dates = {stored.date, stored.date_here} - {""}
        is_same_date = one.date in dates
        if one.date and dates and not is_same_date:  # and another text
            return
        is_same_name = one.name_hash in (stored.name_hash, stored.name_hash_here)
        if not self.is_renumbered or (is_same_date and is_same_name):
            self.pair(one, one.key)
            if not is_same_date:
                self.uncertain.add(one.key)

    def _similar(
        self, texts: dict[str, list[str]], stored: "_Stored"
    ) -> Iterator[tuple[float, int, Arriving, str]]:
        """Yield similar comments: the negative score, the distance, and both."""
        index: dict[str, list[str]] = defaultdict(list)
        for key in self.lost:
            for word in {word for words in stored.texts[key] for word in words}:
                index[word].append(key)
        order = list(self.lost)
        places = {key: place for place, key in enumerate(order)}
        for one in self.rest.values():
            words = texts[one.key]
            shared = Counter(
                key
                for word in set(words)
                if len(index.get(word, ())) <= COMMON
                for key in index.get(word, ())
            )
            # Where many comments share all words, the neighbours are the candidates.
            near = order[max(0, one.place - 1) : one.place + 2] if not shared else []
            for key in [*(key for key, _ in shared.most_common(MAX_CANDIDATES)), *near]:
                if not self.may_have_another_key(one, key):
                    continue
                score = _score(one, words, stored, key)
                if score:
                    yield -score, abs(one.place - places[key]), one, key

    def _pair_by_place(self, stored: "_Stored") -> None:
        """Match a comment by name, if it and one stored comment are the only ones between the same others."""
        if not self.pairs:
            return
        keys = list(self.known)
        order = {key: place for place, key in enumerate(keys)}
        lost = sorted(order[key] for key in self.lost)
        matched = sorted((self.places[key], order[stored]) for key, stored in self.pairs.items())
        for one in sorted(self.rest.values(), key=lambda one: one.place):
            at = bisect_left(matched, (one.place, -1))
            above = matched[at - 1][1] if at else -1
            below = matched[at][1] if at < len(matched) else len(keys)
            first, last = sorted((above, below))
            between = lost[bisect_left(lost, first) : bisect_left(lost, last)]
            if len(between) != 1:
                continue
            other = keys[between[0]]
            dates = {one.date, self.known[other].date} - {""}
            is_same_name = bool(one.name) and one.name in stored.names[other]
            if is_same_name and len(dates) < 2 and self.may_have_another_key(one, other):
                self.pair(one, other)
                lost.remove(between[0])
                insort(matched, (one.place, between[0]))

    # --- parents in another file of the source

    def match_parents_elsewhere(self) -> None:
        """If a source of several files numbers its comments anew, match the parents that are in another
        file: the stored parent of a matched reply has the id that the reply names now.

        If that shows that ids have another meaning, the other ids of parents elsewhere belong to no
        stored comment until their file is imported; replies wait for them.
        """
        if not self.is_renumbered:
            return
        named: dict[str, list[Arriving]] = defaultdict(list)
        for one in self.arriving:
            if one.parent and one.parent not in self.places and self.has_id(one.parent):
                named[one.parent].append(one)
        found: dict[str, str] = {}
        for parent, replies in named.items():
            pairs = (self.pairs.get(one.key) for one in replies)
            above = Counter(self.known[key].parent for key in pairs if key is not None)
            usual = next((key for key, _ in above.most_common() if key in self.known), None)
            if usual is not None:
                found[parent] = usual
        moved = {parent: key for parent, key in found.items() if parent != key}
        for parent, key in moved.items():
            if key in self.lost:
                self.pairs[parent] = key
                del self.lost[key]
        if moved:
            self.unknown = {parent for parent in named if parent not in found}

    # --- the result

    def identities(self) -> Identities:
        """Return the stored comments by their present keys. A stored comment that the source lacks
        gives its key to another one that has it now.
        """
        present = {stored: key for key, stored in self.pairs.items()}
        taken = {*self.pairs, *self.rest, *self.unknown}
        renamed: dict[str, str] = {}
        for key in self.known:
            now = present.get(key, key)
            if key not in present and key in taken:
                number = 1
                while (now := stored_key(f"{key} (gone {number})")) in taken or now in self.known:
                    number += 1
                taken.add(now)
            if now != key:
                renamed[key] = now
        if not renamed:
            return Identities(self.known, {}, frozenset(self.uncertain))
        known = {}
        for key, stored in self.known.items():
            parent = renamed.get(stored.parent, stored.parent)
            here = renamed.get(stored.parent_here, stored.parent_here)
            known[renamed.get(key, key)] = stored._replace(parent=parent, parent_here=here)
        keys = {self.known[key].pk: now for key, now in renamed.items()}
        return Identities(known, keys, frozenset(self.uncertain))


class _Stored:
    """The names and the words of the texts that stored comments have or had, here or at the source, by
    key.
    """

    def __init__(self, article: Article, lost: dict[str, Known]) -> None:
        self.texts: dict[str, list[list[str]]] = {}
        self.names: dict[str, set[str]] = {}
        self.dates = {key: {one.date, one.date_here} - {""} for key, one in lost.items()}
        keys = {one.pk: key for key, one in lost.items()}
        pks = list(keys)
        for at in range(0, len(pks), _BATCH):
            some = pks[at : at + _BATCH]
            rows = Comment.objects.filter(discussion=article.pk, pk__in=some).order_by()
            former = Revision.objects.filter(discussion=article.pk, comment__in=some)
            values = former.order_by().values_list("comment", "name", "body")
            for pk, name, body in [*rows.values_list("pk", "name", "body"), *values]:
                self.texts.setdefault(keys[pk], []).append(_words(body))
                self.names.setdefault(keys[pk], set()).add(name)
            # The latest values at the source that are not stored here.
            kept = ImportConflict.objects.filter(discussion=article.pk, comment__in=some)
            for pk, field, now in kept.values_list("comment", "field", "now"):
                if field == ImportConflict.Field.TEXT:
                    self.texts[keys[pk]].append(_words(now))
                elif field == ImportConflict.Field.NAME:
                    self.names[keys[pk]].add(now)
                elif field == ImportConflict.Field.DATE and now:
                    self.dates[keys[pk]].add(now)


def _is_unchanged(one: Arriving, stored: Known) -> bool:
    return (
        one.text_hash in (stored.text_hash, stored.text_hash_here)
        and one.name_hash in (stored.name_hash, stored.name_hash_here)
        and one.date in (stored.date, stored.date_here)
    )


def _words(text: str) -> list[str]:
    return WORD.findall(text.casefold())


def _ratio(ours: list[str], theirs: list[str]) -> float:
    """Return the part of the words that two texts share, or of the pairs of adjacent words if they
    are not short, because common words are in every text.
    """
    if min(len(ours), len(theirs)) >= SHORTEST:
        ours, theirs = _pairs(ours), _pairs(theirs)
    shared = Counter(ours) & Counter(theirs)
    return shared.total() / max(len(ours), len(theirs), 1) if ours or theirs else 1.0


def _pairs(words: list[str]) -> list[str]:
    return [f"{a} {b}" for a, b in pairwise(words)]


def _is_version(one: Arriving, words: list[str], stored: _Stored, key: str) -> bool:
    ratio = max((_ratio(words, text) for text in stored.texts[key]), default=0.0)
    # Sources give the ID of a deleted comment again.
    if ratio < 1 and _may_be_anybody(one, stored, key):
        return False
    return ratio >= HALF


def _may_be_anybody(one: Arriving, stored: _Stored, key: str) -> bool:
    """Return whether a comment is unsigned, has few words, and has another date than the stored one."""
    dates = stored.dates[key]
    is_other_date = bool(one.date) and bool(dates) and one.date not in dates
    return is_other_date and not one.name and one.length < DISTINCTIVE


def _score(one: Arriving, words: list[str], stored: _Stored, key: str) -> float:
    """Return how much speaks for a comment being a version of a stored one, 0 if too little."""
    ratio = max((_ratio(words, text) for text in stored.texts[key]), default=0.0)
    has_name = one.name in stored.names[key]
    dates = stored.dates[key]
    other_name = not has_name
    other_date = bool(one.date) and bool(dates) and one.date not in dates
    if other_name and other_date:
        return 0
    if _may_be_anybody(one, stored, key):
        return 0
    if other_name or other_date:
        if ratio < HALF or (ratio < 1 and one.length < LONG):
            return 0
    elif ratio < THIRD:
        return 0
    return ratio + has_name * 0.2 + (one.date in dates) * 0.3
