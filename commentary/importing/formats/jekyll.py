"""Static sites of Jekyll and Hugo, with the comments that Staticman wrote as YAML or JSON.

`static_site` puts the files of a site into one source: a first line, then each file after a line
with its number of lines and its path. Jekyll's documentation describes posts, front matter and
permalinks; Staticman's describes the fields of comments, and those for replies are the ones of
the themes Minimal Mistakes and Beautiful Hugo.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

import yaml

from ...text.article_markdown import from_markdown
from ..fields import is_in_future, parse_date
from ..json_stream import as_date, as_line, as_list, as_object, as_text, web_address
from ..messages import gettext as _
from ..messages import gettext_noop
from ..records import ArticleRecord, CommentRecord, ItemLedger, SourceError
from ..source import STATIC_SITE, SourceFile
from ..spool import parents_first
from .html.fragment import normal_form

SUFFIXES: set[str] = set()  # files are found by their folders
SIGN = gettext_noop("a folder with _posts, or with comments in _data/comments or data/comments")
FILE = re.compile(r"==== (\d{1,9}) (.+)")
COMMENT = re.compile(r"(?:^|/)_?data/comments/(?:(.+)/)?([^/]+)\.(?:ya?ml|json)$")
POST = re.compile(r"(?:^|/)(_posts|_drafts|content)/(.+)\.(md|markdown|mkd|html?)$")
NAME = re.compile(r"(?:(\d{4}-\d\d?-\d\d?)-)?(.+)")
INDEX = ("index", "_index")  # of Hugo: the page of a folder
MAX_YAML = 200_000  # characters of front matter or of a comment
MAX_TOML = 20_000  # the time for a key with dots grows with the square of its length
STYLES = {
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "none": "/:categories/:title.html",
}
# The tags around code. They are paired one by one: a search for the end of each would read a text of
# beginnings again and again.
HIGHLIGHT = re.compile(r"\{%-?\s*(?:highlight\s+([\w+-]+)[^%{]{0,200}|(endhighlight)\s*-?)%\}")
SITE = re.compile(r"\{\{-?\s*site\.(?:url|baseurl)\s*-?\}\}|\{::[^{}]*/\}|^\{:[^}\n]*\}\s*$", re.M)
TEMPLATE = re.compile(r"\{%(?:(?!\{%).){0,2000}?%\}|\{\{[<%](?:(?!\{\{).){0,2000}?[>%]\}\}", re.S)


class _Loader(yaml.BaseLoader):
    """Loads all values as text. Aliases, by which a small file becomes a large one, are errors."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError(_("aliases are not allowed"))
        return super().compose_node(parent, index)


@dataclass
class _File:
    """A file of the site, with its first and last line in the source."""

    path: str
    text: str
    lines: tuple[int, int]


@dataclass
class _Site:
    """The files that belong together."""

    settings: dict[str, object] = field(default_factory=dict)
    posts: list[_File] = field(default_factory=list)
    comments: dict[str, list[_File]] = field(default_factory=dict)  # by the folder


def detect(source: SourceFile) -> bool:
    """Return whether a source has the files of a static site."""
    return source.head.startswith(STATIC_SITE)


def read(source: SourceFile, ledger: ItemLedger) -> Iterator[ArticleRecord]:
    """Yield the posts with their comments, then pages that only have comments."""
    site = _Site()
    for file in _files(source):
        if found := COMMENT.search(file.path):
            folder = found[1] or found[2]
            site.comments.setdefault(folder.rpartition("/")[2].casefold(), []).append(file)
        elif POST.search(file.path):
            site.posts.append(file)
        elif not site.settings:
            site.settings = _loaded(file.text)[0]
    for file in site.posts:
        ledger.seen += 1
        record, slug = _post(file, site.settings, ledger)
        names = dict.fromkeys((slug.casefold(), _slug(file.path, {}).casefold()))
        files = [one for name in names for one in site.comments.pop(name, [])]
        ledger.add("post", file.lines[0], "article", file.path)
        yield _with_comments(record, files, ledger)
    for folder, files in site.comments.items():
        key = f"jekyll {_host(site.settings)} comments/{folder}"
        record = ArticleRecord(key=key, title=folder, lines=files[0].lines)
        record = _with_comments(record, files, ledger)
        if len(record.comments):
            ledger.seen += 1
            ledger.add("page", files[0].lines[0], "article", folder)
            yield record
    if not ledger.seen:
        raise SourceError(source.name, 1, _("contains no posts and no comments"))


