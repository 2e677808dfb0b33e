"""Moderation rules: previewed before they are saved, never deleted."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from commentary import discussions
from commentary.admin import rules as rule_admin
from commentary.models import Comment, Rule, SiteAuditEntry, Submission
from tests.admin import FRAME
from tests.conftest import edition

pytestmark = pytest.mark.django_db
S = Comment.Status
LIST = "/admin/commentary/rule/"
ADD = f"{LIST}add/"


def form(**fields) -> dict[str, str]:
    """The data that the form submits."""
    empty = {"kind": "words", "pattern": "", "least": "1", "action": "hold", "article": ""}
    return empty | {"ends_at": "", "is_active": "on"} | fields


def previewed(page) -> dict[str, str]:
    return {"previewed": page.context["previewed"], "_save": "1"}


def count_rules() -> int:
    return Rule.objects.filter(kind="words").count()


class TestPreview:
    def test_a_rule_is_not_saved_without_a_preview(self, as_ed, comment):
        comment("Cheap deals")
        for button in ("_preview", "_save", "x"):
            page = as_ed.post(ADD, form(pattern="deals", **{button: "1"}))
            assert page.status_code == 200
            assert page.context["preview"].matched == 1
        assert count_rules() == 0

    def test_a_previewed_rule_is_saved(self, as_ed):
        page = as_ed.post(ADD, form(pattern="deals"))
        answer = as_ed.post(ADD, form(pattern="deals") | previewed(page), follow=True)
        assert "Rule “Words or phrases: deals” saved." in answer.content.decode()
        assert Rule.objects.get(kind="words").patterns == ["deals"]

    def test_the_preview_submits_the_same_values_again(self, as_ed, article):
        sent = form(
            pattern="deals\n“two words”",
            article=article.pk,
            ends_at="2030-01-02T03:04",
        )
        page = as_ed.post(ADD, sent).content.decode()
        hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))
        hidden["pattern"] = hidden["pattern"].replace("&quot;", '"')
        as_ed.post(ADD, hidden | {"_save": "1"})
        rule = Rule.objects.get(kind="words")
        assert rule.patterns == ["deals", "“two words”"]
        assert rule.article == article
        assert rule.ends_at.year == 2030
        assert rule.is_active

    def test_changed_values_are_previewed_again(self, as_ed):
        page = as_ed.post(ADD, form(pattern="deals"))
        answer = as_ed.post(ADD, form(pattern="the") | previewed(page))
        assert answer.context["preview"] is not None
        assert count_rules() == 0

    def test_back_to_the_form_keeps_everything_typed(self, as_ed):
        page = as_ed.post(ADD, form(pattern="deals", least="4", _back="1"))
        assert page.context["preview"] is None
        text = page.content.decode()
        assert re.search(r">\s*deals</textarea>", text)
        assert 'value="4"' in text
        assert "errornote" not in text

    def test_the_preview_shows_earlier_decisions(self, as_ed, comment):
        for status, count in ((S.APPROVED, 3), (S.REJECTED, 2), (S.SPAM, 1), (S.REMOVED, 1)):
            for i in range(count):
                comment(f"Deals {status} {i}", status=status)
        comment("Waiting deals", status=S.PENDING)
        comment("Nothing of it")
        seen = as_ed.post(ADD, form(pattern="deals")).context["preview"]
        assert (seen.screened, seen.matched) == (9, 8)
        assert [count for _, count in seen.status_counts] == [1, 3, 2, 1, 1]

    def test_samples_are_limited_marked_and_escaped(self, as_ed, comment):
        for i in range(12):
            comment(f"<script>x</script> deals {i}", name="<b>Bo</b>")
        page = as_ed.post(ADD, form(pattern="deals"))
        text = page.content.decode()
        assert len(page.context["preview"].samples) == 10
        assert text.count("<mark>deals</mark>") == 10
        assert "<script>x" not in text
        assert "&lt;b&gt;Bo&lt;/b&gt;" in text

    def test_only_the_rules_article_is_screened(self, as_ed, article, comment):
        comment("deals")
        other = rule_admin.Comment(body="deals")
        from tests.conftest import make_article

        there = make_article("There")
        discussions.import_comments(there.pk, [other], [None])
        seen = as_ed.post(ADD, form(pattern="deals", article=there.pk)).context["preview"]
        assert (seen.screened, seen.matched) == (1, 1)

    def test_newcomers_are_known_only_among_comments_written_here(
        self, as_ed, article, comment, ed
    ):
        comment("Imported: nobody knows whose first it is")
        for i in range(3):
            sender = discussions.Sender(writer="a")
            sent = discussions.submit(article.pk, None, f"Text {i}", sender, f"key {i}")
            if sent.status == S.PENDING:
                discussions.approve(sent, by=ed)
        seen = as_ed.post(ADD, form(kind="first")).context["preview"]
        assert (seen.screened, seen.matched) == (3, 1)

    def test_the_preview_is_limited_in_rows_and_characters(self, as_ed, comment, monkeypatch):
        for i in range(5):
            comment(f"deals {i} " + "x" * 100)
        monkeypatch.setattr(rule_admin, "MAX_SCREENED", 3)
        assert as_ed.post(ADD, form(pattern="deals")).context["preview"].screened == 3
        monkeypatch.setattr(rule_admin, "MAX_CHARACTERS", 250)
        assert as_ed.post(ADD, form(pattern="deals")).context["preview"].screened == 2

    @pytest.mark.parametrize("kind", ["words", "first"])
    @pytest.mark.parametrize("size", [3, 30])
    def test_many_rows_take_the_same_number_of_queries(
        self, as_ed, article, comment, size, kind, django_assert_max_num_queries, settings
    ):
        settings.ARTICLE_POSTS_PER_MINUTE = 1_000
        for i in range(size):
            sender = discussions.Sender(writer=f"{i}")
            discussions.submit(article.pk, None, f"deals {i}", sender, f"key {i}")
        with django_assert_max_num_queries(12 + FRAME):
            as_ed.post(ADD, form(kind=kind, pattern="deals"))


class TestForm:
    @pytest.mark.parametrize("kind", ["words", "domain", "name", "email", "network"])
    def test_a_rule_that_needs_a_pattern_is_refused_without_one(self, as_ed, kind):
        page = as_ed.post(ADD, form(kind=kind, pattern=" \n "))
        assert "Enter what this rule matches" in page.content.decode()
        assert page.context["preview"] is None

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"kind": "links", "least": "0"}, "Must be at least 1."),
            ({"pattern": "good\n..."}, "Each line must contain a letter or digit."),
            ({"kind": "domain", "pattern": "https://shop.example/"}, "Enter only domains"),
            ({"kind": "domain", "pattern": "shop"}, "Enter only domains"),
            ({"pattern": "word " * 5_000}, "Must be at most 20000 characters"),
        ],
    )
    def test_a_rule_that_matches_nothing_is_refused(self, as_ed, fields, words):
        page = as_ed.post(ADD, form(**fields))
        assert words in page.content.decode()
        assert page.context["preview"] is None

    def test_only_a_commenter_can_be_trusted(self, as_ed):
        page = as_ed.post(ADD, form(kind="name", pattern="Hal", action="trust"))
        assert "Only comments of a commenter" in page.content.decode()
        page = as_ed.post(ADD, form(kind="commenter", pattern="ab12", action="trust"))
        assert page.context["preview"] is not None

    def test_each_change_of_a_rule_is_in_the_log_of_the_site(self, as_ed):
        page = as_ed.post(ADD, form(pattern="deals"))
        as_ed.post(ADD, form(pattern="deals") | previewed(page))
        rule = Rule.objects.get(kind="words")
        change = f"{LIST}{rule.pk}/change/"
        sent = form(pattern="bargains") | {"edition": edition(as_ed.get(change))[0]}
        as_ed.post(change, sent | previewed(as_ed.post(change, sent)))
        first, second = SiteAuditEntry.objects.order_by("position")
        assert (first.verb, second.verb) == ("add_rule", "change_rule")
        assert first.actor_name == "ed" and first.details["rule"] == rule.pk
        assert first.details["pattern"] != second.details["pattern"]

    def test_a_rule_can_be_changed_and_disabled(self, as_ed):
        rule = Rule.objects.create(kind="words", pattern="deals")
        address = f"{LIST}{rule.pk}/change/"
        assert as_ed.get(address).status_code == 200
        sent = form(pattern="offers", is_active="")
        page = as_ed.post(address, sent)
        as_ed.post(address, sent | previewed(page))
        rule.refresh_from_db()
        assert (rule.pattern, rule.is_active) == ("offers", False)

    def test_a_rule_for_a_network_expires_with_its_hash(self, as_ed, article):
        sender = discussions.Sender(writer="a", network="net-a")
        discussions.submit(article.pk, None, "Words", sender, "key")
        sent = timezone.now() - timedelta(days=10)
        Submission.objects.update(created_at=sent)
        fields = form(kind="network", pattern="net-a", ends_at="2099-01-01T00:00")
        as_ed.post(ADD, fields | previewed(as_ed.post(ADD, fields)))
        rule = Rule.objects.get(kind="network")
        assert rule.ends_at == sent + timedelta(days=30)
        assert rule.is_in_force
        assert ">Active<" in as_ed.get(LIST).content.decode()
        Rule.objects.filter(pk=rule.pk).update(ends_at=timezone.now())
        assert ">Expired<" in as_ed.get(LIST).content.decode()

    def test_a_rule_for_an_outdated_network_hash_is_refused(self, as_ed, article):
        sender = discussions.Sender(writer="a", network="net-a")
        discussions.submit(article.pk, None, "Words", sender, "key")
        Submission.objects.update(created_at=timezone.now() - timedelta(days=31))
        page = as_ed.post(ADD, form(kind="network", pattern="net-a")).content.decode()
        assert (
            "The last comment from this network is more than 30 days old, so this rule would have expired. Disable it or remove the network."
            in page
        )

    def test_several_rules_can_be_disabled_from_the_list(self, as_ed):
        ids = list(Rule.objects.values_list("pk", flat=True))
        as_ed.post(LIST, {"action": "disable", "_selected_action": ids})
        assert not Rule.objects.filter(is_active=True).exists()

    def test_no_rule_can_be_deleted(self, as_ed):
        rule = Rule.objects.first()
        assert as_ed.post(f"{LIST}{rule.pk}/delete/", {"post": "yes"}).status_code == 403
        assert Rule.objects.filter(pk=rule.pk).exists()

    def test_what_does_not_exist_is_not_found(self, as_ed):
        assert as_ed.get(f"{LIST}4711/change/").status_code == 404

    def test_a_moderator_can_view_but_not_change_rules(self, client, mo):
        client.force_login(mo)
        rule = Rule.objects.first()
        assert client.get(f"{LIST}{rule.pk}/change/").status_code == 200
        assert client.post(f"{LIST}{rule.pk}/change/", form(kind="first")).status_code == 403
        assert client.post(ADD, form(pattern="deals")).status_code == 403


def test_a_held_comment_shows_which_rule_held_it(as_ed, article):
    as_ed.post(ADD, form(pattern="deals") | previewed(as_ed.post(ADD, form(pattern="deals"))))
    sent = discussions.submit(
        article.pk, None, "Cheap Deals", discussions.Sender(writer="a"), "key"
    )
    held = Comment.objects.get(pk=sent.pk).submission.held
    assert [(reason["label"], reason["found"]) for reason in held] == [
        ("First-time commenter", []),
        ("Words or phrases", ["Deals"]),
    ]
