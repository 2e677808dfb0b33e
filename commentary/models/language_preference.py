"""In which language an editor works."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.translation import gettext_lazy as _


class LanguagePreference(models.Model):
    """The language in which an editor sees the admin and gets mail. Without one, it is the site's."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="language_preference",
    )
    language = models.CharField(_("language"), max_length=10)

    class Meta:
        verbose_name = _("language preference")
        verbose_name_plural = _("language preferences")

    def __str__(self) -> str:
        return f"{self.user}: {self.language}"


def chosen_language(user: User | AnonymousUser) -> str:
    """Return the code of the language for a user: what they chose, or else that of the site."""
    try:
        chosen = user.language_preference.language  # type: ignore[union-attr]
    except (AttributeError, ObjectDoesNotExist):
        return settings.LANGUAGE_CODE
    return chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def choose_language(user: User, language: str) -> None:
    """Store the choice of a user, "" for the language of the site. Other texts are ignored."""
    if language in dict(settings.LANGUAGES):
        LanguagePreference.objects.update_or_create(user=user, defaults={"language": language})
    elif not language:
        LanguagePreference.objects.filter(user=user).delete()