def _files(source: SourceFile) -> Iterator[_File]:
    number = 1
    with source.stream() as stream:
        stream.readline()
        while head := stream.readline():
            number += 1
            found = FILE.match(head.decode("utf-8", "replace").rstrip("\n"))
            if not found:
                raise SourceError(source.name, number, _("is not the beginning of a file"))
            count = int(found[1])
            text = "".join(stream.readline().decode("utf-8", "replace") for _ in range(count))
            yield _File(found[2], text.replace("\0", ""), (number + 1, number + count))
            number += count


def _loaded(text: str, is_toml: bool = False) -> tuple[dict[str, object], str]:
    """Return the fields in a text, and why they can't be read."""
    longest = MAX_TOML if is_toml else MAX_YAML
    if len(text) > longest:
        return {}, _("has more than %(longest)s characters") % {"longest": f"{longest:,}"}
    try:
        if is_toml:
            return tomllib.loads(text), ""
        if text.lstrip().startswith("{"):
            return as_object(json.loads(text)), ""
        return as_object(yaml.load(text, _Loader)), ""  # noqa: S506
    except RecursionError:
        return {}, _("is nested too deeply")
    except (yaml.YAMLError, ValueError) as failure:
        return {}, _("cannot be read: %(reason)s") % {
            "reason": " ".join(str(failure).split())[:150]
        }


def _parted(file: _File) -> tuple[dict[str, object], str, str]:
    """Return the front matter and the body of a post, and why the front matter can't be read."""
    for fence in ("---", "+++"):
        if file.text.lstrip("\ufeff").startswith(f"{fence}\n"):
            head, _, body = file.text.partition("\n")[2].partition(f"\n{fence}")
            fields, why = _loaded(head, is_toml=fence == "+++")
            return fields, body.partition("\n")[2], why
    return {}, file.text, ""


def _date(value: object) -> datetime | None:
    """Return a date: of TOML, a number of seconds or milliseconds, or text."""
    if isinstance(value, datetime):
        return value
    text = as_text(value) or (str(value) if hasattr(value, "isoformat") else "")
    if re.fullmatch(r"\d{9,13}", text):
        return as_date(int(text))
    return parse_date(re.sub(r"\s+(?=[+-]\d|Z)", "", text))


def _slug(path: str, fields: dict[str, object]) -> str:
    if given := as_text(fields.get("slug")).strip("/ "):
        return given
    place = PurePosixPath(path)
    stem = place.parent.name if place.stem in INDEX else place.stem
    found = NAME.fullmatch(stem)
    return found[2] if found else stem


def _address(
    path: str, fields: dict[str, object], settings: dict[str, object], date: datetime | None
) -> str:
    """Return the path of a post on its site."""
    if url := as_text(fields.get("url")).strip():
        return url
    pattern = as_text(fields.get("permalink")).strip() or as_text(settings.get("permalink"))
    found = POST.search(path)
    if found and found[1] == "content":  # Hugo: the path of the file
        folder = PurePosixPath(found[2]).parent
        place = folder.parent if PurePosixPath(found[2]).stem in INDEX else folder
        return f"/{place / _slug(path, fields)}/".replace("/./", "/")
    categories = fields.get("categories") or fields.get("category") or []
    names = categories.split() if isinstance(categories, str) else map(as_text, as_list(categories))
    values = {
        "categories": "/".join(name.lower() for name in names if name),
        "year": f"{date:%Y}" if date else "",
        "month": f"{date:%m}" if date else "",
        "day": f"{date:%d}" if date else "",
        "title": _slug(path, fields),
        "slug": _slug(path, fields),
    }
    pattern = STYLES.get(pattern or "date", pattern)
    made = re.sub(r":(\w+)", lambda part: values.get(part[1], part[0]), pattern)
    return re.sub(r"/{2,}", "/", f"/{made}")


def _texts(value: object) -> list[str]:
    """Return the texts in a value that is one text or a list."""
    found = value if isinstance(value, list) else [value]
    return [text for one in found if (text := as_line(one))]


def _host(settings: dict[str, object]) -> str:
    return web_address(settings.get("url")).rstrip("/")


def _with_fences(body: str) -> str:
    """Return a text with code between highlight tags in fences, as in Markdown."""
    parts: list[str] = []
    reached, opened = 0, None
    for tag in HIGHLIGHT.finditer(body):
        if tag[2] is None:
            opened = opened or tag
        elif opened:
            code = body[opened.end() : tag.start()].removeprefix("\n").removesuffix("\n")
            parts += [body[reached : opened.start()], f"\n```{opened[1]}\n{code}\n```\n"]
            reached, opened = tag.end(), None
    return "".join([*parts, body[reached:]])


