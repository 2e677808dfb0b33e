"""Files that are neither captures nor exports are refused by name; doubtful captures become drafts."""

import json

import pytest

from commentary.importing.formats import detect
from commentary.importing.records import SourceError
from commentary.importing.source import SourceFile
from commentary.importing.store import import_source
from commentary.models import Article, Comment, ImportRun
from tests.importing.test_store import CAPTURE

MTIF = """Exported by hand
AUTHOR: Ann Lee
TITLE: A Lamp
BASENAME: a_lamp
STATUS: Publish
ALLOW COMMENTS: 1
DATE: 06/03/2011 04:05:00 PM
-----
BODY:
It is green.
-----
COMMENT:
AUTHOR: Bob
EMAIL: bob@example.org
IP: 192.0.2.7
DATE: 06/04/2011 04:05:00 PM
I like it.
-----
--------
"""
PYTHON = '''"""Say hello."""

import sys


def main(name: str) -> int:
    print(f"Hello, {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
'''
MAKEFILE = "PY = python3\n\nall: test\n\ntest:\n\t$(PY) -m pytest\n\nclean:\n\trm -rf build\n"
LICENSE = """MIT License

Copyright (c) 2011 Ann Lee

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files, to deal in the Software without restriction.
"""
MAIL = """From ann@example.org Fri Jun  3 16:05:00 2011
From: Ann Lee <ann@example.org>
To: bob@example.org
Subject: The lamp
Date: Fri, 3 Jun 2011 16:05:00 +0000

It is green.
"""
ATOM = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns='http://www.w3.org/2005/Atom'><id>tag:example.com,1999:blog-1</id>
<title>A Lamp</title><generator>Other</generator></feed>
"""

FOREIGN = {
    "Movable Type": MTIF,
    "e-mail": MAIL,
    "e-mail ": MAIL.split("\n", 1)[1],
    "Dotclear": '///DOTCLEAR|2.1|full\n\n[category cat_id,blog_id]\n"1","default"\n',
    "Discourse": json.dumps({"topic_list": {"topics": [{"id": 1}]}}),
    "JSON feed": json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": []}),
    "ActivityPub": json.dumps(
        {"@context": "https://www.w3.org/ns/activitystreams", "orderedItems": []}
    ),
    "JSON": json.dumps({"things": [{"id": 1}]}),
    "JSON Lines": '{"text": "Hm."}\n{"text": "Ho."}\n',
    "Atom feed": ATOM,
    "RSS": '<?xml version="1.0"?>\n<rss version="2.0"><channel><title>A</title></channel></rss>\n',
    "OPML": '<?xml version="1.0"?>\n<opml version="2.0"><body></body></opml>\n',
    "XML": '<?xml version="1.0"?>\n<something/>\n',
    "CSV": "id,author,email,comment\n1,Ann,ann@example.org,Hm.\n2,Bob,bob@example.org,Ho.\n",
    "CSV ": "id;author;comment\n1;Ann;Hm.\n2;Bob;Ho.\n",
    "CSV  ": "id\tauthor\tcomment\n1\tAnn\tHm.\n2\tBob\tHo.\n",
    "SQL": "-- MySQL dump 10.13\n\nCREATE TABLE `c` (\n  `id` int\n);\nINSERT INTO `c` VALUES (1);\n",
    "YAML": "title: A Lamp\ndate: 2011-06-03\ncomments:\n  - author: Ann\n    text: Hm.\n",
    "front matter": "---\ntitle: A Lamp\ndate: 2011-06-03\n---\n\nIt is green.\n",
    "program": PYTHON,
    "program ": "#!/bin/sh\nset -e\necho hello\n",
    "program  ": "const a = 1;\nfunction b(c) {\n  return a + c;\n}\nb(2);\n",
    "Makefile": MAKEFILE,
    "licence": LICENSE,
    "configuration": "[server]\nport = 80\nhost = example.org\n; a remark\nname = a\n",
    "log": "2011-06-03 16:05:00 started\n2011-06-03 16:05:01 ready\n2011-06-03 16:06:00 done\n",
    "packages": "django==5.2\npsycopg>=3\nnh3==0.3\n",
    "calendar": "BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n",
    "patch": "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+b\n",
    "history": "commit 0123456789abcdef\nMerge: 01234 56789\nAuthor: Ann <ann@example.org>\nDate:   Mon Jan 2 00:00:00 2012\n\n    Fix a door\n",
    "history of versions": f"{'-' * 72}\nr12 | ann | 2012-01-02 00:00:00 +0000 | 1 line\n\nFix a door\n",
    "version": "changeset:   12:0123456789ab\nuser:        Ann <ann@example.org>\ndate:        Mon Jan 02 00:00:00 2012 +0000\nsummary:     Fix a door\n",
    "HTML": "<!DOCTYPE html>\n<html><body><p>Hm.</p></body></html>\n",
}


@pytest.mark.parametrize(("kind", "text"), FOREIGN.items(), ids=lambda value: value[:12].strip())
def test_a_file_that_is_not_a_capture_is_refused_with_its_kind(kind, text):
    with pytest.raises(SourceError, match=rf"(?i)\b{kind.strip()}"):
        detect(SourceFile.from_bytes("file.txt", text.encode()))
    with pytest.raises(SourceError) as refused:
        detect(SourceFile.from_bytes("file.txt", text.replace("\n", "\r\n").encode()))
    assert "\n" not in str(refused.value)
    assert "example.org" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "Notes\n\nBuy milk.\n\nCall the plumber.\n",
        "The Licence of a Poet\n\nWhat may a poet do? Anything, it seems.\n",
        "# A Program\n\nIt prints a line. Run it with care.\n",
    ],
)
@pytest.mark.django_db
def test_a_text_that_does_not_look_like_a_page_is_refused(text):
    with pytest.raises(SourceError, match="no byline, date, comments"):
        import_source(SourceFile.from_bytes("notes.txt", text.encode()))
    assert not Article.objects.exists()
    report = import_source(SourceFile.from_bytes("notes.txt", text.encode()), "text")
    assert report.outcome == "uncertain"
    assert not Article.objects.get().is_published


@pytest.mark.django_db
def test_e_mail_imported_with_a_forced_format_is_a_draft():
    report = import_source(SourceFile.from_bytes("export.txt", MAIL.encode()), "text")
    assert report.outcome == "uncertain"
    assert any("e-mail" in warning for warning in report.warnings)
    assert not Article.objects.get().is_published


TOP = "A Door\n\nWe gave the old door two coats of green this week, and the weather held.\n\n"


@pytest.mark.parametrize(
    "page",
    {
        "names that may be headings": "Lotte\n\nI would have chosen red, but nobody asks.\n\nPiet\n\nIt suits the house, I think.\n\nLotte\n\nThank you all.\n",
        "a heading, and nothing told": "3 Comments\n\nI would have chosen red, but nobody asks.\n\nIt suits the house, I think.\n",
        "a list by layout alone": "\n  1. I would have chosen red, but nobody asks.\n\n  2. It suits the house.\n",
        "buttons in the body": "It suits the house, said one.\n\nReply\n\nNot at all, said another.\n\nReply\n\nBoth were wrong.\n",
        "a name in a comment": "2 Comments\n\n  1. Piet says:\n\n    It suits the house.\n\n    Lotte on June 3, 2011 at 4:05 pm\n\n    I would have chosen red.\n",
        "more than were declared": "1 Comment\n\n  1. One.\n\n  2. Two.\n\n  3. Three.\n\n  4. Four.\n",
        "a name that is none": "2 Comments\n\n  1. Piet 29/07/20 kell 12:56 zzz\n\n    It suits.\n\n  2. Lotte\n\n    It does not suit.\n",
        "a menu below a heading": "Comments\n\n  • Home\n\n  • Our boats\n\n  • Contact us\n",
        "none of those declared": "By the door\n\n5 Comments\n",
    }.items(),
    ids=lambda value: value[0],
)
@pytest.mark.django_db
def test_an_article_with_doubtful_comments_is_a_draft(page):
    report = import_source(SourceFile.from_bytes("page.txt", (TOP + page[1]).encode()))
    assert report.outcome == "uncertain"
    assert any(warning.startswith("uncertain: ") for warning in report.warnings)
    assert not Article.objects.get().is_published
    assert ImportRun.objects.get().outcome == "uncertain"


@pytest.mark.django_db
def test_a_clear_capture_is_published():
    report = import_source(SourceFile.from_bytes("rain.txt", CAPTURE.encode()))
    assert (report.outcome, Article.objects.get().is_published) == ("ok", True)


@pytest.mark.django_db
def test_a_refusal_stores_nothing():
    for text in FOREIGN.values():
        with pytest.raises(SourceError):
            import_source(SourceFile.from_bytes("file.txt", text.encode()))
    assert not Article.objects.exists() and not Comment.objects.exists()
