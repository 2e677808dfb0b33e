"""The languages of the interface, which have a catalogue in commentary/locale. Imports nothing."""

INTERFACE_LANGUAGES = {  # by Django's codes, with the names that they have for themselves
    "ar": "العربية",
    "de": "Deutsch",
    "en": "English",
    "es": "español",
    "fa": "فارسی",
    "fr": "français",
    "ja": "日本語",
    "pt-br": "português (Brasil)",
    "zh-hans": "简体中文",
}
NEAREST = {"pt": "pt-br", "pt-pt": "pt-br", "zh": "zh-hans", "zh-cn": "zh-hans", "zh-sg": "zh-hans"}


def interface_language(tag: str) -> str:
    """Return the code of the interface for a language tag ("de-AT": "de"), "en" if there is none."""
    code = NEAREST.get(tag.lower(), tag.lower())
    while code and code not in INTERFACE_LANGUAGES:
        code = code.rpartition("-")[0]
    return code or "en"
