"""The lines of an export of a whole site: what `docs/export.schema.json` describes.

Each line is one row of the database, with the columns that can't be computed from others. The
models that check a line, and the schema, are made from the database models.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.core.validators import slug_unicode_re
from django.db import models
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    TypeAdapter,
    WithJsonSchema,
    create_model,
)

from ..models import (
    Article,
    ArticlePicture,
    AuditEntry,
    AuditHead,
    Author,
    Byline,
    Comment,
    Discussion,
    FormerAddress,
    FormerAnchor,
    FormerArticleSlug,
    FormerAuthorSlug,
    GoneComment,
    ImportConflict,
    ImportedArticle,
    ImportRun,
    MediaFile,
    MissedAddress,
    PageVersion,
    PointLink,
    RelatedLink,
    Repair,
    Report,
    Revision,
    Rule,
    SavedText,
    SiteAuditEntry,
    SiteProfile,
    SiteSettings,
    Source,
    StaffNote,
    Submission,
    Subscription,
    TextPage,
)
from ..models.comment import PublicAtField
from ..models.derived import DerivedField
from ..models.row_key import HIGHEST_KEY
from .checked_lines import CheckedLine, line_schema, parse_line, refuse_value, storable_text
from .messages import gettext as _

HEADER = "commentary-export"
VERSION = 1
MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$"
UNKNOWN = _("type: is unknown; the export may come from a later version of Commentary")
PIECE = 3 << 16  # bytes of a file in one line

# In the order of the export.
EXPORTED: tuple[type[models.Model], ...] = (
    MediaFile,
    Author,
    FormerAuthorSlug,
    Source,
    ImportRun,
    Article,
    FormerArticleSlug,
    Byline,
    RelatedLink,
    ArticlePicture,
    Discussion,
    Comment,
    Submission,
    Subscription,
    Revision,
    AuditEntry,
    SiteAuditEntry,
    AuditHead,
    PointLink,
    Report,
    StaffNote,
    Rule,
    SavedText,
    FormerAddress,
    FormerAnchor,
    MissedAddress,
    ImportedArticle,
    ImportConflict,
    GoneComment,
    Repair,
    SiteProfile,
    SiteSettings,
    TextPage,
    PageVersion,
)
# The other tables, and why they are not exported as they are.
LEFT_OUT = {
    "commentary.SourceChunk": "exported as the bytes of its source",
    "commentary.ImportChange": "only for the undo of imports on this site",
    "commentary.UndoneRows": "only for the redo of imports on this site",
    "commentary.SearchRow": "the search index is built again",
    "commentary.DigestPreference": "preferences of accounts, which are not exported",
    "commentary.LanguagePreference": "preferences of accounts, which are not exported",
    "commentary.OutboxMessage": "messages of this site that are not sent yet",
    "commentary.Schedule": "when the worker of this site last began its periodic tasks",
    "commentary.Claim": "only says who looks at which comment now",
    "commentary.Webhook": "URLs and secrets of this site",
    "commentary.SignInAttempt": "only for rate limits, and deleted after some time",
    "commentary.StaffSession": "staff sign in again",
    "commentary.Invitation": "links of this site that let people join",
    "account.EmailAddress": "not used",
    "account.EmailConfirmation": "not used",
    "mfa.Authenticator": "secrets; staff set up their second factor again",
    "auth.User": "only the names of accounts that other rows mention are exported",
    "auth.Group": "created by the migrations",
    "auth.Permission": "created by the migrations",
    "auth.User_groups": "accounts have no permissions until someone grants them again",
    "auth.User_user_permissions": "accounts have no permissions until someone grants them again",
    "auth.Group_permissions": "created by the migrations",
    "contenttypes.ContentType": "created by the migrations",
    "sessions.Session": "staff sign in again",
    "admin.LogEntry": "the audit log has the decisions",
}
FILES = (MediaFile, Source)  # rows with bytes, in lines of their own or in files


def is_recomputed(field: models.Field) -> bool:
    """Return whether a restore computes this column from others, or chooses a new value."""
    return isinstance(field, DerivedField) and not isinstance(field, PublicAtField)


def _name_of(model: type[models.Model]) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", model.__name__).lower()


def names_account(field: models.Field) -> bool:
    """Return whether a column refers to an account, which lines name by its user name."""
    return field.related_model is not None and (
        field.related_model._meta.label == settings.AUTH_USER_MODEL
    )


@dataclass(frozen=True)
class ExportedTable:
    """A table whose rows are exported. `name` is the type of its lines."""

    name: str
    model: type[models.Model]

    @cached_property
    def fields(self) -> tuple[models.Field, ...]:
        """The columns in the order of the export. Keys of the table come first as "id"."""
        return tuple(f for f in self.model._meta.concrete_fields if not is_recomputed(f))

    @cached_property
    def lookups(self) -> list[str]:
        """What `values_list` takes to read these columns."""
        return [f"{f.name}__username" if names_account(f) else f.attname for f in self.fields]

    def line(self, row: tuple[object, ...], **more: str) -> str:
        """Return the line of a row, the values of `lookups`. Empty values are left out."""
        values: dict[str, object] = {"type": self.name}
        for field, value in zip(self.fields, row, strict=True):
            if value is None or (value == "" and not field.null):
                continue
            values[field.name] = _written(value)
        return line_of(values | more)

    @cached_property
    def checked(self) -> type[BaseModel]:
        """The pydantic model of a line."""
        types: dict[str, Any] = {"type": (Literal[self.name], ...)}
        types |= {field.name: _type_of(field) for field in self.fields}
        if self.model in FILES:
            types["path"] = (FilePath | None, Field(None, description=PATH_HELP))
        made = create_model(
            "".join(part.title() for part in self.name.split("_")),
            __base__=CheckedLine,
            **types,
        )
        made.__doc__ = (self.model.__doc__ or "").strip().partition("\n\n")[0]
        return made


TABLES = {_name_of(model): ExportedTable(_name_of(model), model) for model in EXPORTED}
PATH_HELP = "The file with the bytes, relative to the folder of the export"


def line_of(values: Mapping[str, object]) -> str:
    """Return a line of the file."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"


