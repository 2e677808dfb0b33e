"""Which rules hold a new comment, and why. Pure: asks no database, changes nothing."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .markup import ADDRESS
from .models import Rule

WORD = re.compile(r"\w+")
HOST = re.compile(r"https?://(?:[^/?#@\s]*@)?([^/?#:\s]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Draft:
    """What is screened: the words, and what is known of whoever sent them.

    `approved_before` is the number of the writer's comments that were approved.
    """

    body: str
    name: str = ""
    email: str = ""
    network: str = ""
    approved_before: int = 0


@dataclass(frozen=True)
class Match:
    """One rule that a draft ran into: `why` in words, `found` the matched words as written."""

    rule: Rule
    why: str
    found: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """As `Submission.held` keeps it."""
        label = str(self.rule.get_kind_display())
        return {"rule": self.rule.pk, "label": label, "why": self.why, "found": self.found}


def fold(text: str) -> str:
    """`text` without case and accents: what people would call the same word is the same."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def links(text: str) -> list[str]:
    """The web addresses in a text."""
    return ADDRESS.findall(text)


def screen(draft: Draft, rules: Iterable[Rule]) -> list[Match]:
    """The rules that hold or reject this draft, in their order; none if it may be shown."""
    matches = []
    for rule in rules:
        found = FINDERS[rule.kind](draft, rule)
        if found is not None:
            why, words = found
            matches.append(Match(rule, why, words))
    return matches


Found = tuple[str, list[str]] | None


def _words(draft: Draft, rule: Rule) -> Found:
    """Whole words: "press" is not in "WordPress"; a phrase is its words in a row."""
    written = [w.group() for w in WORD.finditer(unicodedata.normalize("NFC", draft.body))]
    folded = [fold(word) for word in written]
    places: dict[str, list[int]] = {}
    for i, word in enumerate(folded):
        places.setdefault(word, []).append(i)
    found = []
    for phrase in rule.patterns:
        wanted = [fold(w) for w in WORD.findall(unicodedata.normalize("NFC", phrase))]
        for at in places.get(wanted[0], ()) if wanted else ():
            if folded[at : at + len(wanted)] == wanted:
                found.append(" ".join(written[at : at + len(wanted)]))
    found = list(dict.fromkeys(found))
    return (", ".join(f"“{word}”" for word in found), found) if found else None


def _count_links(draft: Draft, rule: Rule) -> Found:
    found = links(draft.body)
    if len(found) < max(rule.least, 1):
        return None
    return f"{len(found)} links, the rule holds {max(rule.least, 1)} or more", found


def _domain(draft: Draft, rule: Rule) -> Found:
    """A domain and all below it."""
    wanted = [fold(domain).strip(".") for domain in rule.patterns]
    found = []
    for address in links(draft.body):
        host = HOST.match(address)
        name = fold(host[1]).strip(".") if host else ""
        if any(name == domain or name.endswith(f".{domain}") for domain in wanted if domain):
            found.append(address)
    return (f"a link to {', '.join(found)}", found) if found else None


def _name(draft: Draft, rule: Rule) -> Found:
    return _equal(draft.name, rule.patterns, "the name")


def _email(draft: Draft, rule: Rule) -> Found:
    return _equal(draft.email, rule.patterns, "the e-mail address")


def _network(draft: Draft, rule: Rule) -> Found:
    return _equal(draft.network, rule.patterns, "the network", shown=False)


def _equal(value: str, patterns: Sequence[str], what: str, shown: bool = True) -> Found:
    wanted = {" ".join(fold(p).split()) for p in patterns}
    if not value or " ".join(fold(value).split()) not in wanted:
        return None
    return f"{what} is on the list", [value] if shown else []


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
