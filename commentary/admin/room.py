"""The frame of the editors' room: the tabs above every page, and the page that lists all pages."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import site
from ..text.counts import grouped
from .labels import Label
from .lists import MAX_COUNTED

# Sections of the page that lists all pages: the names of their models and pages. The last one has
# everything else.
SECTIONS: dict[Label, tuple[str, ...]] = {
    gettext_lazy("Comments"): (
        "commentary_queue",
        "commentary_handover",
        "commentary_notifications",
        "Comment",
        "commentary_names",
        "commentary_point_links",
        "Rule",
        "SavedText",
    ),
    gettext_lazy("Articles"): ("Article", "Author", "Discussion"),
    gettext_lazy("Site"): ("TextPage", "SiteSettings", "Webhook"),
    gettext_lazy("Imports"): (
        "ImportRun",
        "commentary_import_conflicts",
        "Source",
        "Repair",
        "SiteProfile",
        "FormerAddress",
        "MissedAddress",
    ),
    gettext_lazy("Records and accounts"): (),
}


@dataclass
class RoomTab:
    """A tab above every page: whether it leads to this page ("page") or above it ("true"), and how
    many items wait there.
    """

    label: Label
    address: str
    current: str = ""
    waiting: int = 0

    @property
    def words(self) -> str:
        """The number of waiting items, which is counted up to a limit."""
        count = grouped(min(self.waiting, MAX_COUNTED))
        return f"{count}+" if self.waiting > MAX_COUNTED else count


@dataclass
class RoomFrame:
    """What every page of the room shows above its title."""

    tabs: list[RoomTab]
    may_find: bool


def count_waiting(request: HttpRequest) -> int:
    """Return the number of pending comments, up to one above MAX_COUNTED. One query a request, although
    the tabs and the page below them show it.
    """
    counted: int | None = getattr(request, "waiting", None)
    if counted is None:
        counted = site.pending_total(MAX_COUNTED + 1)
        request.waiting = counted  # type: ignore[attr-defined] # only for this function
    return counted


def room(request: HttpRequest) -> RoomFrame:
    """Return the tabs that the user may open. One query, for moderators."""
    may = request.user.has_perm
    tabs = [RoomTab(_("Overview"), reverse("admin:index"))]
    if may("commentary.moderate"):
        waiting = count_waiting(request)
        address = reverse("admin:commentary_queue")
        tabs.append(RoomTab(_("Moderation"), address, waiting=waiting))
    if may("commentary.view_article"):
        tabs.append(RoomTab(_("Articles"), reverse("admin:commentary_article_changelist")))
    if may("commentary.view_importrun"):
        tabs.append(RoomTab(_("Imports"), reverse("admin:commentary_importrun_changelist")))
    if may("auth.view_user"):
        tabs.append(RoomTab(_("People"), reverse("admin:auth_user_changelist")))
    tabs.append(RoomTab(_("All pages"), reverse("admin:commentary_pages")))
    for tab in tabs:
        if request.path == tab.address:
            tab.current = "page"
        elif tab is not tabs[0] and request.path.startswith(tab.address):
            tab.current = "true"
    return RoomFrame(tabs, may("commentary.view_comment"))


def answer_icon(value: bool | None) -> SafeString:
    """Return the picture of an answer in lists and forms."""
    name, words = {
        True: ("yes", _("Yes")),
        False: ("no", _("No")),
        None: ("unknown", _("Unknown")),
    }[value]
    return format_html('<img src="{}" alt="{}">', static(f"admin/img/icon-{name}.svg"), words)


@dataclass
class PageSection:
    """A section of the page that lists all pages, with (name, URL, URL to add one or None)."""

    label: Label
    pages: list[tuple[Label, str, str | None]] = field(default_factory=list)


def all_pages_view(site: AdminSite) -> Callable[[HttpRequest], HttpResponse]:
    """Return the page that lists all pages that the user may open."""

    def view(request: HttpRequest) -> HttpResponse:
        sections = [PageSection(label) for label in SECTIONS]
        places = {name: i for i, names in enumerate(SECTIONS.values()) for name in names}
        for app in site.get_app_list(request):
            for model in app["models"]:
                section = sections[places.get(model["object_name"], -1)]
                if model["admin_url"]:
                    link = (model["name"], model["admin_url"], model["add_url"])
                    section.pages.append(link)
        context = {
            **site.each_context(request),
            "title": _("All pages"),
            "sections": [section for section in sections if section.pages],
        }
        return TemplateResponse(request, "admin/commentary/all_pages.html", context)

    return site.admin_view(view)
