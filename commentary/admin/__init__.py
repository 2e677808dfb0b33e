"""The admin: Django's, with pages for the moderation queue and point links.

The admin never writes status, structure or closures itself; every action calls
`commentary.discussions`.

`room` frames every page, `overview` is the first one. `queue` is the moderation queue,
`point_links` the page of point links, `import_conflicts` that of import conflicts and
`reply_proposals` that of proposed parents; all use `lists`. `repairs` is the page on which an
imported source is repaired, `site_profiles` uses what that taught for other files. Django's pages
are in `articles`, `comments`, `discussions`, `audit`, `imports`, `rules`, `text_pages` and
`site_settings`. They use `editing` (refuses stale forms), `paging` (ends long lists), `actions`
(buttons that ask for a reason) and `row_keys` (URLs contain the discussion).
"""

from django.contrib import admin
from django.contrib.admin.templatetags import admin_list
from django.utils.translation import gettext_lazy as _

from ..accounts.entrance import sign_in as sign_in_page
from ..accounts.letters import PASSWORD_SET, send_notice
from ..models import frame_variables
from . import (
    articles,
    audit,
    comments,
    discussions,
    former_addresses,
    handover,
    import_conflicts,
    imports,
    joining,
    notifications,
    overview,
    people,
    point_links,
    repairs,
    reply_proposals,
    room,
    rules,
    saved_texts,
    sign_in,
    site_profiles,
    site_settings,
    text_pages,
    webhooks,
)
from .queue import news, views

admin.site.room = room.room  # type: ignore[attr-defined] # the site of config/admin_site.py
admin.site.frame_variables = frame_variables  # type: ignore[attr-defined]
admin.site.sign_in_page = sign_in_page  # type: ignore[attr-defined]
admin.site.password_changed = lambda request: send_notice(  # type: ignore[attr-defined]
    request.user, PASSWORD_SET, request
)
# Django's own has the English names of the Python values.
admin_list._boolean_icon = room.answer_icon  # type: ignore[attr-defined]
admin.site.overview = overview.overview  # type: ignore[attr-defined]
MODERATE, CORRECT = "commentary.moderate", "commentary.change_comment"
# Pages besides those of models: route, view, name, label in the list of all pages (None if other pages
# lead there), and the permission without which the list leaves them out.
PAGES = (
    ("pages/", room.all_pages_view, "commentary_pages", None, ""),
    ("moderation/", views.Queue.as_view, "commentary_queue", _("Moderation"), MODERATE),
    ("moderation/news/", news.news_view, "commentary_queue_news", None, MODERATE),
    (
        "handover/",
        handover.handover_view,
        "commentary_handover",
        _("Since your last visit"),
        MODERATE,
    ),
    (
        "notifications/",
        notifications.notifications_view,
        "commentary_notifications",
        _("Notifications"),
        MODERATE,
    ),
    (
        "points/",
        point_links.PointLinkList.as_view,
        "commentary_point_links",
        _("Links to points"),
        MODERATE,
    ),
    (
        "import-conflicts/",
        import_conflicts.ConflictList.as_view,
        "commentary_import_conflicts",
        _("Import conflicts"),
        MODERATE,
    ),
    (
        "replies/",
        reply_proposals.ReplyProposals.as_view,
        "commentary_reply_proposals",
        None,
        MODERATE,
    ),
    ("names/", joining.names_view, "commentary_names", _("Merge names"), CORRECT),
    ("join/", joining.join_view, "commentary_join", None, CORRECT),
)
for route, view, name, label, permission in PAGES:
    admin.site.add_page(  # type: ignore[attr-defined]
        route, view, app="commentary", name=name, label=label, permission=permission
    )

__all__ = [
    "articles",
    "audit",
    "comments",
    "discussions",
    "former_addresses",
    "handover",
    "import_conflicts",
    "imports",
    "joining",
    "news",
    "overview",
    "people",
    "point_links",
    "repairs",
    "reply_proposals",
    "room",
    "rules",
    "saved_texts",
    "sign_in",
    "site_profiles",
    "site_settings",
    "text_pages",
    "views",
    "webhooks",
]
