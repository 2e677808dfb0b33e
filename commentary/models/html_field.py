from typing import Any

from django.db import models
from django.utils.safestring import SafeString, mark_safe

from ..text.markup import RENDERERS
from .derived import DerivedField


class HtmlField(DerivedField, models.TextField):
    """The rendered HTML of the text field `source`, computed at every save.

    The field named by `markup` selects the renderer: "text", "markdown" or "html".
    """

    arguments = ("source", "markup")

    def __init__(self, *args: Any, source: str, markup: str, **kwargs: Any) -> None:
        self.source, self.markup = source, markup
        kwargs.update(editable=False, blank=True)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *args: Any) -> SafeString | None:
        """Mark stored HTML as safe. It was sanitised when it was saved."""
        return None if value is None else mark_safe(value)  # noqa: S308

    def pre_save(self, instance: models.Model, add: bool) -> str:
        render = RENDERERS[getattr(instance, self.markup)]
        rendered = str(render(getattr(instance, self.source)))
        setattr(instance, self.attname, rendered)
        return rendered