def _written(value: object) -> object:
    """Return a value for JSON. Objects have sorted keys, because PostgreSQL changes their order."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict | list):
        return json.loads(json.dumps(value, sort_keys=True))
    return value


# --- checks of lines


def _slug(text: str) -> str:
    return (
        text
        if slug_unicode_re.match(text)
        else refuse_value(_("may contain only letters, digits, - and _"))
    )


def _moment(value: object) -> object:
    if not isinstance(value, str) or not re.fullmatch(MOMENT, value, re.ASCII):
        refuse_value(_("must be a time such as 2011-06-03T16:05:00Z"))
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        refuse_value(_("must be a time such as 2011-06-03T16:05:00Z"))


def _uuid(value: object) -> object:
    try:
        return UUID(value) if isinstance(value, str) else refuse_value(_("must be a UUID"))
    except ValueError:
        refuse_value(_("must be a UUID"))


def _json(value: object) -> object:
    if "\\u0000" in json.dumps(value):
        refuse_value(_("contains U+0000, which can't be stored"))
    return value


Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "pattern": MOMENT, "examples": ["2011-06-03T16:05:00Z"]}),
]
Key = Annotated[UUID, BeforeValidator(_uuid), WithJsonSchema({"type": "string", "format": "uuid"})]
AnyJson = Annotated[object, AfterValidator(_json)]
FilePath = Annotated[
    str, Field(min_length=1, max_length=300, pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_.-]+)+$")
]
INTEGERS = {
    models.PositiveSmallIntegerField: (0, 2**15 - 1),
    models.PositiveIntegerField: (0, 2**31 - 1),
    models.PositiveBigIntegerField: (0, HIGHEST_KEY),
    models.BigAutoField: (1, HIGHEST_KEY),
}


class ExportHeader(CheckedLine):
    """The first line. Times without a time zone are local times in `time_zone`."""

    type: Literal["commentary-export"]
    version: Literal[1]
    language: str = Field(description="The language of the site")
    time_zone: str = Field(description="The time zone of the site")


class ExportedAccount(CheckedLine):
    """The name of an account that another line mentions, such as an entry of the audit log."""

    type: Literal["account"]
    username: Annotated[str, Field(min_length=1, max_length=150), AfterValidator(storable_text)]


class ExportedBytes(CheckedLine):
    """A piece of the bytes of the file in the line before, up to 196,608 bytes in base64."""

    type: Literal["bytes"]
    base64: Annotated[str, Field(min_length=4, json_schema_extra={"contentEncoding": "base64"})]


class ExportEnd(CheckedLine):
    """The last line. `rows` has the number of lines of each type, so that nothing is missing."""

    type: Literal["end"]
    rows: dict[str, int]


def _type_of(field: models.Field) -> tuple[object, object]:
    """Return the type and default of a column in a line."""
    return _value_type(field) | None if field.null else _value_type(field), _default_of(field)


def _default_of(field: models.Field) -> object:
    if field.null:
        return Field(None)
    if isinstance(field, models.CharField | models.TextField):
        return Field("")
    if field.has_default():
        return Field(default_factory=field.get_default)
    return Field()


def _value_type(field: models.Field) -> Any:
    if names_account(field):
        return ExportedAccount.__annotations__["username"]
    if isinstance(field, models.ForeignKey):
        field = field.target_field
        if isinstance(field, models.ForeignKey):  # the key of a discussion is that of its article
            field = field.target_field
    for kind, (least, most) in INTEGERS.items():
        if type(field) is kind:
            return Annotated[int, Field(ge=least, le=most)]
    if isinstance(field, models.DateTimeField):
        return Moment
    if isinstance(field, models.BooleanField):
        return bool
    if isinstance(field, models.UUIDField):
        return Key
    if isinstance(field, models.JSONField):
        return AnyJson
    if isinstance(field, models.SlugField):
        return Annotated[str, Field(max_length=field.max_length), AfterValidator(_slug)]
    if isinstance(field, models.CharField | models.TextField):
        if field.choices:
            return Literal[tuple(str(value) for value, _label in field.flatchoices)]
        return Annotated[str, Field(max_length=field.max_length), AfterValidator(storable_text)]
    raise TypeError(f"{field} has a type that can't be exported: add it to site_lines")


@cache
def _adapter() -> TypeAdapter[CheckedLine]:
    kinds: Any = ExportHeader | ExportedAccount | ExportedBytes | ExportEnd
    for table in TABLES.values():
        kinds = kinds | table.checked
    return TypeAdapter(Annotated[kinds, Field(discriminator="type")])


def checked_export_line(line: bytes) -> CheckedLine:
    """Return the checked line. Raises ValueError with the field and what is wrong with it."""
    return parse_line(_adapter(), line, UNKNOWN)


def is_site_export(head: bytes) -> bool:
    """Return whether a file starts with the header of an export of a whole site."""
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0]
    try:
        header = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(header, dict) and header.get("type") == HEADER


def pieces_of(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Yield bytes in pieces of the same size, whatever the size of their parts."""
    held = b""
    for part in parts:
        held += part
        while len(held) >= PIECE:
            yield held[:PIECE]
            held = held[PIECE:]
    if held:
        yield held


def export_schema() -> dict[str, object]:
    """Return the JSON Schema of one line."""
    return line_schema(_adapter(), "A line of an export of a whole Commentary site")
