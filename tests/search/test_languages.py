"""Search in comments that aren't in the language of their article."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commentary.models import Comment
from commentary.search import find, matching, parse_query
from commentary.search.results import results
from tests.conftest import make_article

FRENCH = "Les pommiers du jardin derrière la gare fleurissent chaque année au mois de mai, et personne ne les taille."

pytestmark = pytest.mark.django_db


def found(query: str) -> list[str]:
    """Return the matching pieces of the results."""
    parsed = parse_query(query)
    shown = results(parsed, find(parsed, "comment").newest)
    return [piece.text for result in shown for piece in result.text if piece.is_match]


@pytest.fixture
def french(article, comment):
    article.language = "en"
    article.save()
    return comment(FRENCH, language="fr")


def test_a_comment_is_found_and_highlighted_by_the_forms_of_its_language(french):
    assert found("pommier") == ["pommiers"]
    assert found("années") == ["année"]


def test_the_languages_of_comments_are_used_after_those_of_articles(french, comment, settings):
    comment("Molte case", language="it")
    make_article("Häuser", slug="houses", language="de")
    assert matching.stemmers() == ["en", "de", "fr", "it"]
    settings.TEXT_LANGUAGE = "es"
    assert matching.stemmers() == ["es", "de", "en", "fr", "it"]


def test_the_languages_in_use_are_read_from_indexes(french, comment):
    for number in range(300):
        comment(f"Words {number}", language="it" if number % 100 == 0 else None)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        cursor.execute(f"{explain} {matching.OCCURRING}", {"most": 32})
        plan = str(cursor.fetchall())
    assert "comment_language" in plan
    assert not re.search(r"Seq Scan on commentary_comment|SCAN commentary_comment(?! USING)", plan)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        matching.stemmers()
    assert len(queries) == 1


def test_rebuilding_the_index_detects_languages_of_comments(article, comment):
    article.language = "en"
    article.save()
    french, short = comment(FRENCH), comment("Merci")
    mine = comment(FRENCH, language="oc")
    version = article.discussion.page_version
    call_command("index_search", stdout=StringIO())
    assert not Comment.objects.exclude(pk=mine.pk).filter(language__isnull=False).exists()
    call_command("index_search", detect_languages=True, stdout=StringIO())
    languages = dict(Comment.objects.values_list("pk", "language"))
    assert languages == {french.pk: "fr", short.pk: None, mine.pk: "oc"}
    assert "_in_fr" in Comment.objects.values_list("search_text", flat=True).get(pk=french.pk)
    article.discussion.refresh_from_db()
    assert article.discussion.page_version != version


def test_the_language_of_an_article_applies_to_comments_without_their_own(article, comment, french):
    german = comment("Viele Häuser")
    article.language = "de"
    article.save()
    call_command("index_search", stdout=StringIO())
    texts = dict(Comment.objects.values_list("pk", "search_text"))
    assert "_in_fr" in texts[french.pk]
    assert "_in_de" in texts[german.pk]
