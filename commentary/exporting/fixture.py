"""Exports a whole site as a fixture for `loaddata`."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import IO, cast

from django.contrib.auth import get_user_model
from django.core.serializers import get_serializer
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from ..importing.site_lines import EXPORTED, is_recomputed
from ..models import Source, SourceChunk
from .site import Progress, mentioned_accounts

ROWS_AT_ONCE = 500
UNUSABLE = "!"  # no password matches this hash


class ExactEncoder(DjangoJSONEncoder):
    """Django's encoder, which otherwise cuts times to milliseconds."""

    def default(self, o: object) -> object:
        return o.astimezone(UTC).isoformat() if isinstance(o, datetime) else super().default(o)


class _Stream:
    """A file with only what the serializer calls."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self.write = write

    getvalue = None


def write_fixture(
    write: Callable[[str], object], progress: Progress = lambda name, number: None
) -> None:
    """Write all rows. Call it inside a `database_snapshot`.

    Columns that `loaddata` computes are left out. Accounts that the audit log mentions are inactive
    and have no password. Pictures are not part of a fixture.
    """
    columns = {
        f.name for model in _models() for f in model._meta.concrete_fields if not is_recomputed(f)
    }
    get_serializer("json")().serialize(
        _objects(progress),
        stream=cast(IO[str], _Stream(write)),
        fields=columns | {"username", "password", "is_active", "date_joined"},
        use_natural_foreign_keys=True,
        use_natural_primary_keys=True,
        cls=ExactEncoder,
    )
    write("\n")


def _models() -> Iterator[type[Model]]:
    for model in EXPORTED:
        yield model
        if model is Source:
            yield SourceChunk


def _objects(progress: Progress) -> Iterator[Model]:
    for user in mentioned_accounts().order_by("pk"):
        yield get_user_model()(
            username=user.username,
            password=UNUSABLE,
            is_active=False,
            date_joined=user.date_joined,
        )
    for model in _models():
        rows = model._base_manager.order_by("pk").iterator(ROWS_AT_ONCE)
        for number, row in enumerate(rows, 1):
            yield row
            progress(str(model._meta.verbose_name), number)
