"""Commentary's own JSON Lines format."""

import gzip
import json
from base64 import b64decode
from pathlib import Path

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from commentary.importing.formats import detect
from commentary.importing.formats import json as json_lines
from commentary.importing.formats.json.lines import checked_line, schema
from commentary.importing.records import ArticleRecord, ItemLedger, SourceError
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.models import Article, Comment

ROOT = Path(__file__).parents[2]
SAMPLE = Path(__file__).parent / "samples" / "json" / "seeds.jsonl"
HEAD = {"type": "commentary", "version": 1, "site": "https://quay.example"}


def article(name: str = "a", **fields: object) -> dict:
    return {"type": "article", "id": name, "title": "Ropes", "body": "<p>On ropes.</p>", **fields}


def comment(name: str, parent: str | None = None, **fields: object) -> dict:
    return {
        "type": "comment",
        "article": "a",
        "id": name,
        "parent": parent,
        "text": "Text",
        **fields,
    }


def source(*lines: dict | bytes, head: dict | None = HEAD) -> SourceFile:
    everything = [head, *lines] if head else lines
    data = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in everything]
    return SourceFile.from_bytes("export.jsonl", b"\n".join(data))


def read(*lines: dict | bytes) -> tuple[list[ArticleRecord], ItemLedger]:
    ledger, made = ItemLedger(), source(*lines)
    assert detect(made) == "json"
    return list(json_lines.read(made, ledger)), ledger


@pytest.mark.django_db
def test_comments_have_the_language_that_is_stated_or_detected():
    french = "Les pommiers du jardin derrière la gare fleurissent chaque année au mois de mai, et personne ne les taille."
    stated = [
        ("1", "Text", "pt-BR"),
        ("2", french, "oc"),
        ("3", "Text", "de"),
        ("4", "Text", "und"),
    ]
    lines = [comment(name, text=body, language=tag) for name, body, tag in stated]
    import_source(source(article(language="de"), *lines, comment("5", text=french), comment("6")))
    made = Comment.objects.order_by("number").values_list("language", flat=True)
    assert list(made) == ["pt-BR", "oc", None, None, "fr", None]
    assert "_in_fr" in Comment.objects.values_list("search_text", flat=True).get(number=5)
    assert "_in_pt" in Comment.objects.values_list("search_text", flat=True).get(number=1)


def test_the_schema_in_the_documentation_is_current():
    stored = json.loads((ROOT / "docs" / "import" / "commentary.schema.json").read_text())
    assert stored == schema(), "run tools/import_schema.py"
    Draft202012Validator.check_schema(stored)


def test_the_schema_accepts_the_sample():
    validator = Draft202012Validator(schema())
    lines = [json.loads(line) for line in SAMPLE.read_text().splitlines()]
    assert [*map(list, map(validator.iter_errors, lines))] == [[]] * len(lines)


WRONG = [
    (comment("1", text=None), "text: must be a string"),
    (comment("1", status="ok"), "status: must be pending, approved, rejected, spam or removed"),
    (comment("1", written_at="2011-02-30T00:00:00Z"), "written_at: must be a time such as"),
    (comment("1", written_at="yesterday"), "written_at: must be a time such as"),
    (comment("1", written_at=1307116800), "written_at: must be a string such as"),
    (comment("1", autor="Ada"), "autor: is not a field of this type of line"),
    (comment("1", text="a\0b"), "text: contains U+0000"),
    (comment("1", author="a\0b"), "author: contains U+0000"),
    (comment("1", parent="1"), "parent: is the comment itself"),
    (comment("1", old_ids=["#c", 5]), "old_ids.1: must be a string"),
    (comment(""), "id: must not be empty"),
    ({"type": "comment", "article": "a", "id": "1"}, "text: is missing"),
    (comment("1") | {"id": 1}, "id: must be a string"),
    (article("b", declared_count=10**400), "declared_count: "),
    (article("b", declared_count=-1), "declared_count: "),
    (article("b", closed="yes"), "closed: must be true or false"),
    (article("b", url="javascript:alert(1)"), "url: has the wrong form"),
    (article("b", accounts={"7": "Ada"}), "accounts: “Ada” is not in authors"),
    (article("a"), "id: “a” is the article of line 2 already"),
    (comment("1", article="z"), "article: “z” is not the id of an article in this file"),
    ({"type": "media", "url": "/a.png", "path": "/etc/passwd"}, "path: must be a relative path"),
    ({"type": "media", "url": "/a.png", "path": "../../x.png"}, "path: must be a relative path"),
    ({"type": "media", "url": "/a.png", "path": "a\\..\\x.png"}, "path: must be a relative path"),
    ({"type": "media", "url": "/a.png"}, "needs either path or base64"),
    ({"type": "media", "url": "/a.png", "base64": "*"}, "base64: must be base64"),
    ({"type": "photo"}, "type: must be commentary, article, comment or media"),
    ({"id": "a"}, "type: is missing"),
    (HEAD, "type: only the first line is a header"),
    (b"[1]", "must be an object"),
    (b"{oops", "is not valid JSON: "),
    (b'{"type": "comment", "text": "\\ud800"}', "is not valid JSON: "),
    (b"[" * 100_000, "is not valid JSON: "),
    (b"\xff\xfe", "is not valid JSON: "),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("line", "why"), WRONG, ids=lambda value: str(value)[:50])
