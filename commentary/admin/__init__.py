"""The editors' room: the stock admin, with our pages in it.

Nothing here writes status, structure, open or closed; every act calls `moderation`.
"""

from django.contrib import admin

from . import article, audit, comment, discussion, provenance

admin.site.site_header = admin.site.site_title = "Commentary"
admin.site.site_url = "/"

__all__ = ["article", "audit", "comment", "discussion", "provenance"]
