"""Uses our own admin site as the default admin site."""

from django.contrib.admin.apps import AdminConfig


class EditorsRoomConfig(AdminConfig):
    """Django's admin app with our own admin site."""

    default_site = "config.admin_site.EditorsRoom"
