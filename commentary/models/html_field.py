from typing import Any

from django.db import models
from django.utils.safestring import SafeString, mark_safe

from ..text.markup import RENDERERS
from .derived import DerivedField


class HtmlField(DerivedField, models.TextField):
    """The rendering of the text field `source`, made anew whenever the row is written.

    The field named by `markup` says how: "text" or "markdown".
    """

    arguments = ("source", "markup")

    def __init__(self, *args: Any, source: str, markup: str, **kwargs: Any) -> None:
        self.source, self.markup = source, markup
        kwargs.update(editable=False, blank=True)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *args: Any) -> SafeString | None:
        """What was sanitised when it was stored is safe when it is read."""
        return None if value is None else mark_safe(value)  # noqa: S308

    def pre_save(self, instance: models.Model, add: bool) -> str:
        render = RENDERERS[getattr(instance, self.markup)]
        rendered = str(render(getattr(instance, self.source)))
        setattr(instance, self.attname, rendered)
        return rendered
