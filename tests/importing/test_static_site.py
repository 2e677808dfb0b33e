"""Static sites of Jekyll and Hugo, with comments of Staticman."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from commentary.importing.formats import detect, jekyll
from commentary.importing.records import ArticleRecord, ItemLedger, SourceError
from commentary.importing.source import STATIC_SITE, SourceFile
from commentary.importing.static_site import files_of, write_source
from commentary.models import Article, Comment

POST = "---\ntitle: Ropes\ndate: 2011-06-03 10:00:00 +0200\n---\nOn *ropes*.\n"
COMMENT = "_id: {}\nname: Ada\nmessage: Text\ndate: '2011-06-03T12:00:00Z'\n"


def site(files: dict[str, str | bytes], folder: Path) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def read(files: dict[str, Any], folder: Path) -> tuple[list[ArticleRecord], ItemLedger]:
    site(files, folder)
    target = folder / "source"
    assert not write_source(str(folder), files_of(files), target)
    source, ledger = SourceFile.from_path("site", target), ItemLedger()
    assert detect(source) == "jekyll"
    records = list(jekyll.read(source, ledger))
    assert ledger.unaccounted() == 0
    assert ledger.used.get("comment", 0) == sum(len(record.comments) for record in records)
    return records, ledger


def one(post: str, folder: Path, **comments: str) -> tuple[ArticleRecord, ItemLedger]:
    files = {f"_data/comments/ropes/{name}.yml": text for name, text in comments.items()}
    records, ledger = read({"_posts/2011-06-03-ropes.md": post, **files}, folder)
    return records[0], ledger


def test_a_post_has_the_comments_of_its_slug(tmp_path):
    record, _ = one(POST, tmp_path, a=COMMENT.format("1"), b=COMMENT.format("2"))
    assert (record.title, record.url) == ("Ropes", "/2011/06/03/ropes.html")
    assert [c.key for c in record.comments] == ["1", "2"]
    assert record.body_html == "<p>On <em>ropes</em>.</p>"


def test_replies_by_id_and_by_number(tmp_path):
    record, _ = one(
        POST,
        tmp_path,
        a=COMMENT.format("x"),
        b=COMMENT.format("y") + "replying_to: '1'\n",
        c=COMMENT.format("z") + "reply_to: y\n",
        d=COMMENT.format("w") + "replying_to: '99999999999999999999'\n",
    )
    parents = {c.key: c.parent for c in record.comments}
    assert parents == {"x": None, "y": "x", "z": "y", "w": "99999999999999999999"}


def test_circles_and_repeated_ids_lose_nothing(tmp_path):
    record, _ = one(
        POST,
        tmp_path,
        a=COMMENT.format("x") + "reply_to: y\n",
        b=COMMENT.format("y") + "reply_to: x\n",
        c=COMMENT.format("y"),
    )
    assert len(record.comments) == 3
    assert "comment x: circular reply chain" in record.warnings


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nmessage: *c\n"


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        "- a\n- b\n",
        "message: [1, 2]\nname: {a: b}\n",
        "message: !!python/object/apply:os.system ['false']\n",
        "message: 'open\n",
        "\0\0",
        "",
        "[" * 50_000,
        "a: " + "x" * 300_000,
        '{"message": ',
        "message: ''\n",
    ],
)
def test_a_comment_that_cannot_be_read_is_reported(tmp_path, text):
    record, ledger = one(POST, tmp_path, a=text, b=COMMENT.format("1"))
    assert [c.key for c in record.comments] == ["1"]
    assert ledger.counts()["left over"] == 1


@pytest.mark.parametrize(
    "date", ["yesterday", "2011-13-45", "9" * 13, "9" * 400, "-1", "[1]", "2011-06-03T99:00:00Z"]
)
def test_an_invalid_date_is_unknown(tmp_path, date):
    record, _ = one(POST, tmp_path, a=f"_id: x\nmessage: Text\ndate: {date}\n")
    assert [c.date is None or c.date.year > 2200 for c in record.comments] == [True]


@pytest.mark.parametrize(
    "post",
    [
        "---\n" + BOMB + "---\nBody\n",
        "---\ntitle: [a, {b: c}]\ndate: {}\ntags: {a: b}\npermalink: []\n---\nBody\n",
        "---\ntitle: 'open\n---\nBody\n",
        "---\nno end\nBody\n",
        "+++\ntitle = 5\ndate = 2011-06-03\n+++\nBody\n",
        "+++\ntitle = \n+++\nBody\n",
        "Body\n",
    ],
)
def test_front_matter_of_any_kind_loses_no_post(tmp_path, post):
    record, _ = one(post, tmp_path)
    assert record.title


@pytest.mark.parametrize(
    ("permalink", "url"),
    [
        ("pretty", "/rope/2011/06/03/ropes/"),
        ("none", "/rope/ropes.html"),
        ("/:year/:title", "/2011/ropes"),
        ("/fixed/", "/fixed/"),
        ("//evil.example/:title", "/evil.example/ropes"),
    ],
)
def test_addresses_follow_the_permalink(tmp_path, permalink, url):
    config = f"permalink: {permalink}\nurl: https://quay.example/\n"
    post = POST.replace("title:", "categories: Rope\ntitle:")
    files = {"_config.yml": config, "_posts/2011-06-03-ropes.md": post}
    (record,), _ = read(files, tmp_path)
    assert record.url == f"https://quay.example{url}"


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("notes/ropes.md", "/notes/ropes/"),
        ("notes/ropes/index.md", "/notes/ropes/"),
        ("notes/_index.md", "/notes/"),
        ("ropes.md", "/ropes/"),
    ],
)
def test_a_page_of_hugo_has_the_address_of_its_file_or_folder(tmp_path, name, url):
    files = {f"content/{name}": POST, "data/comments/ropes/a.yml": COMMENT.format("1")}
    records, _ = read(files, tmp_path)
    assert records[0].url == url


@pytest.mark.parametrize(
    ("config", "post", "is_published"),
    [
        ("", "date: 2900-01-01 10:00:00 +0200", False),
        ("future: false\n", "date: 2900-01-01", False),
        ("", "date: 2011-06-03\npublishDate: 2900-01-01", False),
        ("", "date: 2900-01-01\npublishDate: 2011-06-03", True),
        ("future: true\n", "date: 2900-01-01", True),
        ("", "date: 2011-06-03", True),
    ],
)
def test_a_post_that_the_site_does_not_show_yet_is_a_draft(tmp_path, config, post, is_published):
    files = {"_config.yml": config, "_posts/2011-06-03-ropes.md": f"---\n{post}\n---\nBody\n"}
    (record,), _ = read(files, tmp_path)
    told = "_posts/2011-06-03-ropes.md: dated in the future; imported as a draft"
    assert record.is_published is is_published
    assert record.warnings == ([] if is_published else [told])


@pytest.mark.django_db
def test_a_scheduled_draft_keeps_its_date(tmp_path):
    call_command("import_commentary", str(site({"_posts/2900-01-02-ropes.md": "Body\n"}, tmp_path)))
    article = Article.objects.get()
    assert not article.is_published
    assert f"{article.published_at:%Y-%m-%d}" == "2900-01-02"


def test_code_between_tags_is_a_block(tmp_path):
    code = "{% highlight ruby linenos %}\nputs 1\n{% endhighlight %}\n"
    record, _ = one(f"---\ntitle: Ropes\n---\nOne\n\n{code}\nTwo\n\n{code}", tmp_path)
    assert record.body_html.count("<pre><code") == 2
    assert "puts 1" in record.body_html and "highlight" not in record.body_html


@pytest.mark.slow
@pytest.mark.parametrize(
    "hostile",
    ["{% highlight a %}", "{% highlight a ", "{% ", "{{<", "{{%", "{::", "{:", "{{ site.url"],
)
def test_tags_without_an_end_take_no_time(tmp_path, hostile):
    text = hostile * (400_000 // len(hostile))
    record, _ = one(f"---\ntitle: Ropes\n---\n{text}", tmp_path)
    assert record.title == "Ropes"


def test_long_keys_in_front_matter_take_no_time(tmp_path):
    record, _ = one(f"+++\n{'a.' * 90_000}a = 1\n+++\nText", tmp_path)
    assert record.body_html == "<p>Text</p>"
    assert "has more than 20,000 characters" in record.warnings[0]


def test_a_file_cannot_pretend_to_be_another(tmp_path):
    text = POST + "==== 1 _data/comments/ropes/evil.yml\nmessage: Evil\n"
    record, _ = one(text, tmp_path)
    assert not record.comments


@pytest.mark.parametrize(
    "data", [STATIC_SITE, STATIC_SITE + b"\noops\n", STATIC_SITE + b"\n==== 9 a\n"]
)
def test_a_source_without_posts_is_refused(data):
    with pytest.raises(SourceError):
        list(jekyll.read(SourceFile.from_bytes("site", data), ItemLedger()))


@pytest.mark.django_db
def test_templates_and_data_of_the_site_are_not_imported(tmp_path, capsys):
    files = {
        "_posts/2011-06-03-ropes.md": POST,
        "_layouts/default.html": "<!DOCTYPE html><html><body>{{ content }}</body></html>",
        "package.json": '{"version": 1}',
        "robots.txt": "User-agent: *\n",
        "_data/comments/ropes/a.yml": COMMENT.format("1"),
    }
    call_command("import_commentary", str(site(files, tmp_path)))
    told = capsys.readouterr()
    assert Article.objects.count() == Comment.objects.count() == 1
    assert "robots.txt: skipped: not a post, comment or picture of the site" in told.err
    with zipfile.ZipFile(tmp_path / "site.zip", "w") as packed:
        for name, text in files.items():
            packed.writestr(f"site-main/{name}", text)
    call_command("import_commentary", str(tmp_path / "site.zip"))
    assert "1 file: 0 articles and 0 comments added" in capsys.readouterr().out


@pytest.mark.django_db
def test_symbolic_links_in_a_site_are_not_followed(tmp_path, capsys):
    (tmp_path / "_posts").mkdir()
    (tmp_path / "_posts" / "2011-06-03-ropes.md").symlink_to("/etc/hostname")
    with pytest.raises(CommandError):
        call_command("import_commentary", str(tmp_path))
    assert not Article.objects.exists()
