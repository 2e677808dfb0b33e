"""The query language, the index, and the ranking, on both databases."""

import os
import random
from collections.abc import Callable
from functools import partial
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Replace
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from commentary import discussions, search
from commentary.models import Author, Byline, Comment, SearchRow
from commentary.search import (
    Piece,
    Term,
    find,
    indexing,
    mark,
    matching,
    matching_excerpt,
    parse_query,
    rank,
)
from commentary.search.indexing import index_everything
from commentary.text.folding import spans, words
from tests.conftest import Status, local, make_article


def numbers(query: str, **more) -> list[int]:
    """Return the numbers of the comments that match `query`, newest first."""
    hits = find(parse_query(query, with_status=True), "comment", **more)
    by_id = dict(Comment.objects.values_list("pk", "number"))
    return [by_id[hit.comment_id] for hit in hits.newest if hit.comment_id]


# --- words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Café CAFÉ naïve Straße ﬁn", "cafe cafe naive strasse fin"),
        ("well-known don’t #12", "well known don t 12"),
        ("日本語", "日 本 語"),
        ("می‌خواهم كتاب ١٢", "میخواهم کتاب 12"),
        ("snake_case \0 \ud800", "snake case"),
        ("İstanbul ΣΊΣΥΦΟΣ Łódź", "istanbul σισυφοσ lodz"),
    ],
)
def test_words_are_folded(text, found):
    assert words(text) == found.split()


@given(st.text())
def test_each_word_has_its_position(text):
    found = list(spans(text))
    assert [word for word, _first, _last in found] == words(text)
    for word, first, last in found:
        assert 0 <= first < last <= len(text)
        assert word in words(text[first:last])


# --- parsing


def test_words_phrases_and_exclusions_are_parsed():
    assert parse_query(
        'Bees "dance in" -wasps hiv* -"old queen" well-known by:"Ann Lee"'
    ).terms == (
        Term(("bees",)),
        Term(("dance", "in")),
        Term(("wasps",), is_not=True),
        Term(("hiv",), is_prefix=True),
        Term(("old", "queen"), is_not=True),
        Term(("well", "known")),
        Term(("ann", "lee"), is_name=True),
    )


@pytest.mark.parametrize(
    "query", ["", " ", '"', '""', "-", "*", 'on:""', 'by:""', "\0", "-- ''", "!&|"]
)
def test_a_query_without_conditions_is_empty(query):
    assert parse_query(query).is_empty


@pytest.mark.parametrize(
    "value", ["2026-99-99", "2026-02-30", "0000", "9999", "yesterday", "", '"', "1e5", "٢٠٢٦-٩٩"]
)
def test_an_invalid_date_is_noted_and_ignored(value):
    query = parse_query(f"bees after:{value}")
    assert query.terms[0] == Term(("bees",))
    assert query.notes or not value
    assert query.floor == 0


def test_a_short_word_beginning_is_noted_and_treated_as_a_word():
    query = parse_query("of*")
    assert query.terms == (Term(("of",)),)
    assert query.notes


def test_a_long_query_is_cut_and_noted():
    assert len(parse_query("word " * 5_000).terms) == search.MOST_TERMS
    assert len(parse_query("word " * 5_000).notes) == 2
    assert len(parse_query("x" * 100_000).text) == search.LONGEST


@pytest.mark.parametrize("field", ["on:dance", "author:ann", "before:2011", 'AFTER:"2011"'])
def test_a_minus_before_a_field_that_does_not_support_it_is_ignored_with_a_note(field):
    assert parse_query(f"-{field}").is_empty
    query = parse_query(f"bees -{field}")
    assert (query.terms, len(query.notes)) == ((Term(("bees",)),), 1)
    assert parse_query(f"bees {field}").notes == ()


@pytest.mark.parametrize("text", ["😀", "%", "-", 'on:""'])
def test_a_query_without_words_is_reported(text):
    assert parse_query(text).notes == ("Enter at least one word to search for.",)


