"""The page where links to points are accepted, dismissed, undone and added."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commentary import discussions
from commentary.admin import point_links as point_links_page
from commentary.discussions.points import Points
from commentary.models import AuditEntry, Comment, PointLink
from tests.admin import FRAME
from tests.conftest import make_article

pytestmark = pytest.mark.django_db
State = PointLink.State
POINT_LINKS = "/admin/points/"
BODY = "1. The dance of the bees tells the others where to go.\n\n2. Two.\n\n3. <b>Three</b>."


@pytest.fixture
def article(db):
    return make_article("Three points", body=BODY)


@pytest.fixture
def found(article):
    """`found("text", …)` stores comments, searches them for points, and returns the links."""

    def import_comments(*bodies, on=article, **fields):
        comments = [Comment(body=body, **fields) for body in bodies]
        points = Points(on.points)
        made = discussions.import_comments(on.pk, comments, [None] * len(bodies), points=points)
        return list(PointLink.objects.filter(comment__in=made).order_by("pk"))

    return import_comments


def states() -> list[str]:
    return list(PointLink.objects.order_by("pk").values_list("state", flat=True))


def text(page) -> str:
    return page.content.decode()


class TestList:
    def test_the_words_are_marked_next_to_the_text_of_the_point(self, as_mo, found):
        found("I doubt <i>point 3</i>, & “the dance of the bees tells the others” too", name="Ann")
        page = text(as_mo.get(POINT_LINKS))
        assert "<mark>point 3</mark>" in page and "&lt;i&gt;" in page
        assert "&lt;b&gt;Three&lt;/b&gt;." in page
        assert "<mark>the dance of the bees tells the others</mark>" in page
        assert "The dance of the bees tells the others where to go." in page
        assert "Mentioned</span>" in page and "Quoted</span>" in page

    def test_each_tab_lists_its_state_with_the_correct_count(self, as_mo, mo, found):
        one, two, three = found("Points 1, 2 and 3")
        discussions.decide_point_links("link", [two.key], mo)
        discussions.decide_point_links("unlink", [three.key], mo)
        for state, link in zip(point_links_page.TABS, (one, two, three), strict=True):
            page = as_mo.get(POINT_LINKS, {"state": state})
            assert [item.link for item in page.context["items"]] == [link]
            assert [tab.words for tab in page.context["tabs"]] == ["1", "1", "1"]
        assert "Dismissed by mo" in text(page)

    def test_a_number_that_may_mean_a_comment_is_pointed_out(self, as_mo, found):
        found("First", "#1 is wrong", "#3 is wrong", name="Ann")
        page = text(as_mo.get(POINT_LINKS))
        assert page.count("This may also refer to the comment with that number, by Ann") == 2

    def test_links_of_unpublished_comments_are_not_listed(self, as_mo, mo, found):
        (link,) = found("Point 2")
        discussions.mark_spam(link.comment, by=mo)
        assert "No suggested links are waiting" in text(as_mo.get(POINT_LINKS))

    def test_links_can_be_filtered_by_article(self, as_mo, found):
        other = make_article("Another", body=BODY)
        found("Point 1")
        (there,) = found("Point 2", on=other)
        page = as_mo.get(POINT_LINKS, {"article": other.pk})
        assert [item.link for item in page.context["items"]] == [there]
        assert "Another</option>" in text(page)

    def test_a_removed_point_is_pointed_out(self, as_mo, article, found):
        found("Point 3")
        article.body = "1. One."
        article.save()
        assert "Point 3 no longer exists." in text(as_mo.get(POINT_LINKS))

    def test_the_list_is_paginated(self, as_mo, found, monkeypatch):
        monkeypatch.setattr(point_links_page, "PAGE_SIZE", 2)
        made = found(*["Point 1"] * 5)
        page, seen = as_mo.get(POINT_LINKS), []
        while True:
            seen += [item.link for item in page.context["items"]]
            if not page.context["next_page"]:
                break
            page = as_mo.get(page.context["next_page"])
        assert seen == made

    @pytest.mark.parametrize("size", [1, 20])
    def test_many_rows_take_the_same_number_of_queries(self, as_mo, found, size):
        other = make_article("Another", body=BODY)
        for on in (other, None):
            found(*["#1 and point 2"] * size, **({"on": on} if on else {}))
        with CaptureQueriesContext(connection) as queries:
            as_mo.get(POINT_LINKS)
        assert len(queries) == 12 + FRAME, "\n".join(q["sql"] for q in queries)

    @pytest.mark.parametrize("query", ["state=nonsense", "after=x", "article=-1", "item=9" * 40])
    def test_invalid_parts_of_a_url_are_ignored(self, as_mo, found, query):
        found("Point 1")
        assert as_mo.get(f"{POINT_LINKS}?{query}").status_code == 200


class TestActs:
    @pytest.mark.parametrize(
        ("verb", "state"), [("link", State.ACCEPTED), ("unlink", State.DISMISSED)]
    )
    def test_one_link_is_decided_undone_and_followed_by_the_next(self, as_mo, found, verb, state):
        one, two = found("Points 1 and 2")
        done = as_mo.post(POINT_LINKS, {"one": f"{verb}:{one.key}:suggested"})
        assert done.status_code == 303 and done["Location"] == f"{POINT_LINKS}?item={two.key}"
        assert states() == [state, State.SUGGESTED]
        page = as_mo.get(done["Location"])
        words = "Accepted" if verb == "link" else "Dismissed"
        assert f"<p>{words} the link from <strong>#1</strong> to point 1.</p>" in text(page)
        as_mo.post(POINT_LINKS, {"undo": page.context["bar"].value})
        assert states() == [State.SUGGESTED] * 2

    def test_all_selected_links_are_decided(self, as_mo, found):
        links = found("Points 1, 2 and 3")
        picks = [f"{link.key}:suggested" for link in links[:2]]
        as_mo.post(POINT_LINKS, {"bulk": "link", "pick": picks})
        assert states() == [State.ACCEPTED, State.ACCEPTED, State.SUGGESTED]
        as_mo.post(POINT_LINKS, {"undo": as_mo.get(POINT_LINKS).context["bar"].value})
        assert states() == [State.SUGGESTED] * 3

    def test_all_links_of_one_article_are_decided(self, as_mo, article, found):
        other = make_article("Another", body=BODY)
        found("Point 1", "Point 2")
        found("Point 3", on=other)
        as_mo.post(f"{POINT_LINKS}?article={article.pk}", {"all": "unlink"})
        assert states() == [State.DISMISSED, State.DISMISSED, State.SUGGESTED]

    def test_later_decisions_of_others_are_kept(self, as_mo, ed, found):
        (link,) = found("Point 1")
        discussions.decide_point_links("unlink", [link.key], ed)
        page = as_mo.post(POINT_LINKS, {"one": f"link:{link.key}:suggested"}, follow=True)
        assert states() == [State.DISMISSED]
        assert "#1, point 1: Already dismissed." in text(page)

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"one": "drop:1:suggested"},
            {"one": "link:x:suggested"},
            {"bulk": "nonsense", "pick": "1-1:suggested"},
            {"undo": "entry:x"},
            {"undo": "what"},
            {"all": "approve"},
        ],
    )
    def test_invalid_input_is_refused(self, as_mo, found, data):
        found("Point 1")
        assert as_mo.post(POINT_LINKS, data).status_code == 400
        assert states() == [State.SUGGESTED]

    def test_an_empty_selection_is_reported(self, as_mo, found):
        found("Point 1")
        assert "Select between 1 and 1,000 links." in text(
            as_mo.post(POINT_LINKS, {"bulk": "link"}, follow=True)
        )

    def test_the_audit_log_names_the_point_and_can_undo_it(self, as_mo, mo, found):
        (link,) = found("Point 2")
        entry = discussions.decide_point_links("link", [link.key], mo).entries[0]
        assert "accepted the link to point 2 from" in text(as_mo.get("/admin/moderation/"))
        as_mo.post(f"/admin/commentary/auditentry/{entry.pk}/undo/", {"confirmed": "1"})
        assert states() == [State.SUGGESTED]
        assert "undid: <strong>mo</strong> accepted the link to point 2 from" in text(
            as_mo.get("/admin/moderation/")
        )


class TestByHand:
    def test_a_comment_is_linked_and_unlinked_by_hand(self, as_mo, mo, found, comment):
        here = f"{POINT_LINKS}?comment={comment('Words').key}"
        page = as_mo.get(here)
        assert [number for number, _text, _link in page.context["lines"]] == [1, 2, 3]
        as_mo.post(here, {"hand": "link:2"})
        assert PointLink.objects.values_list("point", "origin", "state").get() == (
            2,
            PointLink.Origin.EDITOR,
            State.ACCEPTED,
        )
        assert "linked by an editor, decided by mo" in text(as_mo.get(here))
        as_mo.post(here, {"hand": "unlink:2"})
        assert states() == [State.DISMISSED]
        as_mo.post(here, {"undo": as_mo.get(here).context["bar"].value})
        assert states() == [State.ACCEPTED]

    @pytest.mark.parametrize(
        ("hand", "status"), [("link:9", 404), ("move:1", 404), ("link:x", 400)]
    )
    def test_invalid_input_is_refused(self, as_mo, comment, hand, status):
        here = f"{POINT_LINKS}?comment={comment('Words').key}"
        assert as_mo.post(here, {"hand": hand}).status_code == status
        assert not PointLink.objects.exists()

    def test_a_missing_comment_is_a_404(self, as_mo):
        assert as_mo.get(f"{POINT_LINKS}?comment=1-99").status_code == 404

    def test_the_pages_of_a_comment_and_its_article_link_to_it(self, as_mo, article, comment):
        made = comment("Words")
        page = text(as_mo.get(f"/admin/commentary/comment/{made.pk}/change/"))
        assert f'href="{POINT_LINKS}?comment={made.key}"' in page
        page = text(as_mo.get(f"/admin/commentary/article/{article.pk}/change/"))
        assert f'href="{POINT_LINKS}?article={article.pk}"' in page
        assert POINT_LINKS in text(as_mo.get("/admin/moderation/"))
        page = text(as_mo.get(f"{article.get_absolute_url()}comments/{made.number}/moderate/"))
        assert f'href="{POINT_LINKS}?comment={made.key}"' in page


class TestArticle:
    def test_editing_points_suggests_links_again_and_reports_removed_points(
        self, client, ed, article, found
    ):
        (three,) = found("Point 3", "Point 4")
        discussions.decide_point_links("link", [three.key], ed)
        client.force_login(ed)
        data = {"title": article.title, "slug": article.slug, "is_published": "on"}
        for inline in ("bylines", "related"):
            data |= {f"{inline}-TOTAL_FORMS": "0", f"{inline}-INITIAL_FORMS": "0"}
        data["body"] = "1. One.\n\n4. Four."
        page = client.post(f"/admin/commentary/article/{article.pk}/change/", data, follow=True)
        assert "1 comment refers to a point that no longer exists." in text(page)
        assert list(PointLink.objects.order_by("point").values_list("point", "state")) == [
            (3, State.ACCEPTED),
            (4, State.SUGGESTED),
        ]


class TestWho:
    def test_only_moderators_have_access(self, client, stella, found):
        (link,) = found("Point 1")
        assert client.get(POINT_LINKS).status_code == 302
        client.force_login(stella)
        assert client.get(POINT_LINKS).status_code == 403
        assert client.post(POINT_LINKS, {"one": f"link:{link.key}:suggested"}).status_code == 403
        assert states() == [State.SUGGESTED]

    def test_a_form_without_a_csrf_token_is_refused(self, mo, found):
        (link,) = found("Point 1")
        client = Client(enforce_csrf_checks=True)
        client.force_login(mo)
        assert client.post(POINT_LINKS, {"one": f"link:{link.key}:suggested"}).status_code == 403
        assert not AuditEntry.objects.filter(verb="link").exists()
