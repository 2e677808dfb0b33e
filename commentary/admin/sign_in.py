"""The list of attempts to sign in, and what of accounts the admin doesn't show."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.utils.translation import gettext as _

from ..models import SignInAttempt
from .editing import ReadOnlyAdmin

SINGLE_SIGN_ON = ("SocialAccount", "SocialApp", "SocialToken")


@admin.register(SignInAttempt)
class SignInAttemptAdmin(ReadOnlyAdmin):
    list_display = [
        "created_at", "user", "outcome", "method", "device", "times", "from_network"
    ]  # fmt: skip
    list_filter = ["outcome", "method", ("user", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["user"]
    date_hierarchy = "created_at"
    fields = list_display
    readonly_fields = fields

    @admin.display(description=_("network"))
    def from_network(self, attempt: SignInAttempt) -> str:
        """The start of the network's hash, to recognise attempts from the same network."""
        return attempt.network[:12]


# django-allauth's: secrets of second factors and of single sign-on, and e-mail addresses that this
# site doesn't use.
admin.site.unregister([Authenticator, EmailAddress])
if apps.is_installed("allauth.socialaccount"):
    admin.site.unregister([apps.get_model("socialaccount", name) for name in SINGLE_SIGN_ON])
