"""Which rules hold a comment, and what they match."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commentary.discussions import limits
from commentary.discussions.rules import in_force, read_rules
from commentary.discussions.screening import Draft, fold, screen
from commentary.models import Rule
from tests.conftest import make_article


def found(rule: Rule, body: str = "", **known) -> list[str] | None:
    """What this rule finds in a comment; None if it doesn't match."""
    matches = screen(Draft(body=body, **known), [rule])
    return matches[0].found if matches else None


def applying(article) -> list[Rule]:
    """Return the rules that apply to comments on an article."""
    _refusal, (listed,) = limits.ask(article.pk, [], in_force(article.pk))
    return list(read_rules(listed))


def words(*patterns: str) -> Rule:
    return Rule(kind="words", pattern="\n".join(patterns))


class TestWords:
    @pytest.mark.parametrize(
        ("pattern", "body", "expected"),
        [
            ("press", "Good press today", ["press"]),
            ("press", "I use WordPress", None),
            ("press", "press-ups", ["press"]),
            ("PRESS", "press Press PRESS", ["press", "Press", "PRESS"]),
            ("cafe", "Ein Café, bitte", ["Café"]),
            ("café", "cafe", ["cafe"]),
            ("straße", "STRASSE", ["STRASSE"]),
            ("cheap deals", "Cheap, deals!", ["Cheap deals"]),
            ("cheap deals", "cheap good deals", None),
            ("cheap deals", "cheap cheap deals", ["cheap deals"]),
            ("جدول", "في الجدول جدول", ["جدول"]),
            ("  spaced  ", "spaced", ["spaced"]),
            ("...", "anything...", None),
            ("", "anything", None),
            ("a.b", "a b", ["a b"]),
            ("e\u0301t\u00e9", "Été", ["Été"]),
        ],
    )
    def test_whole_words_match_regardless_of_case_and_accents(self, pattern, body, expected):
        assert found(words(pattern), body) == expected

    def test_each_line_is_a_phrase_and_the_reason_shows_what_was_written(self):
        match = screen(Draft(body="Cheap Deals on gloves"), [words("gloves", "", "cheap deals")])[0]
        assert match.found == ["gloves", "Cheap Deals"]
        assert match.why == "“gloves”, “Cheap Deals”"

    @pytest.mark.parametrize("body", ["via&#103;ra", "via\u200bgra", "vi**ag**ra", "via\u00adgra"])
    def test_words_are_matched_as_they_are_rendered(self, body):
        assert found(words("viagra"), body) == ["viagra"]

    def test_an_edited_pattern_takes_effect(self):
        rule = words("one")
        assert found(rule, "two") is None
        rule.pattern = "two"
        assert found(rule, "two") == ["two"]


class TestLinks:
    @pytest.mark.parametrize(
        ("least", "body", "expected"),
        [
            (1, "no link", None),
            (2, "https://a.example", None),
            (2, "https://a.example http://b.example/x", 2),
            (1, "see example.org", None),
        ],
    )
    def test_links_are_counted(self, least, body, expected):
        links = found(Rule(kind="links", least=least), body)
        assert (links and len(links)) == expected

    def test_links_of_newcomers_are_counted_only_for_newcomers(self):
        rule = Rule(kind="new_links", least=1)
        body = "See https://a.example"
        assert found(rule, body) == ["https://a.example"]
        assert found(rule, body, approved_before=1) is None

    def test_the_reason_shows_the_number_of_links(self):
        rule = Rule(kind="links", least=1)
        assert screen(Draft(body="https://a.example"), [rule])[0].why == ("1 link (threshold: 1)")


class TestDomain:
    @pytest.mark.parametrize(
        ("address", "is_held"),
        [
            ("https://shop.example/x", True),
            ("http://SHOP.example", True),
            ("https://www.shop.example:8080/", True),
            ("https://a.b.shop.example.", True),
            ("https://user@shop.example/", True),
            ("https://workshop.example", False),
            ("https://shop.example.org", False),
            ("https://other.example/?to=shop.example", False),
            ("https://shop.example@other.example/", False),
            ("shop.example", False),
        ],
    )
    def test_a_domain_matches_its_subdomains(self, address, is_held):
        rule = Rule(kind="domain", pattern="Shop.example")
        assert (found(rule, f"See {address}") is not None) is is_held

    @pytest.mark.parametrize(
        "body",
        [
            "[x](//evil.example)",
            "[x](\\\\\\\\evil.example)",
            "[x](/\\evil.example/a)",
            "[x](HTTP://evil.example)",
            "[x](&#104;ttps&colon;//evil.example)",
            "[x](https:evil.example)",
            "[x](https:/evil.example)",
            "[x](https:\\\\evil.example)",
            "[x](https:///evil.example)",
            "[x](https://good.example@evil.example)",
            "[x](https://good.example:443@evil.example:80?q#f)",
            "[x](https://ev%69l.example)",
            "[x](https://EVIL.example.)",
            "[x](https://e­vil.example)",
            "[x](https://evil．example)",
            "[x](https://ｅｖｉｌ.example)",
            "[x](<https://evil.example>)",
            "[x](https://evil.example 'title')",
            "[x][1]\n\n[1]: https://evil.example",
            "<https://evil.example>",
            "<HTTPS://evil.example/>",
            "(https://evil.example)",
            "**https://evil.example**",
            "HTTPS://EVIL.EXAMPLE/",
            "https://evil.example).",
            "- > https://evil.example",
            "https://user@evil.example/",
        ],
    )
    def test_the_host_is_parsed_as_in_browsers(self, body):
        rule = Rule(kind="domain", pattern="evil.example")
        assert found(rule, body) is not None
        assert found(Rule(kind="links", least=1), body) is not None

    @pytest.mark.parametrize(
        ("pattern", "address"),
        [
            ("bücher.example", "https://xn--bcher-kva.example/"),
            ("xn--bcher-kva.example", "https://BÜCHER.example/"),
            ("192.0.2.1", "http://3221225985/"),
            ("192.0.2.1", "http://0xc0.0.513/"),
            ("192.0.2.1", "http://0300.0.2.01:80/"),
        ],
    )
    def test_spellings_of_one_host_match(self, pattern, address):
        assert found(Rule(kind="domain", pattern=pattern), address) == [address]

    @pytest.mark.parametrize(
        "body",
        [
            "a[i](x)",
            "[x](/articles/evil.example)",
            "[x](evil.example)",
            "[x](https://good.example/evil.example)",
            "[x](https://good.example?https://evil.example)",
            "[x](https://good.example#@evil.example)",
            "`https://evil.example`",
            "[x](mailto:a@evil.example)",
            "[x](https://notevil.example)",
        ],
    )
    def test_links_to_other_hosts_do_not_match(self, body):
        assert found(Rule(kind="domain", pattern="evil.example"), body) is None


