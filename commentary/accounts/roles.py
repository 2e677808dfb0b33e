"""The groups that give editors their permissions."""

from django.contrib.auth.models import Group, User
from django.utils.translation import gettext_lazy as _

# In the order in which they are offered, and what their members do.
ROLES = {
    "Moderator": _("approves, rejects, closes threads"),
    "Editor": _("also writes and imports articles"),
    "Auditor": _("reads the audit log and the sign-ins, changes nothing"),
    "Administrator": _("does what editors and auditors do, and invites people"),
}
NAMES = {
    "Moderator": _("Moderator"),
    "Editor": _("Editor"),
    "Auditor": _("Auditor"),
    "Administrator": _("Administrator"),
}
# Groups that come with a role.
MORE = {"Administrator": ("Editor", "Auditor")}


def group_label(group: Group) -> str:
    """Return the name of a group as people read it, translated if it is one of ROLES."""
    return str(NAMES.get(group.name, group.name))


def role_groups() -> list[Group]:
    """Return the groups of ROLES that exist, in their order."""
    found = {group.name: group for group in Group.objects.filter(name__in=ROLES)}
    return [found[name] for name in ROLES if name in found]


def give_role(user: User, group: Group) -> None:
    """Make someone an editor with this role, instead of another one."""
    user.is_staff = True
    user.save(update_fields=["is_staff"])
    names = {group.name, *MORE.get(group.name, ())}
    groups = role_groups()
    user.groups.remove(*(other for other in groups if other.name not in names))
    user.groups.add(*(other for other in groups if other.name in names))