def test_status_is_an_ordinary_word_for_readers():
    assert parse_query("status:pending").terms == (Term(("status", "pending")),)
    assert parse_query("status:pending", with_status=True).statuses == ("pending",)


# --- matching


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("bees", [3, 2, 1]),
        ("BÉES queen", [2]),
        ('"the old bees"', [1]),
        ('"old the bees"', []),
        ("bees -queen", [3, 1]),
        ('bees -"the queen"', [3, 1]),
        ('bees -"queen the"', [3, 2, 1]),
        ("-queen", [4, 3, 1]),
        ("que*", [2]),
        ("by:ann", [2, 1]),
        ("by:lee bees", [1]),
        ("by:anonymous", []),
        ("-by:ann bees", [3]),
        ("ann", [2, 1]),
        ("日本", [4]),
        ("本日", []),
        ("on:why-bees-dance queen", [2]),
        ("on:dance queen", [2]),
        ("on:nowhere queen", []),
        ("before:2011 bees", [1]),
        ("after:2011", [2]),
        ("after:2011-01-31 before:2012-02", [2, 3]),
        ("after:2012-01-01", []),
        ("author:ann bees", []),
    ],
)
def test_a_query_matches_the_expected_comments(comment, query, found):
    comment("The old bees.", name="Ann Lee", dated_at=local("2010-12-31T23:00"))
    comment("the queen of bees", name="ann", dated_at=local("2012-01-01T10:00"))
    comment("Bees’ wings", dated_at="2011-06-01T00:00Z")
    comment("日本語の文章")
    dated = {1: 1, 2: 3, 3: 2, 4: 0}
    assert numbers(query) == sorted(found, key=lambda n: -dated[n])


@pytest.mark.django_db
def test_an_author_is_found_by_articles():
    one, other = make_article("Bees"), make_article("Bees again")
    for article, name in ((one, "Juan Cole"), (other, "Zoé")):
        author = Author.objects.create(name=name, slug=name[:3].lower())
        Byline.objects.create(article=article, author=author)
    assert [hit.article_id for hit in find(parse_query("bees author:cole")).newest] == [one.pk]
    assert [hit.article_id for hit in find(parse_query("author:ZOE")).newest] == [other.pk]
    assert find(parse_query("author:nobody")).total == 0


@pytest.mark.django_db
def test_editors_find_every_status(comment):
    for status in Status:
        comment(f"word {status}", status=status)
    assert numbers("word") == [2]
    assert len(numbers("word", is_public=False)) == 5
    assert numbers("word status:spam", is_public=False) == [4]


@pytest.mark.django_db
def test_the_index_follows_every_change(comment, article):
    said = comment("first words", dated_at="2011-01-01T00:00Z")
    discussions.remove(said, by="test")
    assert numbers("first") == []
    discussions.approve(said, by="test")
    said.body, said.dated_at = "other words", None
    said.save()
    assert (numbers("first"), numbers("other"), numbers("after:2000")) == ([], [1], [])
    discussions.correct(article, "test", "Ants", "Of wasps.")
    assert find(parse_query("wasps")).articles == 1
    assert find(parse_query("ants")).articles == 1
    assert find(parse_query("bees")).articles == 0
    assert SearchRow.objects.count() == 2


@pytest.mark.django_db
def test_the_newest_come_first_and_undated_ones_last(comment):
    for day in ("2011-05-05T00:00Z", None, "2026-01-01T00:00Z", "1969-07-20T20:17Z"):
        comment("word", dated_at=day)
    assert numbers("word") == [3, 1, 4, 2]


@pytest.mark.django_db
def test_a_title_scores_higher_than_text_and_several_matches_higher_than_one(comment):
    make_article("Drones")
    comment("Drones " + "and other bees " * 30)
    comment("Drones, drones, drones")
    query = parse_query("drones")
    best = rank(query, find(query).newest)
    order = [hit.comment_id and Comment.objects.get(pk=hit.comment_id).number for _s, hit in best]
    assert order == [None, 2, 1]


