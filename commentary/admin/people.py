"""The list of people with accounts, and their pages."""

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Exists,
    Field,
    ManyToManyField,
    Max,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
)
from django.forms import CheckboxSelectMultiple, ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..accounts import inviting
from ..accounts.letters import PASSWORD_SET, send_notice
from ..accounts.roles import group_label, role_groups
from ..models import Byline, StaffSession
from ..text.phrases import listed
from .labels import Label

Type = Authenticator.Type
PRIVILEGES = ["is_staff", "is_superuser", "user_permissions"]


# Instead of Django's two lists, which need JavaScript and whose labels axe refuses.
CHECKBOXES: dict[type[Field], dict[str, object]] = {
    ManyToManyField: {"widget": CheckboxSelectMultiple}
}


# Django stores the names of permissions in English.
ON_MODELS = {
    "add": gettext_lazy("%(models)s: add"),
    "change": gettext_lazy("%(models)s: change"),
    "delete": gettext_lazy("%(models)s: delete"),
    "view": gettext_lazy("%(models)s: view"),
}


# Byline is called like Author in the form of an article, where it is the only one.
OTHER_NAMES: dict[type[Model], Label] = {Byline: gettext_lazy("authors of articles")}


def permission_label(permission: Permission) -> str:
    """Return what a permission allows, in words."""
    action = permission.codename.partition("_")[0]
    model = permission.content_type.model_class()
    if action in ON_MODELS and model is not None:
        models = OTHER_NAMES.get(model) or model._meta.verbose_name_plural or ""
        return ON_MODELS[action] % {"models": capfirst(str(models))}
    return _(permission.name)


class Permissions(ModelMultipleChoiceField):
    """Permissions with labels that are translated."""

    def label_from_instance(self, obj: Permission) -> str:
        return permission_label(obj)


def listed_permissions(field: Field) -> dict[str, object]:
    """Return the arguments of Django for the field of a form that chooses permissions."""
    if field.name not in ("permissions", "user_permissions"):
        return {}
    # No page asks for permissions on models that have no name for people, or are of libraries.
    named = (
        model
        for name in ("auth", "commentary")
        for model in apps.get_app_config(name).get_models()
        if "verbose_name" in model._meta.original_attrs
    )
    types = ContentType.objects.get_for_models(*named).values()
    permissions = Permission.objects.filter(content_type__in=types).select_related("content_type")
    return {"form_class": Permissions, "queryset": permissions}


class RoleAdmin(GroupAdmin):
    """Django's page of a group, with a checkbox for each permission."""

    filter_horizontal = ()
    formfield_overrides = CHECKBOXES

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):  # type: ignore[no-untyped-def] # Django's
        kwargs |= listed_permissions(db_field)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class RoleFilter(admin.SimpleListFilter):
    """Limits the list to the people with one role."""

    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(str(group.pk), group_label(group)) for group in Group.objects.order_by("pk")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        value = self.value()
        if value is None or value not in dict(self.lookup_choices):
            return queryset
        return queryset.filter(groups=int(value))


class PasswordForm(AdminPasswordChangeForm):
    """Django's form for the password of another account, whose help is in English in all languages."""

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(user, *args, **kwargs)
        if "usable_password" in self.fields:
            self.fields["usable_password"].help_text = format_html(
                '{}<ul id="id_unusable_warning" class="messagelist"><li class="warning">{}</li></ul>',
                _("An account without a password signs in through single sign-on."),
                _("If you disable it, the present password of this account is lost."),
            )


class PersonAdmin(UserAdmin):
    """Django's page of a user. Only superusers change superusers, and give more than a role."""

    filter_horizontal = ()
    formfield_overrides = CHECKBOXES
    list_display = ["username", "full_name", "role", "second_factor", "last_here", "is_active"]
    list_filter = [RoleFilter, "is_active", "is_superuser"]
    change_list_template = "admin/commentary/people.html"
    change_password_form = PasswordForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        factors = Authenticator.objects.filter(user=OuterRef("pk"))
        seen = StaffSession.objects.filter(account=OuterRef("pk")).values("account")
        people = super().get_queryset(request).prefetch_related("groups")
        return people.annotate(
            has_app=Exists(factors.filter(type=Type.TOTP)),
            has_passkey=Exists(factors.filter(type=Type.WEBAUTHN)),
            seen_at=Subquery(seen.annotate(at=Max("seen_at")).values("at")),
        )

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None):  # type: ignore[no-untyped-def] # its answer is Django's
        may_invite = request.user.has_perm(inviting.MAY_INVITE)
        return super().changelist_view(request, {"may_invite": may_invite, **(extra_context or {})})

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Change the password of someone as in Django, and tell them."""
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            send_notice(User.objects.get(pk=id), PASSWORD_SET, request)
        return response

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        fields = [*super().get_readonly_fields(request, obj), "last_login", "date_joined"]
        return fields if request.user.is_superuser else [*fields, *PRIVILEGES]

    def formfield_for_manytomany(self, db_field, request, **kwargs):  # type: ignore[no-untyped-def] # as in Django
        kwargs |= listed_permissions(db_field)
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups" and isinstance(field, ModelMultipleChoiceField):
            field.label_from_instance = group_label
            if not request.user.is_superuser:
                own = {group.pk for group in role_groups()}
                field.queryset = Group.objects.filter(pk__in=own)
        return field

    @admin.display(description=gettext_lazy("name"))
    def full_name(self, user: User) -> str:
        return user.get_full_name() or "–"

    @admin.display(description=gettext_lazy("role"))
    def role(self, user: User) -> str:
        names = [group_label(group) for group in user.groups.all()]
        return listed([_("Superuser"), *names] if user.is_superuser else names) or "–"

    @admin.display(description=gettext_lazy("second factor"))
    def second_factor(self, user: User) -> str:
        if user.has_passkey or user.has_app:  # type: ignore[attr-defined] # annotated
            kinds = [_("Passkey")] if user.has_passkey else []  # type: ignore[attr-defined]
            kinds += [_("Code")] if user.has_app else []  # type: ignore[attr-defined]
            return format_html('<span class="state is-good">{}</span>', listed(kinds))
        return format_html('<span class="state is-bad">{}</span>', _("None yet"))

    @admin.display(description=gettext_lazy("last here"))
    def last_here(self, user: User):  # type: ignore[no-untyped-def] # a date, which Django formats
        return user.seen_at or user.last_login  # type: ignore[attr-defined] # annotated


admin.site.unregister([User, Group])
admin.site.register(User, PersonAdmin)
admin.site.register(Group, RoleAdmin)