@pytest.mark.parametrize(
    ("kind", "field", "pattern", "value", "is_held"),
    [
        ("name", "name", "Best Prices", "best  PRICES", True),
        ("name", "name", "Best", "Best Prices", False),
        ("name", "name", "José", "jose", True),
        ("name", "name", "x", "", False),
        ("email", "email", "a@shop.example", "A@Shop.example", True),
        ("email", "email", "a@shop.example", "b@shop.example", False),
        ("network", "network", "abc123", "abc123", True),
        ("network", "network", "abc123", "", False),
    ],
)
def test_names_addresses_and_networks_must_be_equal(kind, field, pattern, value, is_held):
    rule = Rule(kind=kind, pattern=f"other\n{pattern}")
    assert (found(rule, "Text", **{field: value}) is not None) is is_held


def test_the_network_is_never_shown():
    rule = Rule(kind="network", pattern="abc123")
    assert found(rule, "Text", network="abc123") == []


def test_a_writers_first_comment_matches():
    assert found(Rule(kind="first"), "Text") == []
    assert found(Rule(kind="first"), "Text", approved_before=1) is None


def test_the_rule_for_everything_matches():
    assert found(Rule(kind="everything"), "Text", approved_before=9) == []


def test_every_kind_of_rule_is_supported_and_all_matches_are_reported():
    rules = [Rule(kind=kind, pattern="text", least=1) for kind in Rule.Kind]
    held = screen(Draft(body="Text https://a.example"), rules)
    assert [match.rule.kind for match in held] == [
        "words",
        "links",
        "first",
        "new_links",
        "everything",
    ]
    assert held[0].as_dict()["found"] == ["Text"]


def test_folding_ignores_case():
    assert fold("ÉCOLE Straße ǅ") == fold("école strasse ǆ")


@pytest.mark.parametrize("size", [1_000, 20_000])
def test_long_patterns_and_bodies_are_fast(size):
    rule = words(*(f"word{i} tail" for i in range(size // 12)))
    body = "word1 " * (size // 6)
    assert found(rule, body[:10_000]) is None


@pytest.mark.django_db
class TestInForce:
    @pytest.fixture(autouse=True)
    def _no_rules(self, db):
        Rule.objects.all().delete()

    def test_rules_of_the_site_and_of_the_article_apply(self):
        here, there = make_article("Here"), make_article("There")
        site = Rule.objects.create(kind="first")
        mine = Rule.objects.create(kind="everything", article=here)
        Rule.objects.create(kind="everything", article=there)
        assert applying(here) == [site, mine]

    def test_disabled_and_expired_rules_do_not_apply(self, article):
        now = timezone.now()
        Rule.objects.create(kind="first", is_active=False)
        Rule.objects.create(kind="first", ends_at=now - timedelta(seconds=1))
        lasting = Rule.objects.create(kind="first", ends_at=now + timedelta(hours=1))
        assert applying(article) == [lasting]


class TestTrust:
    TRUST = Rule(kind="commenter", pattern="one", action="trust")
    HOLD = Rule(kind="everything", action="hold")

    def test_a_trusted_commenter_is_not_held(self):
        assert screen(Draft(body="x", writer="one"), [self.HOLD, self.TRUST]) == []
        assert screen(Draft(body="x", writer="two"), [self.HOLD, self.TRUST]) != []

    def test_a_rule_that_rejects_still_applies(self):
        reject = Rule(kind="words", pattern="casino", action="reject")
        (match,) = screen(Draft(body="Casino!", writer="one"), [self.TRUST, reject, self.HOLD])
        assert match.rule is reject

    def test_a_reserved_name_is_held(self):
        draft = Draft(body="x", writer="one", name_owner="the name of an author")
        (match,) = screen(draft, [self.TRUST])
        assert match.rule is None and not match.rejects
