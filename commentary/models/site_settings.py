"""Name, texts and look of the site: what editors set, and what the environment sets instead."""

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, NamedTuple, Unpack

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import connection, models, transaction
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from ..resilience import changes
from ..text.footer_links import FooterLink, parse_links
from ..text.logos import TYPES, read_logo
from ..text.theme import MAX_STYLESHEET, Pair, accent_problems, parse_accent, theme_css
from .discussion import VersionField, new_version
from .saving import SaveOptions

DEFAULT_NAME = "Commentary"
LOGO_HEIGHT = 28  # CSS pixels
FILE_NAME = re.compile(r"(?:logo|favicon)-[0-9a-f]{20}\.(?:svg|png)")
ONLY = 1  # the key of the only row
# Columns, and the settings that win over them.
ENVIRONMENT = {
    "name": "SITE_NAME",
    "tagline": "SITE_TAGLINE",
    "logo": "SITE_LOGO",
    "favicon": "SITE_FAVICON",
    "accent": "SITE_ACCENT",
    "serif": "SITE_SERIF",
    "sans": "SITE_SANS",
    "stylesheet": "SITE_STYLESHEET",
    "footer_links": "SITE_FOOTER_LINKS",
}


class SiteFile(NamedTuple):
    """A logo or favicon: the name in its URL, and its width at the height of a logo."""

    name: str
    width: int = 0

    @property
    def address(self) -> str:
        return reverse("commentary:site_file", args=[self.name])

    @property
    def content_type(self) -> str:
        return TYPES[self.name.rpartition(".")[2]]


def site_file_of(kind: str, data: bytes) -> SiteFile:
    """Return the file of a logo ("logo" or "favicon"). Raises LogoProblem if it can't be one."""
    logo = read_logo(data)
    digest = hashlib.sha256(data).hexdigest()[:20]
    return SiteFile(f"{kind}-{digest}.{logo.kind}", logo.width_at(LOGO_HEIGHT))


class PageLink(NamedTuple):
    """A link to a page of the site, such as the imprint."""

    label: str
    address: str


class SiteFrame(NamedTuple):
    """What frames every page: the name of the site, its look, and the links of its footer."""

    name: str = DEFAULT_NAME
    tagline: str = ""
    introduction: str = ""
    logo: SiteFile | None = None
    favicon: SiteFile | None = None
    theme: str = ""
    footer_links: tuple[FooterLink, ...] = ()
    pages: tuple[PageLink, ...] = ()
    comment_policy: PageLink | None = None

    @property
    def icon(self) -> SiteFile | None:
        """The favicon, or else the logo."""
        return self.favicon or self.logo

    @property
    def theme_digest(self) -> str:
        return hashlib.sha256(self.theme.encode()).hexdigest()[:20]

    @property
    def theme_address(self) -> str:
        """The URL of the theme, which changes whenever the theme does; "" without one."""
        return f"{reverse('commentary:theme')}?v={self.theme_digest}" if self.theme else ""


