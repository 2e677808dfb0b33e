"""What our two formats of JSON Lines have in common: strict lines, and errors that name the field."""

from typing import NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

MESSAGES = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of this type of line",
    "string_type": "must be a string",
    "bool_type": "must be true or false",
    "int_type": "must be an integer",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_attributes_type": "must be a JSON object",
    "dict_attributes_type": "must be a JSON object",
    "union_tag_not_found": "type: is missing",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "has the wrong form",
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
        refuse_value("contains U+0000, which can't be stored")
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
        raise ValueError("is nested too deeply") from failure


def _message_of(failure: ValidationError, unknown_type: str) -> str:
    """Describe the first error by its field."""
    error = failure.errors(include_url=False, include_input=False)[0]
    kind, place = error["type"], [str(part) for part in error["loc"][1:]]
    said = MESSAGES.get(kind) or error["msg"]
    if kind == "union_tag_invalid":
        said = unknown_type
    elif kind == "json_invalid":
        said = f"is not valid JSON: {error['msg'].removeprefix('Invalid JSON: ')}"
    elif kind == "literal_error":
        said = f"must be {error['ctx']['expected'].replace(chr(39), '')}"
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
