"""The OpenAPI description of the read API, built from its routes and response models."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from django.http import HttpResponse
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from .schemas import Problem

Json = dict[str, Any]
View = TypeVar("View", bound=Callable[..., HttpResponse])
ABOUT = (
    "Published articles and approved comments as JSON. No API key or account is needed, cookies are"
    " ignored, and CORS is open (Access-Control-Allow-Origin: *). Lists are paginated: follow next"
    " until it is null. Every response has an ETag. Errors are problem details (RFC 9457). The Accept"
    " header is ignored."
)
ETAG = "Send it in If-None-Match to get 304 if nothing has changed."
UNCHANGED = "Not changed since the ETag in If-None-Match."
REFERENCES = "#/components/schemas/{model}"


@dataclass(frozen=True)
class Parameter:
    """A path or query parameter. `type` defines its JSON schema."""

    name: str
    type: TypeAdapter
    description: str
    is_required: bool = False


@dataclass(frozen=True)
class Operation:
    """One route, with its parameters and the model of its response.

    `errors` describes the other documented statuses, `other_errors` the default response.
    """

    path: str
    id: str
    summary: str
    answer: type[BaseModel]
    answer_is: str
    parameters: Sequence[Parameter] = ()
    errors: Mapping[int, str] = field(default_factory=dict)
    other_errors: str = "An error as problem details."


OPERATIONS: list[Operation] = []  # filled by `routes`, in its order


def describe(operation: Operation) -> Callable[[View], View]:
    """Return a decorator that adds a view to the description."""

    def enter(view: View) -> View:
        OPERATIONS.append(operation)
        return view

    return enter


class _Schemas(GenerateJsonSchema):
    """Omits the titles of fields, which only repeat their names."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False


@cache
def description() -> Json:
    """Return the whole description (OpenAPI 3.1)."""
    models: list[type[BaseModel]] = [*(operation.answer for operation in OPERATIONS), Problem]
    _references, definitions = models_json_schema(
        [(model, "serialization") for model in models],
        ref_template=REFERENCES,
        schema_generator=_Schemas,
    )
    schemas = definitions["$defs"]
    for schema in schemas.values():
        del schema["title"]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Read API", "version": "1", "description": ABOUT},
        "servers": [{"url": "/", "description": "This site"}],
        "paths": {operation.path: {"get": _operation(operation)} for operation in OPERATIONS},
        "components": {"schemas": schemas},
    }


def _operation(operation: Operation) -> Json:
    errors = {str(status): when for status, when in operation.errors.items()}
    return {
        "operationId": operation.id,
        "summary": operation.summary,
        "parameters": [_parameter(operation, parameter) for parameter in operation.parameters],
        "responses": {
            "200": {
                "description": operation.answer_is,
                "headers": {"ETag": {"description": ETAG, "schema": {"type": "string"}}},
                "content": _content("application/json", operation.answer),
            },
            "304": {"description": UNCHANGED},
            **{
                status: {
                    "description": when,
                    "content": _content("application/problem+json", Problem),
                }
                for status, when in (errors | {"default": operation.other_errors}).items()
            },
        },
    }


def _parameter(operation: Operation, parameter: Parameter) -> Json:
    in_path = f"{{{parameter.name}}}" in operation.path
    return {
        "name": parameter.name,
        "in": "path" if in_path else "query",
        "required": in_path or parameter.is_required,
        "description": parameter.description,
        "schema": parameter.type.json_schema(schema_generator=_Schemas),
    }


def _content(media_type: str, model: type[BaseModel]) -> Json:
    return {media_type: {"schema": {"$ref": REFERENCES.format(model=model.__name__)}}}


# --- the HTML page


def page_context() -> Json:
    """Return the context of the page about the API: `about`, `operations` and `shapes`."""
    described = description()
    return {
        "about": ABOUT,
        "operations": [
            methods["get"] | {"path": path, "answers": methods["get"]["responses"].items()}
            for path, methods in described["paths"].items()
        ],
        "shapes": [
            {
                "name": name,
                "about": shape["description"],
                "fields": [
                    {"name": field, "kind": _kind(schema), "about": schema.get("description", "")}
                    for field, schema in shape["properties"].items()
                ],
            }
            for name, shape in described["components"]["schemas"].items()
        ],
    }


def _kind(schema: Json) -> str:
    """Describe a schema's type in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(schema["enum"])
    if schema["type"] == "array":
        return f"list of {_kind(schema['items'])}"
    return str(schema["type"])