def test_an_error_names_the_line_and_field_and_nothing_is_stored(line, why):
    with pytest.raises(SourceError) as refused:
        import_source(source(article(), comment("0"), line))
    assert (refused.value.line, refused.value.reason[: len(why)]) == (4, why)
    assert len(refused.value.reason) < 300
    assert not Article.objects.exists()


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (HEAD | {"version": 2}, "version: must be 1"),
        ({"type": "commentary", "version": 1}, "site: is missing"),
        (HEAD | {"exported": "now"}, "exported: is not a field"),
    ],
)
def test_the_header_is_checked(head, why):
    made = source(article(), head=head)
    assert detect(made) == "json"
    with pytest.raises(SourceError, match=f"^export.jsonl:1: {why}"):
        list(json_lines.read(made, ItemLedger()))


def test_lines_without_a_header_are_no_export():
    with pytest.raises(
        SourceError, match="JSON in an unrecognised format; looked for: .*commentary"
    ):
        detect(source(article(), head=None))


@pytest.mark.parametrize("form", [bytes, gzip.compress, lambda data: b"\xef\xbb\xbf" + data])
def test_every_form_of_the_file_is_read(form):
    made = SourceFile.from_bytes("export", form(SAMPLE.read_bytes().replace(b"\n", b"\r\n\r\n")))
    assert detect(made) == "json"
    assert len(list(json_lines.read(made, ItemLedger()))) == 3


def test_a_file_that_is_cut_off_is_refused():
    data = gzip.compress(SAMPLE.read_bytes(), 0)
    made = SourceFile.from_bytes("export.gz", data[: len(data) * 2 // 3])
    with pytest.raises(SourceError):
        list(json_lines.read(made, ItemLedger()))


def test_replies_may_come_before_their_parents_and_comments_before_their_article():
    (record,), ledger = read(comment("2", "1"), comment("1"), article(), comment("3", "2"))
    assert [(c.key, c.parent) for c in record.comments] == [("1", None), ("2", "1"), ("3", "2")]
    assert ledger.unaccounted() == 0


def test_circular_and_repeated_ids_are_reported_and_lose_nothing():
    (record,), _ = read(article(), comment("1", "2"), comment("2", "1"), comment("2"))
    assert len(record.comments) == 3
    assert sorted(record.warnings) == [
        "comment 1: circular reply chain",
        "comment 2 appears more than once; stored as 2 (2)",
    ]


def test_an_article_is_yielded_at_its_last_line():
    lines = [article("a"), comment("1"), article("b"), comment("2", article="b")]
    made, ledger = source(*lines), ItemLedger()
    first = next(iter(json_lines.read(made, ledger)))
    assert first.key == "json https://quay.example a"
    assert ledger.seen == 3


def test_what_one_line_may_hold_is_limited(monkeypatch):
    monkeypatch.setattr(json_lines, "MAX_LINE", 1_000)
    with pytest.raises(SourceError, match="^export.jsonl:3: is longer than 1,000 bytes"):
        read(article(), comment("1", text="x" * 1_000))


def test_times_without_a_zone_are_local():
    record = checked_line(json.dumps(comment("1", written_at="2011-06-03T16:05:00")).encode())
    assert record.written_at.tzinfo is None
    record = checked_line(json.dumps(comment("1", written_at="2011-06-03T16:05:00+02:00")).encode())
    assert record.written_at.isoformat() == "2011-06-03T14:05:00+00:00"


@pytest.mark.django_db
def test_a_second_file_of_the_same_site_adds_comments():
    import_source(source(article(), comment("1")))
    report = import_source(source(article(), comment("1"), comment("2", "1")))
    assert report.counts["comments"] == 1
    assert list(Comment.objects.order_by("number").values_list("status", "level")) == [
        ("approved", 0),
        ("approved", 1),
    ]


@pytest.mark.django_db
def test_a_picture_is_found_by_its_path(tmp_path):
    lines = [json.loads(line) for line in SAMPLE.read_text().splitlines()]
    (picture,) = (b64decode(line["base64"]) for line in lines if line["type"] == "media")
    folder = tmp_path / "export"
    (folder / "media").mkdir(parents=True)
    (folder / "media" / "0001.png").write_bytes(picture)
    body = '<p><img src="https://quay.example/rope.png" alt="A rope"></p>'
    media = {"type": "media", "url": "https://quay.example/rope.png", "path": "media/0001.png"}
    lines = [HEAD, article(body=body), media]
    (folder / "export.jsonl").write_text("\n".join(map(json.dumps, lines)))
    call_command("import_commentary", str(folder))
    assert Article.objects.get().pictures.get().file.width
