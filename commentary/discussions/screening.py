"""Which rules hold, reject or publish a new comment, and why. Pure functions without database
access.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Rule
from ..text.markup import RENDERERS, links_in, rendered_text
from ..text.phrases import listed
from ..text.web_addresses import UNSEEN, fold_host, host_of, is_below

WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Draft:
    """A comment to be screened, and what is known about its commenter.

    `former_networks` are earlier hashes of the commenter's network. `approved_before` counts the
    commenter's approved comments under this name. `name_owner` says whose name it is, if it is
    reserved. `markup` is the format of `body`, `writer` the id of the commenter.
    """

    body: str
    name: str = ""
    email: str = ""
    network: str = ""
    former_networks: tuple[str, ...] = ()
    approved_before: int = 0
    name_owner: str = ""
    markup: str = "markdown"
    writer: str = ""

    @cached_property
    def links(self) -> list[str]:
        """URLs of other sites that the comment links to, or tries to."""
        return links_in(self.body, self.markup)

    @cached_property
    def texts(self) -> list[str]:
        """The body as typed and, if different, as rendered: without entities, emphasis inside words
        and invisible characters.
        """
        typed = _composed(self.body)
        shown = _composed(rendered_text(RENDERERS[self.markup](self.body)))
        return [typed] if shown == typed else [typed, shown]


def _composed(text: str) -> str:
    return UNSEEN.sub("", unicodedata.normalize("NFC", text))


@dataclass(frozen=True)
class Match:
    """One reason to hold or reject a draft: `why` in words, `found` the matching words as typed.

    `rule` is None for a reserved name, which is always held.
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

    def as_dict(self) -> dict[str, int | str | list[str] | None]:
        """Return the form stored in `Submission.held`."""
        rule = self.rule.pk if self.rule else None
        return {"rule": rule, "label": self.label, "why": self.why, "found": self.found}


def fold(text: str) -> str:
    """Return `text` without case and accents, for comparing words."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    if decomposed.isascii():
        return decomposed
    return "".join(c for c in decomposed if c < "\u0300" or not unicodedata.combining(c))


def screen(draft: Draft, rules: Iterable[Rule]) -> list[Match]:
    """Return the reasons to hold or reject a draft; empty if it may be published.

    If a rule publishes it, those that hold it don't apply. Those that reject it do, and a reserved
    name is held.
    """
    matches = [Match(None, draft.name_owner)] if draft.name_owner else []
    found = find_matches(draft, rules)
    is_trusted = any(match.rule and match.rule.action == Rule.Action.TRUST for match in found)
    return matches + [match for match in found if match.rejects or not is_trusted]


def find_matches(draft: Draft, rules: Iterable[Rule]) -> list[Match]:
    """Return the rules that match a draft, whatever they do with it."""
    matches = []
    for rule in rules:
        found = FINDERS[rule.kind](draft, rule)
        if found is not None:
            why, words = found
            matches.append(Match(rule, why, words))
    return matches


Found = tuple[str, list[str]] | None


@lru_cache(maxsize=64)
def _phrases(pattern: str) -> tuple[tuple[str, ...], ...]:
    """Return the folded words of each line of a pattern."""
    lines = _composed(pattern).splitlines()
    return tuple(words for line in lines if (words := tuple(fold(w) for w in WORD.findall(line))))


@lru_cache(maxsize=64)
def _listed(pattern: str) -> frozenset[str]:
    """Return the lines of a pattern, folded, with runs of spaces collapsed."""
    return frozenset(" ".join(fold(line).split()) for line in pattern.splitlines()) - {""}


def _words(draft: Draft, rule: Rule) -> Found:
    """Match whole words ("press" is not in "WordPress") and phrases of consecutive words."""
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
    return (
        (listed(_("“%(words)s”") % {"words": words} for words in found), found) if found else None
    )


def _count_links(draft: Draft, rule: Rule) -> Found:
    found = draft.links
    if len(found) < max(rule.least, 1):
        return None
    why = ngettext(
        "%(n)d link (threshold: %(least)d)", "%(n)d links (threshold: %(least)d)", len(found)
    )
    return why % {"n": len(found), "least": max(rule.least, 1)}, found


def _domain(draft: Draft, rule: Rule) -> Found:
    """Match a domain and its subdomains."""
    wanted = {fold_host(line.strip()) for line in rule.patterns}
    found = [
        address
        for address in draft.links
        if any(is_below(host_of(address), domain) for domain in wanted)
    ]
    return (_("links to %(links)s") % {"links": listed(found)}, found) if found else None


def _name(draft: Draft, rule: Rule) -> Found:
    return (_("name listed in the rule"), [draft.name]) if _lists(rule, draft.name) else None


def _email(draft: Draft, rule: Rule) -> Found:
    if not _lists(rule, draft.email):
        return None
    return _("e-mail address listed in the rule"), [draft.email]


def _network(draft: Draft, rule: Rule) -> Found:
    """Match a listed network. The reason doesn't say which one."""
    hashes = {draft.network, *draft.former_networks} - {""}
    return (_("network listed in the rule"), []) if hashes & set(rule.patterns) else None


def _commenter(draft: Draft, rule: Rule) -> Found:
    """Match a listed commenter. The reason doesn't say which one."""
    is_listed = draft.writer and draft.writer in rule.patterns
    return (_("commenter listed in the rule"), []) if is_listed else None


def _lists(rule: Rule, value: str) -> bool:
    return bool(value) and " ".join(fold(value).split()) in _listed(rule.pattern)


def _first(draft: Draft, rule: Rule) -> Found:
    return None if draft.approved_before else (_("no approved comments yet"), [])


def _new_links(draft: Draft, rule: Rule) -> Found:
    return None if draft.approved_before else _count_links(draft, rule)


def _everything(draft: Draft, rule: Rule) -> Found:
    return _("matches every comment"), []


Kind = Rule.Kind
FINDERS: dict[str, Callable[[Draft, Rule], Found]] = {
    Kind.WORDS: _words,
    Kind.LINKS: _count_links,
    Kind.DOMAIN: _domain,
    Kind.NAME: _name,
    Kind.EMAIL: _email,
    Kind.NETWORK: _network,
    Kind.COMMENTER: _commenter,
    Kind.FIRST: _first,
    Kind.NEW_LINKS: _new_links,
    Kind.EVERYTHING: _everything,
}
