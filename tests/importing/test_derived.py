"""Columns that follow from texts: other processes compute them as the fields of comments do."""

import subprocess
import sys

import pytest
from django.conf import settings

from commentary.importing import derived
from commentary.importing.derived import CommentText, Deriving, Language, derive
from commentary.models import Comment, Discussion
from commentary.models.comment import nobody

BODIES = {
    "text": "Ropes & <knots>,\n\nsee https://quay.example/ropes. Déjà vu",
    "markdown": "*Ropes* and [knots](https://quay.example/knots)\n\n> quoted",
    "html": "<p>Ropes <em>and</em> knots</p><script>alert(1)</script>www.quay.example",
}
NAMES = ["Ada Lind", "", "Anonymous", "ＡＤＡ  lind"]
LANGUAGE = Language("en", "Anonymous")


@pytest.mark.parametrize("kind", Comment.Kind.values)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("markup", BODIES)
def test_the_columns_are_those_that_the_fields_compute(markup, name, kind):
    comment = Comment(name=name, body=BODIES[markup], markup=markup, kind=kind)
    comment.discussion = Discussion(pk=1)
    comment.discussion.language = "en"
    by_fields = [
        Comment._meta.get_field(column).pre_save(comment, True) for column in Comment.DERIVED
    ]
    language = Language("en", nobody(settings.LANGUAGE_CODE))
    text = CommentText(name, name if kind == Comment.Kind.COMMENT else "", BODIES[markup], markup)
    (found,) = derive((language, [text]))
    assert found._fields == Comment.DERIVED
    assert list(found) == by_fields


FRENCH = "Mon grand-père faisait des cordes pour les bateaux du port, et personne ne le croyait quand il en parlait."


@pytest.mark.parametrize(
    ("stated", "of_article", "stored", "stem"),
    [
        ("", "en", "fr", "cord_es"),
        ("", "fr-CA", None, "cord_es"),
        ("fr-BE", "fr-CA", "fr-BE", "cord_es"),
        ("fr", "fr", None, "cord_es"),
        ("eo", "en", "eo", "cordes"),
    ],
)
def test_a_comment_in_another_language_than_its_article_says_so(stated, of_article, stored, stem):
    text = CommentText("", "", FRENCH, "text", stated)
    (found,) = derive((Language(of_article, "Anonymous"), [text]))
    assert found.language == stored
    assert stem in found.search_text.split()


@pytest.mark.parametrize("many", [0, 10_000])
def test_the_order_is_kept_on_one_core_and_on_all(monkeypatch, many):
    monkeypatch.setattr(derived, "MANY", many)
    texts = [CommentText("", "", f"Knot {number}", "text") for number in range(450)]
    with Deriving() as deriving:
        found = [d.body_html for d in deriving.of(texts, len(texts), LANGUAGE)]
    assert found == [f"<p>Knot {number}</p>" for number in range(450)]


def test_the_processes_import_no_models():
    code = (
        "import sys, commentary.importing.derived; "
        "print([name for name in sys.modules if name.startswith('commentary.models')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
