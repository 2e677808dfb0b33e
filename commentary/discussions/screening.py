"""Which rules hold a new comment, and why. Pure: asks no database, changes nothing."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.utils.translation import gettext as _

from ..models import Rule
from ..text.markup import RENDERERS, links_in, rendered_text
from ..text.web_addresses import UNSEEN, fold_host, host_of, is_below

WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Draft:
    """What is screened: the words, and what is known of whoever sent them.

    `former_networks` are other hashes that the sender's network may be listed by; `approved_before` is the number of the writer's comments under this name that were approved;
    `name_owner` says who else the name belongs to, if anybody; `markup` in what `body` is written.
    """

    body: str
    name: str = ""
    email: str = ""
    network: str = ""
    former_networks: tuple[str, ...] = ()
    approved_before: int = 0
    name_owner: str = ""
    markup: str = "markdown"

    @cached_property
    def links(self) -> list[str]:
        """The addresses off the site that the comment links to, or tries to."""
        return links_in(self.body, self.markup)

    @cached_property
    def texts(self) -> list[str]:
        """The text as it was typed and, where that differs, as it is read: without entities,
        emphasis inside a word, and what is not seen."""
        typed = _composed(self.body)
        shown = _composed(rendered_text(RENDERERS[self.markup](self.body)))
        return [typed] if shown == typed else [typed, shown]


def _composed(text: str) -> str:
    return UNSEEN.sub("", unicodedata.normalize("NFC", text))


@dataclass(frozen=True)
class Match:
    """One reason to hold or reject a draft: `why` in words, `found` the matched words as written.

    `rule` is None where no rule says so: a name that belongs to somebody else is always held.
    """

    rule: Rule | None
    why: str
    found: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        return str(self.rule.get_kind_display()) if self.rule else _("Reserved name")

    @property
    def rejects(self) -> bool:
        return self.rule is not None and self.rule.action == Rule.Action.REJECT

    def as_dict(self) -> dict[str, Any]:
        """As `Submission.held` keeps it."""
        rule = self.rule and self.rule.pk
        return {"rule": rule, "label": self.label, "why": self.why, "found": self.found}


def fold(text: str) -> str:
    """`text` without case and accents: what people would call the same word is the same."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    if decomposed.isascii():
        return decomposed
    return "".join(c for c in decomposed if c < "\u0300" or not unicodedata.combining(c))


def screen(draft: Draft, rules: Iterable[Rule]) -> list[Match]:
    """Why to hold or reject this draft: its name, then the rules in their order; none if it may be
    shown."""
    matches = [Match(None, draft.name_owner)] if draft.name_owner else []
    for rule in rules:
        found = FINDERS[rule.kind](draft, rule)
        if found is not None:
            why, words = found
            matches.append(Match(rule, why, words))
    return matches


Found = tuple[str, list[str]] | None


@lru_cache(maxsize=64)
def _phrases(pattern: str) -> tuple[tuple[str, ...], ...]:
    """The words of each line of a pattern, folded."""
    lines = _composed(pattern).splitlines()
    return tuple(words for line in lines if (words := tuple(fold(w) for w in WORD.findall(line))))


@lru_cache(maxsize=64)
def _listed(pattern: str) -> frozenset[str]:
    """The lines of a pattern, folded, their spaces made one."""
    return frozenset(" ".join(fold(line).split()) for line in pattern.splitlines()) - {""}


def _words(draft: Draft, rule: Rule) -> Found:
    """Whole words: "press" is not in "WordPress"; a phrase is its words in a row."""
    found = []
    for text in draft.texts:
        written = WORD.findall(text)
        folded = [fold(word) for word in written]
        places: dict[str, list[int]] = {}
        for i, word in enumerate(folded):
            places.setdefault(word, []).append(i)
        for wanted in _phrases(rule.pattern):
            for at in places.get(wanted[0], ()):
                if tuple(folded[at : at + len(wanted)]) == wanted:
                    found.append(" ".join(written[at : at + len(wanted)]))
    found = list(dict.fromkeys(found))
    return (", ".join(f"“{word}”" for word in found), found) if found else None


def _count_links(draft: Draft, rule: Rule) -> Found:
    found = draft.links
    if len(found) < max(rule.least, 1):
        return None
    count = "1 link" if len(found) == 1 else f"{len(found)} links"
    return f"{count}, the rule holds {max(rule.least, 1)} or more", found


def _domain(draft: Draft, rule: Rule) -> Found:
    """A domain and all below it."""
    wanted = {fold_host(line.strip()) for line in rule.patterns}
    found = [
        address
        for address in draft.links
        if any(is_below(host_of(address), domain) for domain in wanted)
    ]
    return (f"a link to {', '.join(found)}", found) if found else None


def _name(draft: Draft, rule: Rule) -> Found:
    return _equal(draft.name, rule, "the name")


def _email(draft: Draft, rule: Rule) -> Found:
    return _equal(draft.email, rule, "the e-mail address")


def _network(draft: Draft, rule: Rule) -> Found:
    """Equal to one that is listed; which one is never shown."""
    hashes = {draft.network, *draft.former_networks} - {""}
    return ("the network is on the list", []) if hashes & set(rule.patterns) else None


def _equal(value: str, rule: Rule, what: str) -> Found:
    if not value or " ".join(fold(value).split()) not in _listed(rule.pattern):
        return None
    return f"{what} is on the list", [value]


def _first(draft: Draft, rule: Rule) -> Found:
    return None if draft.approved_before else ("no approved comment from this writer yet", [])


def _new_links(draft: Draft, rule: Rule) -> Found:
    return None if draft.approved_before else _count_links(draft, rule)


def _everything(draft: Draft, rule: Rule) -> Found:
    return "every comment is read before it is shown", []


Kind = Rule.Kind
FINDERS: dict[str, Callable[[Draft, Rule], Found]] = {
    Kind.WORDS: _words,
    Kind.LINKS: _count_links,
    Kind.DOMAIN: _domain,
    Kind.NAME: _name,
    Kind.EMAIL: _email,
    Kind.NETWORK: _network,
    Kind.FIRST: _first,
    Kind.NEW_LINKS: _new_links,
    Kind.EVERYTHING: _everything,
}