@pytest.mark.django_db
def test_one_more_than_requested_is_found(comment):
    for _ in range(5):
        comment("word")
    some, all_ = find(parse_query("word"), most=3), find(parse_query("word"), most=5)
    assert (some.total, some.is_capped) == (4, True)
    assert (all_.total, all_.is_capped, all_.until) == (5, False, None)


@pytest.mark.django_db
@pytest.mark.parametrize("recent", [1, 3, 100])
def test_the_beginning_of_a_word_is_found_in_old_texts_too(comment, monkeypatch, recent):
    monkeypatch.setattr(matching, "SAMPLE", recent)
    monkeypatch.setattr(matching, "RECENT", 2 * recent)
    for text in ("beekeeper", "wasp", "bee", "hornet"):
        comment(text)
    assert numbers("bee*") == [3, 1]
    assert numbers("bee*", most=1) == [3, 1]
    assert numbers("bee* -beekeeper") == [3]


@pytest.mark.django_db
@pytest.mark.parametrize("window", [1, 2, 3, 100])
def test_a_phrase_of_common_words_is_searched_in_parts(comment, monkeypatch, window):
    monkeypatch.setattr(matching, "WINDOW", window)
    for text in ("bees dance", "dance bees", "bees", "dance of bees", "all bees dance"):
        comment(text)
    phrase, found, until = parse_query('"bees dance"'), [], search.END
    while until is not None:
        hits = find(phrase, "comment", before=until)
        found += [hit.comment_id for hit in hits.newest]
        until = hits.until
    assert list(Comment.objects.filter(pk__in=found).values_list("number", flat=True)) == [1, 5]
    assert len(found) == 2


FORMS = [
    ("en", "The ropes of Workshop", "rope", True),
    ("en", "She sharpens it", "sharpen", True),
    ("en", "She sharpens it", "SHARPENED", True),
    ("en", "A happy man", "happiness", True),
    ("en", "The ropes of Workshop", "work", True),
    ("en", "The ropes of Workshop", "wor", False),
    ("en", "The ropes of Workshop", '"rope"', False),
    ("en", "The ropes of Workshop", '"ropes"', True),
    ("en", "The ropes of Workshop", '"rope of"', False),
    ("en", "The ropes of Workshop", '"ropes of workshop"', True),
    ("en", "The ropes of Workshop", "workshops", True),
    ("en", "The ropes of Workshop", "of -rope", False),
    ("en", "The ropes of Workshop", "of -work", True),
    ("en", "The ropes of Workshop", 'of -"rope"', True),
    ("en", "The ropes of Workshop", 'of -"ropes of"', False),
    ("en", "The ropes of Workshop", "of -rop*", False),
    ("en", "happiness", "happine*", True),
    ("en", "happy", "happy*", True),
    ("en", "ropes", "ropes*", True),
    ("de", "Alte Häuser", "haus", True),
    ("de", "Alte Häuser", "Hauser", True),
    ("de-AT", "Alte Häuser", "Häusern", True),
    ("fr", "les chevaux", "cheval", True),
    ("fr", "des pommes améliorées", "ameliorees", True),
    ("fr", "des pommes améliorées", '"pommes ameliorees"', True),
    ("ru", "новый улей", "новая", True),
    ("nb", "husene er gamle", "huset", True),
    ("ja", "日本語の文章", "日本", True),
    ("ja", "日本語の文章", "本日", False),
    ("fr", "The being", "bees", False),
    ("xx", "The ropes", "rope", True),
    ("xx", "The ropes", "ropes", True),
    ("xx", "roped", "ropes", False),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "text", "query", "is_found"), FORMS)
def test_a_word_matches_its_other_forms(article, comment, language, text, query, is_found):
    article.language = language
    article.save()
    make_article("Something else", body="Being in English", language="en")
    comment(text)
    assert numbers(query) == [1] * is_found
    titled = make_article(text, language=language, slug="titled")
    found = [hit.article_id for hit in find(parse_query(query), "article").newest]
    assert (titled.pk in found) == is_found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "found"),
    [("by:lees", []), ("by:lee", [1]), ("by:rope", []), ("on:rope old", []), ("on:ropes old", [1])],
)
def test_names_and_titles_in_fields_have_no_other_forms(article, comment, query, found):
    discussions.correct(article, "test", "Ropes", "")
    comment("old", name="Lee")
    assert numbers(query) == found


