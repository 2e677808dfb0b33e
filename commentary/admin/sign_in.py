"""Sign-in to the admin, and the list of attempts."""

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..accounts.sign_in import TooManyAttempts
from ..models import SignInAttempt
from .editing import ReadOnlyAdmin


class SignInForm(AdminAuthenticationForm):
    """Django's form, with an error with the code "locked" after too many attempts."""

    def clean(self) -> dict[str, object]:
        try:
            return super().clean()
        except TooManyAttempts as refused:
            raise ValidationError(
                _("Too many failed sign-in attempts. Please try again in 15 minutes."),
                code="locked",
            ) from refused


@admin.register(SignInAttempt)
class SignInAttemptAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "user", "outcome", "times", "from_network"]
    list_filter = ["outcome", ("user", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["user"]
    date_hierarchy = "created_at"
    fields = ["created_at", "user", "outcome", "times", "from_network"]
    readonly_fields = fields
    show_full_result_count = False

    @admin.display(description=_("network"))
    def from_network(self, attempt: SignInAttempt) -> str:
        """The start of the network's hash, to recognise attempts from the same network."""
        return attempt.network[:12]


admin.site.login_form = SignInForm
