"""The admin: Django's, with pages for the moderation queue and the links to points.

Nothing here writes status, structure or closures; every action calls `commentary.discussions`.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from . import articles, audit, comments, discussions, imports, point_links, rules, sign_in
from .queue import views

admin.site.add_page(  # type: ignore[attr-defined] # the site of config/admin_site.py
    "moderation/",
    views.Queue.as_view,
    app="commentary",
    name="commentary_queue",
    label=_("Moderation"),
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

__all__ = [
    "articles",
    "audit",
    "comments",
    "discussions",
    "imports",
    "point_links",
    "rules",
    "sign_in",
    "views",
]
