from django.db import models
from django.utils.safestring import SafeString

from ..text.markup import RENDERERS
from ..text.trusted import trusted
from .derived import DerivedField


class HtmlField(DerivedField, models.TextField):
    """The rendered HTML of the text field `source`, computed at every save.

    The field named by `markup` selects the renderer: "text", "markdown" or "html".
    """

    arguments = ("source", "markup")
    always = {"editable": False, "blank": True}
    source: str
    markup: str

    def from_db_value(self, value: str | None, *args: object) -> SafeString | None:
        """Mark stored HTML as safe. It was sanitised when it was saved."""
        return None if value is None else trusted(value)

    def pre_save(self, instance: models.Model, add: bool) -> str:
        render = RENDERERS[getattr(instance, self.markup)]
        rendered = str(render(getattr(instance, self.source)))
        setattr(instance, self.attname, rendered)
        return rendered
