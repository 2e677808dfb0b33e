"""What our two formats of JSON Lines have in common: strict lines, and errors that name the field."""

from typing import NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from .messages import gettext as _
from .messages import gettext_noop

MESSAGES = {
    "missing": gettext_noop("is missing"),
    "extra_forbidden": gettext_noop("is not a field of this type of line"),
    "string_type": gettext_noop("must be a string"),
    "bool_type": gettext_noop("must be true or false"),
    "int_type": gettext_noop("must be an integer"),
    "list_type": gettext_noop("must be a list"),
    "dict_type": gettext_noop("must be an object"),
    "model_attributes_type": gettext_noop("must be a JSON object"),
    "dict_attributes_type": gettext_noop("must be a JSON object"),
    "union_tag_not_found": gettext_noop("type: is missing"),
    "string_too_short": gettext_noop("must not be empty"),
    "string_pattern_mismatch": gettext_noop("has the wrong form"),
}


class CheckedLine(BaseModel):
    """What all lines have in common: unknown fields are errors, and nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True)


L = TypeVar("L", bound=CheckedLine)


def refuse_value(why: str) -> NoReturn:
    """Raise the error of a validator. `why` follows the name of the field."""
    raise PydanticCustomError("commentary", why)


def storable_text(text: str) -> str:
    """Return a text, or refuse one that databases can't store."""
    if "\0" in text:
        refuse_value(_("contains U+0000, which can't be stored"))
    return text


def parse_line(adapter: TypeAdapter[L], line: bytes, unknown_type: str) -> L:
    """Return the checked line. Raises ValueError with the field and what is wrong with it;
    `unknown_type` is the message for a line of another type.
    """
    try:
        return adapter.validate_json(line)
    except ValidationError as failure:
        raise ValueError(_message_of(failure, unknown_type)) from failure
    except RecursionError as failure:
        raise ValueError(_("is nested too deeply")) from failure


def _message_of(failure: ValidationError, unknown_type: str) -> str:
    """Describe the first error by its field."""
    error = failure.errors(include_url=False, include_input=False)[0]
    kind, place = error["type"], [str(part) for part in error["loc"][1:]]
    said = _(MESSAGES[kind]) if kind in MESSAGES else error["msg"]
    if kind == "union_tag_invalid":
        said = unknown_type
    elif kind == "json_invalid":
        reason = error["msg"].removeprefix("Invalid JSON: ")
        said = _("is not valid JSON: %(reason)s") % {"reason": reason}
    elif kind == "literal_error":
        said = _("must be %(values)s") % {"values": error["ctx"]["expected"].replace("'", "")}
    elif kind not in MESSAGES and kind != "commentary":
        said = said[:1].lower() + said[1:]
    return ".".join(place)[:100] + (": " if place else "") + said


def line_schema(adapter: TypeAdapter[L], title: str) -> dict[str, object]:
    """Return the JSON Schema of one line."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **adapter.json_schema(),
    }