@pytest.mark.django_db
def test_exact_words_rank_before_other_forms_and_longer_words(comment):
    comment("ropeway " * 9)
    comment("one rope " + "and other things " * 50)
    comment("ropes, ropes, ropes")
    query = parse_query("rope")
    order = [hit.comment_id for _score, hit in rank(query, find(query).newest)]
    assert [Comment.objects.get(pk=pk).number for pk in order] == [2, 3, 1]


@pytest.mark.django_db
def test_longer_words_match_only_if_few_texts_contain_the_word(comment, monkeypatch):
    for text in ("workshop", "work", "works", "worker"):
        comment(text)
    assert numbers("work") == [4, 3, 2, 1]
    monkeypatch.setattr(matching, "FEW", 1)
    assert numbers("work") == [3, 2]
    first = find(parse_query("work"), "comment", most=1).newest[0]
    assert numbers("work", before=first.moment, most=1) == [2]


def test_other_forms_are_highlighted():
    terms = parse_query('rope sharpen "sharp" happy').sought
    pieces = mark("Ropes sharpened sharp, sharps happiness; ropeway.", terms, "en")
    assert [piece.text for piece in pieces if piece.is_match] == [
        "Ropes", "sharpened", "sharp", "happiness", "ropeway",
    ]  # fmt: skip


@pytest.mark.django_db
def test_texts_of_earlier_versions_are_found_and_indexed_by_the_command(comment):
    comment("Old ropes", name="Ann")
    Comment.objects.update(search_text=" ann \n old ropes ")  # as stored by an earlier version
    assert (numbers("ropes"), numbers("roped"), numbers('"old ropes"')) == ([1], [], [1])
    call_command("index_search", stdout=StringIO())
    assert (numbers("ropes"), numbers("roped"), numbers('"old ropes"')) == ([1], [1], [1])
    assert numbers("by:ann") == [1]
    assert index_everything() == 0


@pytest.mark.django_db
def test_indexing_again_leaves_nothing_of_the_old_index(article):
    def size() -> int:
        if connection.vendor != "sqlite":
            return 0  # PostgreSQL frees the space itself when it vacuums
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(length(block)) FROM commentary_words_data")
            return cursor.fetchone()[0]

    bodies = [" ".join(f"word{i * n}" for i in range(40)) for n in range(1, 301)]
    discussions.import_comments(article.pk, [Comment(body=body) for body in bodies], [None] * 300)
    index_everything()
    before = size()
    Comment.objects.update(search_text=Replace("search_text", Value("word"), Value("term")))
    assert index_everything() == 300
    assert size() <= before * 1.01


@pytest.mark.django_db
def test_the_command_explains_how_postgresql_frees_space(comment):
    comment("Old ropes")
    Comment.objects.update(search_text=" \n old ropes ")
    said = StringIO()
    call_command("index_search", stdout=said)
    is_postgresql = connection.vendor == "postgresql"
    assert ("VACUUM commentary_searchrow" in said.getvalue()) == is_postgresql


