"""Recognise files that are neither text captures nor exports: e-mail, tables, programs.

They are refused by name, since they may contain e-mail addresses. Exports of other systems are in
`unsupported`.
"""

import csv
import json
import re
from collections.abc import Callable

from .messages import gettext_noop

HEAD = 100_000  # characters of a file that are examined
UNSUPPORTED = gettext_noop("looks like %(kind)s, which is not supported yet")


def foreign_json(text: str) -> str | None:
    """Return the kind of a JSON file that begins with `text`, or None if its keys don't show it."""
    if "jsonfeed.org" in text[:300]:
        return gettext_noop("a JSON feed")
    if re.search(r'"orderedItems"\s*:', text):
        return gettext_noop("an ActivityPub archive (JSON)")
    if re.search(r'"body_(?:blocks|text)"\s*:', text):
        return gettext_noop("a Commentary export for reading (JSON)")
    if re.search(r'"topic_list"\s*:', text):
        return gettext_noop("a list of topics of Discourse, without their posts (JSON)")
    return None


# Recognised at the start of a file.
BEGINNINGS = [
    (gettext_noop("an OPML list"), r".{0,2000}?<opml\b"),
    (gettext_noop("a BlogML export"), r".{0,2000}?<blog\b[^>]{0,500}blogml"),
    (gettext_noop("a sitemap"), r".{0,2000}?<(?:urlset|sitemapindex)\b"),
    (gettext_noop("an XML database dump"), r".{0,2000}?<(?:mysqldump|pma_xml_export)\b"),
    (
        gettext_noop("an RSS feed"),
        r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:rss|rdf:RDF)\b",
    ),
    (gettext_noop("a bookmarks file"), r"\s*<!doctype netscape-bookmark"),
    (gettext_noop("an HTML page"), r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html)\b"),
    (gettext_noop("an unknown kind of XML"), r"\s*<(?:\?xml|!doctype)\b"),
    (gettext_noop("a PDF or PostScript file"), r"%(?:PDF|!PS)"),
    (gettext_noop("an RTF document"), r"\{\\rtf"),
    (gettext_noop("a LaTeX document"), r"(?:\s*%[^\n]*\n)*\s*\\document(?:class|style)\b"),
    (gettext_noop("an address book or calendar"), r"\s*BEGIN:V(?:CARD|CALENDAR)"),
    (gettext_noop("a key or certificate"), r"\s*-----BEGIN [A-Z ]+-----"),
    (gettext_noop("a patch"), r"(?:diff --git |Index: \S+\n=====|--- \S+.*\n\+\+\+ \S+)"),
    (
        gettext_noop("a history of versions"),
        r"\s*(?:commit [0-9a-f]{7,64}\b[^\n]*\n(?:Merge:[^\n]*\n)?Author:|changeset: +\d+:[0-9a-f]{12}"
        r"|-{72}\nr\d+ \| )",
    ),
    (gettext_noop("subtitles"), r"\s*(?:WEBVTT|\d+\s*\n\d\d:\d\d:\d\d[,.]\d+ --> )"),
    (gettext_noop("a robots.txt file"), r"(?:\s*#[^\n]*\n)*\s*User-agent:\s*\S"),
    (gettext_noop("a translation catalogue"), r"(?:\s*#[^\n]*\n)*\s*msgid \""),
    (gettext_noop("a program"), r"\s*(?:#!\s*/|<\?php\b|<%)"),
]
BEGINNING = [(name, re.compile(rf"(?is){pattern}")) for name, pattern in BEGINNINGS]