class SiteSettings(models.Model):
    """What editors set for the whole site, in one row. `version` is replaced with every change of
    it, and of a page in the footer. A setting in ENVIRONMENT wins over its column.

    `logo` and `favicon` are base64; `logo_name`, `logo_width` and `favicon_name` describe them.
    """

    name = models.CharField(
        _("name"), max_length=100, blank=True, help_text=_("Shown at the top of every page.")
    )
    tagline = models.CharField(
        _("tagline"), max_length=200, blank=True, help_text=_("One line below the name.")
    )
    introduction = models.TextField(
        _("introduction"),
        blank=True,
        validators=[MaxLengthValidator(2_000)],
        help_text=_("Shown on the home page. Markdown."),
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=20,
        blank=True,
        help_text=_(
            "For links and buttons: two colours, by day and by night, such as #2f6b3a, #93d3a0. "
            "Leave blank for blue."
        ),
    )
    serif = models.CharField(
        _("typefaces of texts"),
        max_length=300,
        blank=True,
        help_text=_("For example: Georgia, 'Noto Serif', serif. Only typefaces that readers have."),
    )
    sans = models.CharField(_("typefaces of the interface"), max_length=300, blank=True)
    footer_links = models.TextField(
        _("links in the footer"),
        blank=True,
        help_text=_("One a line: Label = address. Pages of this site are added by themselves."),
    )
    stylesheet = models.TextField(
        _("extra stylesheet"),
        blank=True,
        validators=[MaxLengthValidator(MAX_STYLESHEET)],
        help_text=_("CSS, added to that of the site. It can’t load anything from other sites."),
    )
    logo = models.TextField(blank=True, default="", editable=False)
    logo_name = models.CharField(max_length=40, blank=True, default="", editable=False)
    logo_width = models.PositiveIntegerField(default=0, editable=False)
    favicon = models.TextField(blank=True, default="", editable=False)
    favicon_name = models.CharField(max_length=40, blank=True, default="", editable=False)
    version = VersionField(default=new_version, editable=False)

    class Meta:
        verbose_name = _("site name, tagline and introduction")
        verbose_name_plural = _("site name, tagline and introduction")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=ONLY), name="site_settings_one_row")
        ]

    def __str__(self) -> str:
        return str(_("Site name, tagline and introduction"))

    def save(self, **options: Unpack[SaveOptions]) -> None:
        self.pk = ONLY
        self.version = new_version()
        super().save(**options)
        changes.note_site()

    @classmethod
    def load(cls) -> "SiteSettings":
        """Return the row, which is created if it is missing."""
        return cls._default_manager.get_or_create(pk=ONLY)[0]

    @classmethod
    def touch(cls) -> None:
        """Give all pages a new version, because a link on all of them changed."""
        with transaction.atomic():
            cls.load()
            cls._default_manager.filter(pk=ONLY).update(version=new_version())
            changes.note_site()

    def set_file(self, kind: str, data: bytes) -> None:
        """Set the logo or favicon, or remove it if `data` is empty. Raises LogoProblem."""
        file = site_file_of(kind, data) if data else SiteFile("")
        setattr(self, kind, b64encode(data).decode())
        setattr(self, f"{kind}_name", file.name)
        if kind == "logo":
            self.logo_width = file.width


# One query for everything: the settings, and one row for each page that is linked from every page.
FRAME = f"""
SELECT s.name, s.tagline, s.introduction, s.accent, s.serif, s.sans, s.footer_links, s.stylesheet,
    s.logo_name, s.logo_width, s.favicon_name, s.version, p.title, p.slug, p.in_footer, p.is_comment_policy
FROM (SELECT 1 AS one) AS always
LEFT JOIN commentary_sitesettings AS s ON s.id = {ONLY}
LEFT JOIN commentary_textpage AS p ON p.is_published AND (p.in_footer OR p.is_comment_policy)
ORDER BY p.position, p.id
"""
COLUMNS = (
    "name",
    "tagline",
    "introduction",
    "accent",
    "serif",
    "sans",
    "footer_links",
    "stylesheet",
    "logo_name",
    "logo_width",
    "favicon_name",
    "version",
)
NO_ROWS: list[tuple[Any, ...]] = [(None,) * (len(COLUMNS) + 4)]

# The version of the settings that the page being rendered belongs to, "" if there are none yet.
_known_version: ContextVar[str | None] = ContextVar("settings_version", default=None)
_latest = ("", NO_ROWS)  # the version and rows that this process has read last


@contextmanager
def settings_known(version: str) -> Iterator[None]:
    """Let `site_frame` return the frame of this version, which needs no query if it was read before
    or if nothing was ever set.
    """
    token = _known_version.set(version)
    try:
        yield
    finally:
        _known_version.reset(token)


