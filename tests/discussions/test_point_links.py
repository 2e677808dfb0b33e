"""Links to points: suggested, accepted, dismissed, undone, and when readers see them."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commentary import discussions
from commentary.discussions import Sender, tree
from commentary.discussions.points import Points
from commentary.models import AuditEntry, Comment, Discussion, PointLink, Rule
from tests.conftest import keys, make_article

pytestmark = pytest.mark.django_db
S, Origin, State = Comment.Status, PointLink.Origin, PointLink.State
BODY = "1. The dance of the bees tells the others where to go.\n\n2. Two.\n\n3. Three."
QUOTE = "“the dance of the bees tells the others”"


@pytest.fixture
def article(db):
    return make_article("Three points", body=BODY)


@pytest.fixture
def submit(article):
    Rule.objects.update(is_active=False)
    keys = iter(range(1_000))

    def send(body="Words", parent=None, about=None, **fields):
        points = Points(article.points)
        pk = parent.pk if parent else None
        key = f"key {next(keys)}"
        return discussions.submit(
            article.pk, pk, body, Sender("ann"), key, about=about, points=points, **fields
        )

    return send


def import_comments(article, *bodies: str, parents=None, **fields):
    comments = [Comment(body=body, **fields) for body in bodies]
    points = Points(article.points)
    return discussions.import_comments(
        article.pk, comments, parents or [None] * len(bodies), points=points
    )


def links(*fields: str) -> list:
    return list(
        PointLink.objects.order_by("pk").values_list(*(fields or ("point", "origin", "state")))
    )


def version(article) -> int:
    return Discussion.objects.get(pk=article.pk).version


class TestFinding:
    def test_the_commenters_choice_is_accepted_and_other_references_are_suggested(self, submit):
        submit(f"Point 2, and {QUOTE}", about=3)
        assert sorted(links()) == [
            (1, Origin.QUOTATION, State.SUGGESTED),
            (2, Origin.MENTION, State.SUGGESTED),
            (3, Origin.WRITER, State.ACCEPTED),
        ]

    def test_a_point_both_chosen_and_mentioned_is_linked_once(self, submit):
        submit("About point 3", about=3)
        assert links() == [(3, Origin.WRITER, State.ACCEPTED)]

    def test_replies_are_searched_but_the_parents_number_is_not_a_point(self, submit):
        first = submit("Hello")
        submit("#1 is right about point 2", parent=first)
        assert links("point") == [(2,)]

    @pytest.mark.parametrize(("body", "more"), [("Words", 0), ("Points 1, 2 and 3", 1)])
    def test_a_suggestion_costs_one_statement(self, submit, body, more):
        first = submit("Hello")
        with CaptureQueriesContext(connection) as queries:
            submit(body, parent=first)
        # PostgreSQL stores a comment, its submission and its audit entry in one statement.
        plain = 7 if connection.vendor == "postgresql" else 9
        assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == plain + more

    def test_an_edit_renews_suggestions_nobody_has_decided_on(self, article, submit, ed):
        comment = submit("Points 1 and 2", about=3)
        discussions.decide_point_links("link", keys(PointLink.objects.filter(point=1)), ed)
        points = Points(article.points)
        discussions.edit_comment(
            comment, Sender("ann"), "No, 2 and 3 are right. #1 too.", "", points
        )
        assert sorted(links()) == [
            (1, Origin.MENTION, State.ACCEPTED),
            (3, Origin.WRITER, State.ACCEPTED),
        ]

    def test_imported_comments_are_searched_with_two_more_statements(self, article):
        def statements(*bodies):
            with CaptureQueriesContext(connection) as queries:
                import_comments(article, *bodies, parents=[None, *range(len(bodies) - 1)])
            return len([q for q in queries if "SAVEPOINT" not in q["sql"]])

        without = statements(*["Words"] * 9)
        assert statements(*[f"Point {n % 3 + 1}" for n in range(9)]) == without + 1
        assert PointLink.objects.count() == 9

    def test_a_stream_that_reuses_one_instance_is_searched_too(self, article):
        comment = Comment()

        def stream():
            for body in ("Hello", "#1 is right about point 2", "#2, you mean"):
                comment.body = body
                yield comment

        statuses, points = [S.APPROVED] * 3, Points(article.points)
        discussions.import_comments(article.pk, stream(), [None, 0, None], statuses, points)
        assert links("comment__number", "point") == [(2, 2), (3, 2)]

    def test_html_markup_of_exports_does_not_hide_references(self, article):
        body = "<p>the <b>dance</b> of the bees <i>tells</i> the others</p>"
        import_comments(article, body, markup="html")
        assert links() == [(1, Origin.QUOTATION, State.SUGGESTED)]

    def test_editing_points_searches_the_comments_again(self, article, ed):
        (comment,) = import_comments(article, "Point 4, and point 2")
        discussions.unlink(comment, 2, ed)
        article.body = BODY + "\n\n4. Four."
        article.save()
        discussions.suggest_point_links(article.pk)
        assert links() == [
            (2, Origin.MENTION, State.DISMISSED),
            (4, Origin.MENTION, State.SUGGESTED),
        ]

    def test_a_correction_by_an_editor_searches_the_comment_again(self, article, ed):
        (comment,) = import_comments(article, "Point 2")
        entry = discussions.correct(comment, ed, "", "Point 3, I mean")
        assert links("point") == [(3,)]
        discussions.undo(entry, by=ed)
        assert links("point") == [(2,)]
        discussions.correct(article, ed, article.title, BODY.replace("2. Two", "4. Two"))
        assert links("point") == [(2,)]
        discussions.correct(comment, ed, "", "Point 4")
        assert links("point") == [(4,)]

    def test_suggestions_do_not_change_the_version(self, article):
        import_comments(article, "Words")
        before = version(article)
        discussions.suggest_point_links(article.pk)
        assert version(article) == before


class TestDeciding:
    @pytest.mark.parametrize(
        ("verb", "state"), [("link", State.ACCEPTED), ("unlink", State.DISMISSED)]
    )
    def test_each_decision_is_recorded_with_its_point_and_can_be_undone(
        self, article, ed, verb, state
    ):
        (comment,) = import_comments(article, "Point 2")
        outcome = discussions.decide_point_links(verb, [PointLink.objects.get().key], ed)
        assert links("state") == [(state,)]
        (entry,) = outcome.entries
        assert (entry.verb, entry.before, entry.after) == (verb, State.SUGGESTED, state)
        assert (entry.comment_id, entry.kept["point"], entry.actor) == (comment.pk, 2, ed)
        undone = discussions.undo(entry, by=ed)
        assert links("state") == [(State.SUGGESTED,)]
        assert undone.undoes == entry

    def test_a_bulk_decision_is_one_batch_and_undone_together(self, article, ed):
        other = make_article("Other", body=BODY)
        import_comments(article, "Point 1", "Point 2")
        import_comments(other, "Points 1 and 2")
        ids = keys(PointLink.objects.all())
        outcome = discussions.decide_point_links("link", ids, ed)
        assert len(outcome.entries) == 4 and outcome.batch
        assert set(links("state")) == {(State.ACCEPTED,)}
        assert len(discussions.undo_many(keys(outcome.entries), ed).entries) == 4
        assert set(links("state")) == {(State.SUGGESTED,)}

    @pytest.mark.parametrize("size", [3, 40])
    def test_many_links_take_the_same_number_of_statements_as_few(self, article, ed, size):
        import_comments(article, *["Point 1"] * size)
        ids = keys(PointLink.objects.all())
        with CaptureQueriesContext(connection) as queries:
            outcome = discussions.decide_point_links("link", ids, ed)
        assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 6
        with CaptureQueriesContext(connection) as queries:
            discussions.undo_many(keys(outcome.entries), ed)
        assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) <= 9

    def test_a_repeated_decision_is_refused_and_not_recorded(self, article, ed):
        import_comments(article, "Point 2")
        key = PointLink.objects.get().key
        discussions.decide_point_links("link", [key], ed)
        entries = AuditEntry.objects.count()
        outcome = discussions.decide_point_links("link", [key], ed)
        assert outcome.refused == {key: "Already accepted."}
        assert AuditEntry.objects.count() == entries

    def test_an_editor_links_and_unlinks_by_hand(self, article, ed):
        (comment,) = import_comments(article, "Words")
        entry = discussions.link(comment, 3, ed)
        assert links() == [(3, Origin.EDITOR, State.ACCEPTED)]
        assert discussions.link(comment, 3, ed) is None
        assert discussions.unlink(comment, 2, ed) is None
        discussions.undo(entry, by=ed)
        assert links("state") == [(State.DISMISSED,)]

    def test_a_decision_followed_by_others_is_not_undone(self, article, ed, mo):
        (comment,) = import_comments(article, "Point 2")
        entry = discussions.decide_point_links("link", [PointLink.objects.get().key], ed).entries[0]
        discussions.unlink(comment, 2, mo)
        with pytest.raises(
            discussions.AlreadyDecided, match="mo made a later decision: link dismissed"
        ):
            discussions.undo(entry, by=ed)

    def test_other_points_and_the_comments_status_do_not_prevent_an_undo(self, article, ed):
        (comment,) = import_comments(article, "Points 1 and 2")
        one, two = discussions.decide_point_links("link", keys(PointLink.objects.all()), ed).entries
        removed = discussions.remove(comment, by=ed)
        discussions.undo(one, by=ed)
        discussions.undo(removed, by=ed)
        assert links("point", "state") == [(1, State.SUGGESTED), (2, State.ACCEPTED)]
        assert tree.check() == []

    def test_the_version_changes_only_for_links_readers_see(self, article, ed):
        shown, removed = import_comments(article, "Points 1 and 2", "Point 3")
        discussions.remove(removed, by=ed)
        one, two, three = keys(PointLink.objects.order_by("point"))
        before = version(article)
        discussions.decide_point_links("unlink", [two], ed)
        discussions.decide_point_links("link", [three], ed)
        assert version(article) == before
        discussions.decide_point_links("link", [one], ed)
        assert version(article) != before
        before = version(article)
        discussions.unlink(shown, 1, ed)
        assert version(article) != before


class TestShowing:
    @pytest.fixture(autouse=True)
    def _nothing_kept(self):
        cache.clear()

    def test_readers_see_accepted_links_at_once_and_no_suggestions(self, article, ed):
        (comment,) = import_comments(article, "Points 1 and 2")
        address = article.get_absolute_url()
        assert "about-point" not in Client().get(address).content.decode()
        entry = discussions.decide_point_links(
            "link", [PointLink.objects.get(point=2).key], ed
        ).entries[0]
        discussions.link(comment, 3, ed)
        page = Client().get(address).content.decode()
        assert f'On <a href="{address}#point-2">point 2</a>, <a' in page
        assert "point 3</a> (linked by an editor)</p>" in page
        discussions.undo(entry, by=ed)
        assert "#point-2" not in Client().get(address).content.decode().split("responses")[-1]

    def test_a_removed_point_is_not_linked_until_it_comes_back(self, article, ed):
        (comment,) = import_comments(article, "Words")
        discussions.link(comment, 3, ed)
        for body, is_shown in (("1. One.", False), (BODY, True)):
            article.body = body
            article.save()
            page = Client().get(article.get_absolute_url()).content.decode()
            assert ("#point-3" in page.split('id="responses"')[1]) == is_shown
