"""The versions of a comment: who changed its text and how, and a way back to any of them."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from .. import discussions
from ..discussions import revisions
from ..models import AuditEntry, Comment, Revision
from ..text.differences import DiffPiece, differences
from .access import actor, protect
from .audit_lines import EntryLine, entry_lines
from .editing import PermanentAdmin
from .parameters import number

MAX_VERSIONS = 50  # shown, the latest
CHANGES = (*AuditEntry.REWORDINGS, "edit", "undo")  # verbs of entries that may have a version


@dataclass(frozen=True)
class FormerText:
    """A former text of a comment, the change that replaced it, and how that changed it."""

    revision: Revision
    change: EntryLine | None
    name_pieces: list[DiffPiece]
    pieces: list[DiffPiece]


def former_texts_of(comment: Comment) -> list[FormerText]:
    """Return the latest former texts of a comment, the latest first. Five queries."""
    rows = list(
        Revision.objects.filter(discussion=comment.discussion_id, comment=comment).order_by("-pk")[
            :MAX_VERSIONS
        ]
    )
    entries = AuditEntry.objects.filter(
        discussion=comment.discussion_id,
        comment=comment.pk,
        verb__in=CHANGES,
        kept__revision__in=[row.pk for row in rows],
    )
    changes = {line.entry.kept["revision"]: line for line in entry_lines(entries.with_places())}
    found = []
    after = revisions.text_of(comment)
    for row in rows:
        before = revisions.text_kept(row)
        found.append(
            FormerText(
                row,
                changes.get(row.pk),
                differences(before.name, after.name),
                differences(before.body, after.body),
            )
        )
        after = before
    return found


class VersionedAdmin(PermanentAdmin):
    """Adds a page with the versions of a comment."""

    def get_urls(self) -> list[URLPattern]:
        view = protect(self.admin_site, self.versions_view, self.has_view_permission)
        name = "commentary_comment_versions"
        return [path("<path:object_id>/versions/", view, name=name), *super().get_urls()]

    def versions_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the versions; POST restores one."""
        comment = self.get_object(request, unquote(object_id))
        if not isinstance(comment, Comment):
            raise Http404
        address = reverse("admin:commentary_comment_versions", args=[comment.key])
        if request.method == "POST":
            if not self.has_change_permission(request, comment):
                raise PermissionDenied
            _restore(request, comment)
            return HttpResponseRedirect(address, status=303)
        return TemplateResponse(
            request,
            "admin/commentary/versions.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Versions of %(item)s") % {"item": comment},
                "opts": self.opts,
                "comment": comment,
                "versions": former_texts_of(comment),
                "edition": revisions.edition(comment),
                "change_page": self.change_address(comment),
                "may_change": self.has_change_permission(request, comment),
            },
        )


def _restore(request: HttpRequest, comment: Comment) -> None:
    """Make a former text the present one. That is a change like any other."""
    rows = Revision.objects.filter(discussion=comment.discussion_id, comment=comment)
    row = rows.filter(pk=number(request.POST.get("restore", ""))).first()
    if row is None:
        raise BadRequest("No such version.")
    reason = request.POST.get("reason", "")[:500]
    seen = request.POST.get("edition", "")
    try:
        entry = discussions.correct(comment, actor(request), row.name, row.body, reason, seen=seen)
    except discussions.Stale as refusal:
        messages.warning(request, str(refusal))
        return
    if entry is None:
        messages.warning(request, _("That is the current text."))
    else:
        messages.success(request, _("Version restored."))