def frame_variables() -> dict[str, object]:
    """Return the variables of templates: `site`, what frames every page, and `site_name`, its name.
    They are read only when a template uses them.
    """
    frame = SimpleLazyObject(site_frame)
    return {"site": frame, "site_name": SimpleLazyObject(lambda: frame.name)}


def site_frame() -> SiteFrame:
    """Return what frames every page now. At most one query."""
    global _latest
    known = _known_version.get()
    if known == "":
        return _frame_of(NO_ROWS)
    if known is None or known != _latest[0]:
        with connection.cursor() as cursor:
            cursor.execute(FRAME)
            rows = cursor.fetchall()
        _latest = (str(rows[0][len(COLUMNS) - 1] or ""), rows)
    return _frame_of(_latest[1])


def remembered_frame() -> SiteFrame:
    """Return the frame that this process used last, without the database."""
    return _frame_of(_latest[1])


def _frame_of(rows: Sequence[tuple[Any, ...]]) -> SiteFrame:
    """Return the frame for rows of FRAME."""
    values = dict(zip(COLUMNS, rows[0], strict=False))
    links = [
        (PageLink(title, reverse("commentary:text_page", args=[slug])), in_footer, is_policy)
        for *_values, title, slug, in_footer, is_policy in rows
        if slug is not None
    ]
    return _frame(
        {name: value or "" for name, value in values.items()},
        pages=tuple(link for link, in_footer, _is_policy in links if in_footer),
        comment_policy=next((link for link, _in_footer, is_policy in links if is_policy), None),
    )


def _frame(stored: dict[str, Any], **more: Any) -> SiteFrame:
    """Return the frame for the values of a row, which settings replace."""
    given = {name: getattr(settings, setting) for name, setting in ENVIRONMENT.items()}
    text = {name: given.get(name) or stored[name] for name in COLUMNS[:8]}
    if given["stylesheet"]:
        text["stylesheet"] = given["stylesheet"].decode("utf-8", "replace")
    files: dict[str, SiteFile | None] = {}
    for kind, width in (("logo", stored["logo_width"]), ("favicon", 0)):
        name = stored[f"{kind}_name"]
        if given[kind]:
            files[kind] = _given_file(kind, given[kind])
        else:
            files[kind] = SiteFile(name, width) if FILE_NAME.fullmatch(name) else None
    fonts = {"serif": text["serif"], "sans": text["sans"]}
    return SiteFrame(
        name=text["name"] or DEFAULT_NAME,
        tagline=text["tagline"],
        introduction=text["introduction"],
        theme=theme_css(_accent(text["accent"], text["stylesheet"]), fonts, text["stylesheet"]),
        footer_links=_links(text["footer_links"], ";" if given["footer_links"] else "\n"),
        logo=files["logo"],
        favicon=files["favicon"],
        **more,
    )


def _accent(text: str, stylesheet: str) -> Pair | None:
    """Return the accent, None if it can't be read on this stylesheet's colours, which may be newer."""
    accent = parse_accent(text) if text else None
    return None if accent and accent_problems(accent, stylesheet) else accent


def _links(text: str, separator: str) -> tuple[FooterLink, ...]:
    """Return the links of the footer, none if a restored export has others."""
    try:
        return tuple(parse_links(text, separator))
    except ValueError:
        return ()


@cache
def _given_file(kind: str, data: bytes) -> SiteFile:
    return site_file_of(kind, data)


def file_bytes(name: str) -> bytes | None:
    """Return the bytes of the logo or favicon with this name in its URL, None if there is none."""
    for kind in ("logo", "favicon"):
        if given := getattr(settings, ENVIRONMENT[kind]):
            if _given_file(kind, given).name == name:
                return bytes(given)
            continue
        rows = SiteSettings._default_manager.filter(**{f"{kind}_name": name, "pk": ONLY})
        if name.startswith(f"{kind}-") and (found := rows.values_list(kind, flat=True).first()):
            return b64decode(found)
    return None