@pytest.mark.django_db
def test_the_queries_of_indexing_do_not_grow_with_the_texts(article, comment):
    def count_queries(index: Callable[[], int]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert index() == 0
        return len(queries)

    def both() -> tuple[int, int]:
        of_article = partial(indexing.index_comments, article.pk)
        return count_queries(index_everything), count_queries(of_article)

    comment("Old ropes")
    few = both()
    for number in range(5):
        comment(f"Rope number {number}")
    assert both() == few


@pytest.mark.django_db
@pytest.mark.parametrize("batch", [1, 500])
def test_changing_an_articles_language_applies_to_its_comments(
    article, comment, monkeypatch, batch
):
    monkeypatch.setattr(indexing, "BATCH", batch)
    comment("alte Häuser")
    comment("Häuser")
    assert numbers("haus") == [2, 1] and numbers("Haus -alte") == [2]  # they start with it
    assert numbers("Häusern") == []
    article.language = "de"
    article.save()
    indexing.index_comments(article.pk)
    assert numbers("Häusern") == [2, 1]


HOSTILE = [
    "'", '"', "\\", "\0", "\ud800", "%", "_", "*", "(", ")", ":", "-", "--", ";", "&", "|", "!", "<->",
    "NEAR(a b)", "AND", "OR", "NOT", "{head}:", "head:", "^a", "a:*", "'a':A", "on:", "by:", "author:",
    "before:", "after:", "status:", "before:2026-99-99", "after:99999", "on:-1", "é", "日本", "ไทย", "ی",
    "\u202e", "\u200d", "🐝", "x" * 80, "1e999", "0x1F", "#12", "' OR 1=1 --", "<script>", "%s", "%(a)s",
    "{0}", "commentary_words", "_approved", "_on_1", "rank", "“", "”", "word", "bees*", "-bees", "\n", "\t",
]  # fmt: skip


@pytest.mark.django_db
def test_hostile_queries_are_answered(comment):
    comment("word bees é 日本 x", name="OR")
    comment("word CANARY", status=Status.PENDING)
    dice = random.Random(20260131)
    pending = find(parse_query("canary"), is_public=False).newest[0]
    for _ in range(int(os.environ.get("QUERIES", 1_000))):
        parts = dice.choices(HOSTILE, k=dice.randint(1, 12))
        if dice.random() < 0.3:
            parts += [chr(dice.randrange(0x11_0000)) for _ in range(dice.randint(1, 9))]
        asked = dice.choice(["", " "]).join(parts)
        query = parse_query(asked, with_status=dice.random() < 0.5)
        if not query.is_empty:
            assert pending not in find(query).newest, asked


@pytest.mark.django_db(transaction=True)
def test_a_search_that_takes_too_long_is_aborted(monkeypatch):
    monkeypatch.setattr(matching, "SECONDS", 0.05)
    monkeypatch.setattr(matching, "POSTGRESQL", "SELECT 1, 1, NULL FROM pg_sleep(5)")
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    monkeypatch.setattr(matching, "SQLITE", f"SELECT i, 1, 1 FROM ({endless}) WHERE i < 0")
    with pytest.raises(search.TooBroad):
        find(parse_query("word"))
    monkeypatch.undo()
    assert find(parse_query("word")).total == 0


def test_a_search_leaves_no_limits_in_the_session(db):
    def limits() -> list[tuple]:
        if connection.vendor != "postgresql":
            return []
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, setting FROM pg_settings WHERE name LIKE '%%cost' OR name LIKE '%%out'"
            )
            return cursor.fetchall()

    before = limits()
    find(parse_query("word"))
    assert limits() == before


# --- results


def test_matches_are_highlighted_in_every_spelling():
    terms = parse_query('cafe "well known" hiv*').sought
    assert mark("Café: well-known, known well, HIVES.", terms) == [
        Piece("Café", True),
        Piece(": "),
        Piece("well-known", True),
        Piece(", known well, "),
        Piece("HIVES", True),
        Piece("."),
    ]


def test_a_long_text_is_cut_at_words_around_the_first_match():
    text = "before " * 100 + "the bees " + "after " * 200
    pieces = matching_excerpt(text, parse_query("bees").sought)
    shown = "".join(piece.text for piece in pieces)
    assert Piece("bees", True) in pieces
    assert shown.startswith("…before ") and shown.endswith("after…")
    assert len(shown) < 350


@given(st.text(), st.text(alphabet="ab é日"))
def test_an_excerpt_is_a_part_of_its_text(text, query):
    terms = parse_query(query).sought
    assert "".join(piece.text for piece in mark(text, terms)) == text
    shown = "".join(piece.text for piece in matching_excerpt(text, terms))
    assert shown.removeprefix("…").removesuffix("…") in text
