"""The lines of the JSON Lines format: what `docs/import/commentary.schema.json` describes.

The models check each line; the schema in the documentation is made from them.
"""

import base64
import binascii
import re
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    TypeAdapter,
    WithJsonSchema,
    model_validator,
)

from ...checked_lines import CheckedLine, line_schema, parse_line, refuse_value, storable_text
from ...fields import parse_date
from ...messages import gettext as _

VERSION = 1
TIME = r"^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$"


def _time(value: object) -> object:
    if not isinstance(value, str):
        refuse_value(_("must be a string such as 2011-06-03T16:05:00+02:00"))
    found = parse_date(value) if re.fullmatch(TIME, value, re.ASCII) else None
    return found or refuse_value(_("must be a time such as 2011-06-03T16:05:00+02:00"))


def _path(value: str) -> str:
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or "\\" in value or ":" in value:
        refuse_value(_("must be a relative path without “..”"))
    return value


def _decoded(value: object) -> bytes:
    try:
        found = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except (binascii.Error, ValueError):
        found = b""
    return found or refuse_value(_("must be base64 without line ends"))


Text = Annotated[str, AfterValidator(storable_text)]
Id = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(storable_text)]
Url = Annotated[str, Field(max_length=2_000), AfterValidator(storable_text)]
WebUrl = Annotated[
    str,
    Field(max_length=2_000, pattern=r"^[hH][tT][tT][pP][sS]?://\S+$"),
    AfterValidator(storable_text),
]
Time = Annotated[
    datetime,
    BeforeValidator(_time),
    WithJsonSchema({"type": "string", "pattern": TIME, "examples": ["2011-06-03T16:05:00+02:00"]}),
]
Base64 = Annotated[
    bytes,
    BeforeValidator(_decoded),
    WithJsonSchema({"type": "string", "contentEncoding": "base64", "minLength": 4}),
]
LanguageTag = Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z0-9-]*$")]
MediaPath = Annotated[str, Field(min_length=1, max_length=1_000), AfterValidator(_path)]


class JsonHeader(CheckedLine):
    """The first line. `site` is the same in all files of a site; ids belong to it."""

    type: Literal["commentary"]
    version: Literal[1]
    site: Id = Field(description="A name or URL of the site, the same in all of its files")


class JsonArticle(CheckedLine):
    """An article."""

    type: Literal["article"]
    id: Id = Field(description="Identifies the article within the site, in every file")
    title: Text = ""
    authors: list[Annotated[str, Field(min_length=1), AfterValidator(storable_text)]] = []
    published_at: Time | None = Field(
        None, description="Without a time zone it is the local time of the site"
    )
    status: Literal["published", "draft"] = "published"
    url: WebUrl | None = Field(None, description="The canonical URL on the old site")
    old_urls: list[WebUrl] = Field([], description="Other URLs that led to the article")
    language: LanguageTag = ""
    format: Literal["html", "markdown", "text"] = "html"
    body: Text = ""
    closed: bool | None = Field(None, description="Whether comments are closed; null if unknown")
    closing_notice: Text = ""
    declared_count: Annotated[int, Field(ge=0, le=2_000_000_000)] | None = Field(
        None, description="The number of comments that the page stated"
    )
    accounts: dict[str, Text] = Field(
        {}, description="Account ids of the authors and their names in `authors`"
    )

    @model_validator(mode="after")
    def _accounts_are_of_authors(self) -> "JsonArticle":
        if unknown := sorted(set(self.accounts.values()) - set(self.authors)):
            refuse_value(_("accounts: “%(name)s” is not in authors") % {"name": unknown[0][:60]})
        return self


class JsonComment(CheckedLine):
    """A comment."""

    type: Literal["comment"]
    article: Id = Field(description="The id of its article, which is in the same file")
    id: Id = Field(description="Identifies the comment within its article")
    parent: Id | None = Field(None, description="The id of the comment that it replies to")
    author: Text = Field("", description="Empty if the comment is anonymous")
    author_url: WebUrl | None = None
    account: Text = Field("", description="The id of the commenter's account at the source")
    written_at: Time | None = Field(
        None, description="Without a time zone it is the local time of the site"
    )
    status: Literal["pending", "approved", "rejected", "spam", "removed"] = "approved"
    kind: Literal["comment", "pingback", "trackback"] = "comment"
    language: LanguageTag = Field("", description="Empty if it is that of the article, or unknown")
    format: Literal["text", "markdown", "html"] = "text"
    text: Text
    old_ids: list[Url] = Field(
        [], description="Fragments (“#comment-12”) and URLs that led to the comment"
    )

    @model_validator(mode="after")
    def _is_not_its_own_parent(self) -> "JsonComment":
        if self.parent == self.id:
            refuse_value(_("parent: is the comment itself"))
        return self


class JsonMedia(CheckedLine):
    """A picture that articles show: in this line, or in a file of the imported folder."""

    type: Literal["media"]
    url: Url = Field(min_length=1, description="The `src` by which articles refer to it")
    path: MediaPath | None = Field(None, description="The file, relative to the imported folder")
    base64: Base64 | None = Field(None, description="The bytes of the file")

    @model_validator(mode="after")
    def _has_one_place(self) -> "JsonMedia":
        if (self.path is None) == (self.base64 is None):
            refuse_value(_("needs either path or base64"))
        return self


AnyJsonLine = JsonHeader | JsonArticle | JsonComment | JsonMedia
LINE: TypeAdapter[AnyJsonLine] = TypeAdapter(Annotated[AnyJsonLine, Field(discriminator="type")])


def checked_line(line: bytes) -> AnyJsonLine:
    """Return the checked line. Raises ValueError with the field and what is wrong with it."""
    return parse_line(LINE, line, _("type: must be commentary, article, comment or media"))


def schema() -> dict[str, object]:
    """Return the JSON Schema of one line."""
    return line_schema(LINE, "A line of a Commentary JSON Lines file")
