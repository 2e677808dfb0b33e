"""Numbers in URLs and anchors are plain digits in every language."""

import pytest
from django.template import Context, Template
from django.utils import translation


@pytest.mark.parametrize("language", ["en", "de", "fr", "ar", "fa", "hi", "de-ch"])
def test_a_template_prints_numbers_in_plain_digits(language):
    template = Template(
        "{% load i18n %}{{ n }} {% blocktranslate with m=n %}#{{ m }}{% endblocktranslate %}"
    )
    with translation.override(language):
        assert template.render(Context({"n": 1234567})) == "1234567 #1234567"