# How licences start; an article may quote or mention one further down.
LICENCE = re.compile(
    r"permission is hereby granted, free of charge|gnu (?:lesser |affero )?general public licen[cs]e version \d|"
    r"apache license\s+version 2|redistribution and use in source and binary forms|"
    r"permission to use, copy, modify,? and(?:/or)? distribute this software|mozilla public license\s|"
    r"creative commons (?:legal code|corporation is not a law firm)|this is free and unencumbered software|"
    r"the software is provided [\"“']as is[\"”']",
    re.I,
)
SQL = re.compile(
    r"(?:create (?:temporary )?table|insert (?:ignore )?into|drop table|lock tables|begin transaction|alter table|"
    r"pragma \w+|copy \S+ \(.*\) from stdin|set (?:names|sql_mode|statement_timeout))\b.*",
    re.I,
)
SQL_HEAD = re.compile(
    r"(?:--|/\*|#).*\b(?:dump|mysql|mariadb|postgresql|phpmyadmin|sqlite)\b", re.I
)
MTIF_FIELD = re.compile(
    r"(AUTHOR|TITLE|STATUS|BASENAME|DATE|ALLOW COMMENTS|ALLOW PINGS|CONVERT BREAKS|PRIMARY CATEGORY|"
    r"CATEGORY|TAGS|UNIQUE URL|AUTHOR EMAIL|NO ENTRY):(?: |$)"
)
MTIF_PART = re.compile(r"(?:BODY|EXTENDED BODY|EXCERPT|KEYWORDS|COMMENT|PING):\s*$|-{5,}\s*$")
MAIL_FIELD = re.compile(
    r"(From|To|Cc|Subject|Date|Message-ID|Received|MIME-Version|Return-Path|Delivered-To|Reply-To|"
    r"In-Reply-To|References|Content-Type|Content-Transfer-Encoding|Newsgroups|Path|Sender|X-[\w-]+):\s",
    re.I,
)
CODE = re.compile(
    r"\s*(?:import\s+[\w.{*\"']+.*|from\s+[\w.]+\s+import\b.*|(?:async\s+)?def\s+\w+\(.*|class\s+\w+\b.*[:{]|return\b.*[^.]|"
    r"(?:if|elif|for|while|with|except|try|else|finally)\b.*:|(?:function|func|fn|sub)\s*\w*\s*\(?.*\{|(?:var|let|const)\s+\w+.*=.*|"
    r"#\s*(?:include|define|ifn?def|endif|pragma)\b.*|(?:using|package|namespace|public|private|protected|static)\s.*[;{]|"
    r"@\w+(?:\(.*\))?|//.*|/\*.*|\*/|[})\]]+[;,]?|.*[;{]|[\w.\[\]'\"]+\s*[+-]?=\s*\S.*|[\w.]+\(.*\)|\"\"\".*)\s*"
)
SETTING = re.compile(r"\s*(?:[#;].*|\[[\w.\s:-]+\]|[\w.-]+\s*=\s*.*)\s*")
YAML = re.compile(r"\s*(?:-\s+)?[\"']?[\w./-]+[\"']?:(?:\s.*|$)|\s*-\s+\S.*|\s*#.*|---|\.\.\.")
YAML_KEY = re.compile(r"\s*(?:-\s+)?[\"']?[\w./-]+[\"']?:(?:\s.*|$)")
RULE = re.compile(r"\.?[\w./%$(){}-]+(?: [\w./%$(){}-]+)*\s*::?=?(?:\s.*|$)|\.PHONY.*")
LOG = re.compile(
    r"\s*(?:[\[(]?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|[\[(]\d\d?:\d\d(?::\d\d)?[\])]|\d{1,3}(?:\.\d{1,3}){3}\s|"
    r"[A-Z][a-z]{2}\s+\d{1,2} \d\d:\d\d:\d\d )"
)
PACKAGE = re.compile(
    r"(?:[A-Za-z0-9][\w.-]*(?:\[[\w,-]+\])?\s*[=<>~!]=.*|-[re] \S+|\s*--hash=.*|\s*#.*)"
)


def foreign_text(text: str) -> str | None:
    """Return the kind of a text that is not a page capture, or None."""
    text = text[:HEAD].replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    for name, pattern in BEGINNING:
        if pattern.match(text):
            return name
    lines = [line for line in text.split("\n") if line.strip()]
    return next((name for name, holds in KINDS if holds(lines)), None)


def _share(lines: list[str], pattern: re.Pattern[str], most: int = 400) -> float:
    """Return the share of the first lines that match a pattern."""
    lines = lines[:most]
    return sum(1 for line in lines if pattern.fullmatch(line[:500])) / max(1, len(lines))


def _is_mtif(lines: list[str]) -> bool:
    fields = {found[1] for line in lines[:60] if (found := MTIF_FIELD.match(line))}
    parts = sum(1 for line in lines[:200] if MTIF_PART.match(line))
    return len(fields) > 1 and parts > 1 or len(fields) > 4


