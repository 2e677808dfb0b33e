"""The language of a comment: detected when it is posted and edited, and set by editors."""

import pytest

from commentary import discussions, search
from commentary.discussions import Sender
from commentary.models import AuditEntry, Comment
from tests.conftest import make_article

GERMAN = "Die alten Häuser am Nordufer stehen seit hundert Jahren leer, und niemand weiß, wem sie heute gehören."
FRENCH = "Les pommiers du jardin derrière la gare fleurissent chaque année au mois de mai, et personne ne les taille."
SENDER = Sender(writer="a", network="n")

pytestmark = pytest.mark.django_db


@pytest.fixture
def houses(no_rules):
    return make_article("Häuser", slug="houses", language="de")


def post(article, body: str) -> Comment:
    made = discussions.submit(
        article.pk, None, body, SENDER, body, text_language=article.text_language
    )
    return Comment.objects.defer(None).get(pk=made.pk)


def edit(comment: Comment, body: str) -> Comment:
    made = discussions.edit_comment(comment, SENDER, body, "", text_language="de")
    return Comment.objects.defer(None).get(pk=made.pk)


def found(query: str) -> set[int | None]:
    return {hit.comment_id for hit in search.find(search.parse_query(query), "comment").newest}


def test_a_posted_comment_in_another_language_says_so_and_is_found_by_its_forms(houses):
    french, german, short = post(houses, FRENCH), post(houses, GERMAN), post(houses, "Merci !")
    assert [one.language for one in (french, german, short)] == ["fr", None, None]
    assert "_in_fr" in french.search_text and "_in_de" in german.search_text
    assert found("pommier") == {french.pk}
    assert found("Haus") == {german.pk}


def test_a_reader_posts_and_edits_in_another_language(client, respond, article):
    article.language = "de"
    article.save()
    respond(client, FRENCH)
    made = Comment.objects.get()
    assert made.language == "fr"
    page = client.get(f"/articles/{article.slug}/comments/{made.number}/edit/")
    client.post(page.request["PATH_INFO"], page.context["form"].initial | {
        "body": GERMAN, "name": "", "edition": page.context["edition"],
    })  # fmt: skip
    made.refresh_from_db()
    assert (made.body, made.language) == (GERMAN, None)


def test_the_language_is_detected_again_when_a_comment_is_edited(houses):
    comment = post(houses, GERMAN)
    comment = edit(comment, FRENCH)
    assert comment.language == "fr"
    assert "_in_fr" in comment.search_text
    assert edit(comment, GERMAN).language is None


def test_an_edit_keeps_the_language_that_an_editor_set(houses, ed):
    comment = post(houses, FRENCH)
    discussions.set_language(comment, "oc", ed)
    comment.refresh_from_db()
    assert edit(comment, FRENCH + " Voilà.").language == "oc"


def test_an_editor_sets_a_language_and_undoes_it(houses, ed):
    comment = post(houses, "Belles maisons")
    version = houses.discussion.page_version
    entry = discussions.set_language(comment, "fr", ed)
    comment = Comment.objects.defer(None).get(pk=comment.pk)
    assert (comment.language, entry.verb, entry.actor) == ("fr", "set_language", ed)
    assert "_in_fr" in comment.search_text
    assert found("maison") == {comment.pk}
    houses.discussion.refresh_from_db()
    assert houses.discussion.page_version != version
    assert discussions.set_language(comment, "fr", ed) is None
    undone = discussions.undo(entry, ed)
    comment = Comment.objects.defer(None).get(pk=comment.pk)
    assert (comment.language, undone.undoes) == (None, entry)
    assert "_in_de" in comment.search_text
    assert not comment.revisions.exists()
    assert comment.edited_at is None


def test_the_language_is_detected_again_when_an_editor_corrects_a_comment(houses, ed):
    comment = post(houses, GERMAN)
    entry = discussions.correct(comment, ed, "", FRENCH)
    comment.refresh_from_db()
    assert comment.language == "fr"
    discussions.undo(entry, ed)
    comment.refresh_from_db()
    assert (comment.body, comment.language) == (GERMAN, None)
    discussions.set_language(comment, "nds", ed)
    discussions.correct(comment, ed, "", FRENCH)
    comment.refresh_from_db()
    assert comment.language == "nds"


def test_an_earlier_change_of_language_cannot_be_undone(houses, ed):
    comment = post(houses, "Belles maisons")
    first = discussions.set_language(comment, "fr", ed)
    discussions.correct(comment, ed, "", "Très belles maisons")
    discussions.set_language(comment, "oc", ed)
    with pytest.raises(discussions.AlreadyDecided):
        discussions.undo(first, ed)


def test_erased_comments_have_no_language(houses, ed):
    comment = post(houses, FRENCH)
    discussions.erase_comment(houses.pk, comment.pk, ed)
    comment.refresh_from_db()
    assert (comment.body, comment.language) == ("", None)


@pytest.mark.parametrize(
    ("target", "languages"), [("de", [None, "fr"]), ("fr", ["de", None]), ("en", ["de", "fr"])]
)
def test_comments_keep_their_languages_below_another_article(houses, ed, target, languages):
    post(houses, GERMAN), post(houses, FRENCH)
    other = make_article("Other", slug="other", language=target)
    discussions.join_discussions(houses.pk, other, ed)
    made = Comment.objects.filter(discussion=other.pk).order_by("number")
    assert [one.language for one in made] == languages


def test_the_form_of_a_comment_sets_its_language(as_ed, houses):
    comment = post(houses, "Belles maisons")
    address = f"/admin/commentary/comment/{comment.key}/change/"
    page = as_ed.get(address)
    assert 'name="language"' in page.content.decode()
    form = page.context["adminform"].form
    data = {"name": "", "body": comment.body, "edition": page.context["edition"].value}
    for name in ("dated_at_0", "dated_at_1"):
        data[name] = form["dated_at"].value().strftime({"0": "%Y-%m-%d", "1": "%H:%M:%S"}[name[-1]])
    refused = as_ed.post(address, data | {"language": "French!"})
    assert "Use a language tag" in refused.content.decode()
    as_ed.post(address, data | {"language": "fr"})
    comment.refresh_from_db()
    assert comment.language == "fr"
    entry = AuditEntry.objects.get(verb="set_language")
    assert (entry.comment_id, str(entry.action)) == (comment.pk, "language changed")
    undo = as_ed.get(f"/admin/commentary/auditentry/{entry.key}/undo/").content.decode()
    assert "changed the language of" in undo
