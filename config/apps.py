"""The admin of this site: the stock one, on our own admin site."""

from django.contrib.admin.apps import AdminConfig


class EditorsRoomConfig(AdminConfig):
    """As Django's, serving our own admin site."""

    default_site = "config.admin_site.EditorsRoom"
