"""System checks of the settings of the theme. They run before the site starts and before commands."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.translation import gettext as _

from .text.footer_links import parse_links
from .text.logos import LogoProblem, read_logo
from .text.theme import accent_problems, font_problem, parse_accent, stylesheet_problems

TAG = "theme"


@register(TAG)
def check_theme(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the SITE_… settings, such as too little contrast."""
    return [
        Error(
            _("%(name)s is not valid: %(problem)s") % {"name": name, "problem": problem},
            id=f"{TAG}.E{number:03}",
        )
        for number, (name, problems) in enumerate(_problems().items(), 1)
        for problem in problems
    ]


def _problems() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    stylesheet = ""
    try:
        stylesheet = settings.SITE_STYLESHEET.decode()
        found["SITE_STYLESHEET"] = stylesheet_problems(stylesheet) if stylesheet else []
    except UnicodeDecodeError:
        found["SITE_STYLESHEET"] = [_("The file is not UTF-8.")]
    if settings.SITE_ACCENT:
        accent = parse_accent(settings.SITE_ACCENT)
        found["SITE_ACCENT"] = (
            accent_problems(accent, stylesheet)
            if accent
            else [_("Give two colours, by day and by night, such as #2f6b3a,#93d3a0.")]
        )
    for name in ("SITE_SERIF", "SITE_SANS"):
        families = getattr(settings, name)
        found[name] = [problem] if families and (problem := font_problem(families)) else []
    try:
        parse_links(settings.SITE_FOOTER_LINKS, ";")
    except ValueError as problem:
        found["SITE_FOOTER_LINKS"] = [str(problem)]
    for name in ("SITE_LOGO", "SITE_FAVICON"):
        try:
            if content := getattr(settings, name):
                read_logo(content)
        except LogoProblem as problem:
            found[name] = [str(problem)]
    return found
