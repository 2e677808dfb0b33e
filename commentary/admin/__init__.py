"""The admin: Django's, with pages for the moderation queue and point links.

The admin never writes status, structure or closures itself; every action calls
`commentary.discussions`.

`room` frames every page, `overview` is the first one. `queue` is the moderation queue, `point_links` the page of point links, `import_conflicts` that of
import conflicts and `reply_proposals` that of proposed parents; all use `lists`. `repairs` is the
page on which an imported source is repaired, `site_profiles` uses what that taught for other
files. Django's pages are in `articles`, `comments`, `discussions`, `audit`, `imports`, `rules`,
`text_pages` and `site_settings`. They use `editing` (refuses stale forms), `actions` (buttons that ask for a reason) and `row_keys` (URLs
contain the discussion).
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from ..accounts.entrance import sign_in as sign_in_page
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
admin.site.overview = overview.overview  # type: ignore[attr-defined]
admin.site.add_page(  # type: ignore[attr-defined]
    "pages/",
    room.all_pages_view,
    app="commentary",
    name="commentary_pages",
    label=None,  # a tab above every page leads there
    permission="",
)
admin.site.add_page(  # type: ignore[attr-defined]
    "moderation/",
    views.Queue.as_view,
    app="commentary",
    name="commentary_queue",
    label=_("Moderation"),
    permission="commentary.moderate",
)
admin.site.add_page(  # type: ignore[attr-defined]
    "moderation/news/",
    news.news_view,
    app="commentary",
    name="commentary_queue_news",
    label=None,  # the script of the queue asks for it
    permission="commentary.moderate",
)
admin.site.add_page(  # type: ignore[attr-defined]
    "handover/",
    handover.handover_view,
    app="commentary",
    name="commentary_handover",
    label=_("Since your last visit"),
    permission="commentary.moderate",
)
admin.site.add_page(  # type: ignore[attr-defined]
    "notifications/",
    notifications.notifications_view,
    app="commentary",
    name="commentary_notifications",
    label=_("Notifications"),
    permission="commentary.moderate",
)
admin.site.add_page(  # type: ignore[attr-defined]
    "points/",
    point_links.PointLinkList.as_view,
    app="commentary",
    name="commentary_point_links",
    label=_("Links to points"),
    permission="commentary.moderate",
)

admin.site.add_page(  # type: ignore[attr-defined]
    "import-conflicts/",
    import_conflicts.ConflictList.as_view,
    app="commentary",
    name="commentary_import_conflicts",
    label=_("Import conflicts"),
    permission="commentary.moderate",
)

admin.site.add_page(  # type: ignore[attr-defined]
    "replies/",
    reply_proposals.ReplyProposals.as_view,
    app="commentary",
    name="commentary_reply_proposals",
    label=None,  # reached from an article
    permission="commentary.moderate",
)

admin.site.add_page(  # type: ignore[attr-defined]
    "names/",
    joining.names_view,
    app="commentary",
    name="commentary_names",
    label=_("Merge names"),
    permission="commentary.change_comment",
)

admin.site.add_page(  # type: ignore[attr-defined]
    "join/",
    joining.join_view,
    app="commentary",
    name="commentary_join",
    label=None,  # reached from a discussion
    permission="commentary.change_comment",
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