def _is_mail(lines: list[str]) -> bool:
    if lines and re.match(r"From \S+@?\S* .*\d\d:\d\d", lines[0]):
        return True
    fields = set()
    for line in lines[:40]:
        if found := MAIL_FIELD.match(line):
            fields.add(found[1].lower())
        elif not line[0].isspace():  # header fields end at the first other line
            break
    head = "\n".join(lines[:40])
    return len(fields) > 2 and ("@" in head or "message-id" in fields)


def _is_sql(lines: list[str]) -> bool:
    if any(SQL_HEAD.match(line) for line in lines[:5]):
        return True
    return sum(1 for line in lines[:400] if SQL.fullmatch(line.strip()[:500])) > 1


def _is_table(lines: list[str]) -> bool:
    """Return whether the first line has column names, and the next lines as many columns."""
    for sign in (",", ";", "\t", "|"):
        if not lines or lines[0].count(sign) < 2 or re.search(r"[,;|]\s", lines[0]):
            continue
        try:
            rows = list(csv.reader(lines[:50], delimiter=sign))
        except csv.Error:
            continue
        names = rows[0]
        is_head = all(0 < len(name.strip()) <= 40 and len(name.split()) < 5 for name in names)
        same = sum(1 for row in rows[1:] if len(row) == len(names))
        if is_head and len(rows) > 1 and same * 10 >= (len(rows) - 1) * 6:
            return True
    return False


def _is_front_matter(lines: list[str]) -> bool:
    if not lines or lines[0].strip() not in ("---", "+++"):
        return False
    end = next((i for i, line in enumerate(lines[1:60], 1) if line.strip() == lines[0].strip()), 0)
    fields = lines[1:end]
    pattern = YAML if lines[0].strip() == "---" else SETTING
    return bool(fields) and _share(fields, pattern) > 0.7


def _is_yaml(lines: list[str]) -> bool:
    keys = sum(1 for line in lines[:400] if YAML_KEY.fullmatch(line[:500]))
    return keys > 2 and keys * 2 > len(lines[:400]) and _share(lines, YAML) > 0.85


def _is_makefile(lines: list[str]) -> bool:
    rules = sum(
        1
        for line, below in zip(lines, lines[1:], strict=False)
        if below.startswith("\t") and RULE.fullmatch(line[:300])
    )
    commands = sum(1 for line in lines if line.startswith("\t"))
    return rules > 1 or rules > 0 and commands * 3 > len(lines)


def _is_code(lines: list[str]) -> bool:
    return len(lines) > 2 and _share(lines, CODE) > 0.5


def _is_json_lines(lines: list[str]) -> bool:
    first = lines[:5]
    try:
        return bool(first) and all(
            line.lstrip()[:1] == "{" and isinstance(json.loads(line), dict) for line in first
        )
    except (ValueError, RecursionError):
        return False


KINDS: list[tuple[str, Callable[[list[str]], bool]]] = [
    (gettext_noop("a Movable Type export that does not begin with an entry"), _is_mtif),
    (gettext_noop("e-mail"), _is_mail),
    (gettext_noop("an SQL dump"), _is_sql),
    (gettext_noop("JSON Lines"), _is_json_lines),
    (gettext_noop("a post with front matter (Jekyll, Hugo)"), _is_front_matter),
    (
        gettext_noop("a software licence"),
        lambda lines: LICENCE.search(" ".join(" ".join(lines[:12]).split())[:900]) is not None,
    ),
    (gettext_noop("a CSV table"), _is_table),
    (
        gettext_noop("a list of packages"),
        lambda lines: len(lines) > 2 and _share(lines, PACKAGE) > 0.8,
    ),
    (
        gettext_noop("a log file"),
        lambda lines: (
            len(lines) > 2 and sum(bool(LOG.match(s)) for s in lines) * 10 > len(lines) * 8
        ),
    ),
    (gettext_noop("a Makefile"), _is_makefile),
    (
        gettext_noop("a configuration file"),
        lambda lines: len(lines) > 2 and _share(lines, SETTING) > 0.8,
    ),
    (gettext_noop("YAML"), _is_yaml),
    (gettext_noop("program source code"), _is_code),
]