def _post(
    file: _File, settings: dict[str, object], ledger: ItemLedger
) -> tuple[ArticleRecord, str]:
    """Return the article of a post, and its slug."""
    fields, body, why = _parted(file)
    warnings = (
        [_("%(path)s: its front matter %(reason)s") % {"path": file.path, "reason": why}]
        if why
        else []
    )
    found = POST.search(file.path)
    stem = NAME.fullmatch(PurePosixPath(file.path).stem)
    date = _date(fields.get("date")) or parse_date(stem[1] or "" if stem else "")
    base = _host(settings) + as_text(settings.get("baseurl")).strip().rstrip("/")
    is_draft = (
        (found is not None and found[1] == "_drafts")
        or as_text(fields.get("published")).lower() == "false"
        or str(fields.get("draft", "")).lower() == "true"
    )
    # Neither Jekyll nor Hugo shows a post before its date, unless told to.
    appears = _date(fields.get("publishDate")) or date
    shows_future = as_text(settings.get("future")).lower() == "true"
    is_scheduled = is_in_future(appears) and not shows_future and not is_draft
    if is_scheduled:
        warnings.append(
            _("%(path)s: dated in the future; imported as a draft") % {"path": file.path}
        )
    url = "" if is_draft else f"{base}{_address(file.path, fields, settings, date)}"
    body = _with_fences(body)
    body = SITE.sub("", body)
    if templates := len(TEMPLATE.findall(body)):
        warnings.append(
            _("%(path)s: template tags were left out (%(templates)s)")
            % {"path": file.path, "templates": f"{templates:,}"}
        )
        body = TEMPLATE.sub("", body)
    is_html = found is not None and found[3].startswith("htm")
    shown, pictures = normal_form(body if is_html else from_markdown(body), url)
    ledger.dropped[gettext_noop("tags")] += len(_texts(fields.get("tags")))
    title = as_line(fields.get("title"))
    slug = _slug(file.path, fields)
    place = f"{found[1]}/{found[2]}" if found else file.path
    record = ArticleRecord(
        key=f"jekyll {_host(settings)} {place}",
        title=title or slug.replace("-", " "),
        authors=_texts(fields.get("author") or fields.get("authors")),
        date=date,
        url=url,
        old_addresses=_texts(fields.get("redirect_from")) + _texts(fields.get("aliases")),
        body_html=shown,
        source_html=body,
        markup="rich",
        pictures=pictures,
        language=as_text(fields.get("lang"))[:10],
        closed={"false": True, "true": False}.get(str(fields.get("comments", "")).lower()),
        is_published=not is_draft and not is_scheduled,
        lines=file.lines,
        warnings=warnings,
    )
    return record, slug


def _with_comments(record: ArticleRecord, files: list[_File], ledger: ItemLedger) -> ArticleRecord:
    """Add the comments in files. A reply names its parent by id, or by its place among the others."""
    found: list[tuple[CommentRecord, str]] = []
    for file in sorted(files, key=lambda one: one.path):
        ledger.seen += 1
        fields, why = _loaded(file.text.removeprefix("---\n").partition("\n---")[0])
        text = _first(fields, "message", "body", "comment", "text", "content")
        if not fields or not (text or _first(fields, "name")):
            ledger.add("comment", file.lines[0], "left over", file.path, why or _("has no text"))
            continue
        ledger.add("comment", file.lines[0], "comment", file.path)
        if not record.url:
            record.url = web_address(fields.get("_parent"))
        date = _date(fields.get("date") or fields.get("timestamp"))
        if date is None and fields.get("date"):
            record.warnings.append(_("%(path)s: invalid date") % {"path": file.path})
        key = _first(fields, "_id", "id") or PurePosixPath(file.path).stem
        comment = CommentRecord(
            key=key,
            text=text.replace("\r\n", "\n").strip("\n"),
            markup="markdown",
            author=as_line(_first(fields, "name", "author")),
            author_url=web_address(_first(fields, "url", "website", "site")),
            date=date,
            lines=file.lines,
            old_ids=[f"#comment-{key}"],
        )
        above = _first(fields, "replying_to_uid", "reply_to", "replyingTo", "replyThread", "parent")
        found.append((comment, above or _first(fields, "replying_to")))
    keys = {comment.key for comment, _ in found}
    roots = [comment.key for comment, above in found if not above]
    for comment, above in found:
        if above in keys:
            comment.parent = above
        elif above.isdecimal() and 0 < int(above[:9]) <= len(roots):
            comment.parent = roots[int(above[:9]) - 1]
        elif above:
            comment.parent = above
    ordered = sorted((c for c, _ in found), key=lambda c: c.date.isoformat() if c.date else "")
    record.comments = parents_first(ordered, record.warnings)
    return record


def _first(fields: dict[str, object], *names: str) -> str:
    """Return the first of these fields that has a text."""
    return next((text for name in names if (text := as_text(fields.get(name)).strip())), "")
