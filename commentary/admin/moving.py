"""A page on which a comment is moved, also to another article, split in two, or merged with another.

Each first shows what it would do, and then does it; all of it can be undone in the audit log.
"""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import discussions
from ..discussions import restructuring, revisions, tree
from ..discussions.errors import Refusal
from ..models import Article, Comment
from .access import actor, protect
from .editing import PermanentAdmin
from .parameters import MAX_LINE, number

EXCERPT = 300  # characters of a text in the preview


@dataclass
class Wish:
    """What a form asks for: to move, split or merge; `what` is "" if nothing yet."""

    what: str = ""
    article: str = ""
    parent: str = ""
    at: str = ""
    name: str = ""
    into: str = ""
    reason: str = ""


class MovableAdmin(PermanentAdmin):
    """Adds the page to comments."""

    def get_urls(self) -> list[URLPattern]:
        view = protect(self.admin_site, self.move_view, self.has_change_permission)
        return [
            path("<path:object_id>/move/", view, name="commentary_comment_move"),
            *super().get_urls(),
        ]

    def change_context(self, request: HttpRequest, obj: Comment) -> dict[str, object]:
        context = super().change_context(request, obj)
        if not self.has_change_permission(request, obj):
            return context
        pages = context.get("pages")
        link = (reverse("admin:commentary_comment_move", args=[obj.key]), _("Move, split or merge"))
        return context | {
            "pages": [*(pages if isinstance(pages, list) else []), link],
            "move_page": link[0],
            "move_edition": edition_of_move(obj),
        }

    def move_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask what to do with a comment, show its effect, and do it when the form is sent again."""
        comment = self.get_object(request, unquote(object_id))
        if comment is None:
            raise Http404
        if not self.has_change_permission(request, comment):
            raise PermissionDenied
        here = reverse("admin:commentary_comment_move", args=[comment.key])
        wish, effect = Wish(), ""
        if request.method == "POST":
            names = ("what", "article", "parent", "at", "name", "into", "reason")
            wish = Wish(**{name: request.POST.get(name, "").strip()[:500] for name in names})
            try:
                if request.POST.get("edition") != edition_of_move(comment):
                    raise Refusal(_("The comment was changed after you opened this page."))
                effect = _effect(comment, wish)
                if "confirm" in request.POST:
                    batch = _act(comment, wish, request)
                    messages.success(request, done(_("Done."), batch))
                    return HttpResponseRedirect(self.change_address(comment), status=303)
            except Refusal as refusal:
                messages.error(request, str(refusal))
                effect = ""
        return TemplateResponse(
            request,
            "admin/commentary/comment_move.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Move, split or merge %(comment)s") % {"comment": comment},
                "opts": self.opts,
                "comment": comment,
                "article": comment.discussion.article,
                "change_page": self.change_address(comment),
                "here": here,
                "edition": edition_of_move(comment),
                "paragraphs": list(enumerate(restructuring.paragraphs_of_comment(comment))),
                "wish": wish,
                "effect": effect,
            },
        )


def edition_of_move(comment: Comment) -> str:
    """Return the edition that the form carries: of the text, the status and the place."""
    return f"{comment.version}-{comment.parent_id or 0}-{revisions.edition(comment)}"


def named_article(text: str) -> Article:
    """Return the article that a form names by its URL, slug or title. Raises Refusal."""
    slug = text.split("/articles/")[-1].split("#")[0].strip("/").split("/")[0]
    found = Article.objects.filter(slug=slug).first()
    found = found or Article.objects.filter(title=text).order_by("pk").first()
    if found is None:
        raise Refusal(_("No article has this URL or title."))
    return found


def _article(text: str, comment: Comment) -> Article:
    """Return the article that a form names; that of the comment if it is empty. Raises Refusal."""
    return named_article(text) if text else comment.discussion.article


def _numbered(article: Article, text: str) -> Comment | None:
    """Return the comment of an article with a number, None if it is empty. Raises Refusal."""
    wanted = text.lstrip("#")
    if not wanted:
        return None
    found = Comment.objects.filter(discussion=article.pk, number=number(wanted, MAX_LINE)).first()
    if found is None:
        raise Refusal(_("The article has no comment with this number."))
    return found


def _effect(comment: Comment, wish: Wish) -> str:
    """Return what a form would do, in words. Raises Refusal."""
    article = _article(wish.article, comment)
    if wish.what == "move":
        parent = _numbered(article, wish.parent)
        if parent is not None and parent.is_descendant_of(comment, include_self=True):
            raise Refusal(_("A comment can’t reply to itself or to one of its replies."))
        count = comment.reply_count
        names = {"comment": comment, "parent": parent, "article": article, "n": count}
        steps = [_("%(comment)s moves to the start of a thread.")]
        if parent is not None:
            steps = [_("%(comment)s moves below %(parent)s.")]
        if count:
            words = ngettext("Its %(n)d reply moves too.", "Its %(n)d replies move too.", count)
            steps.append(words)
        if article.pk != comment.discussion_id:
            steps.append(_("The new article is “%(article)s”."))
        return " ".join(step % names for step in steps)
    if wish.what == "split":
        parts = restructuring.paragraphs_of_comment(comment)
        at = number(wish.at, MAX_LINE)
        if not 0 < at < len(parts):
            raise Refusal(_("Select the paragraph with which the new comment starts."))
        start = parts[at][:EXCERPT]
        name = wish.name or _("Anonymous")
        return _("A new comment by %(name)s starts with: %(text)s") % {"name": name, "text": start}
    if wish.what == "merge":
        into = _numbered(comment.discussion.article, wish.into)
        if into is None:
            raise Refusal(_("Enter the number of the comment that the text belongs to."))
        return _("The text of %(comment)s is added to %(into)s, and its replies move there.") % {
            "comment": comment,
            "into": into,
        }
    raise Refusal(_("Select what to do."))


def _act(comment: Comment, wish: Wish, request: HttpRequest) -> uuid.UUID:
    """Do what a form asks for, and return the batch of its audit entries. Raises Refusal."""
    by = actor(request)
    article = _article(wish.article, comment)
    if wish.what == "split":
        at = number(wish.at, MAX_LINE)
        return discussions.split_comment(comment, at, wish.name, by, wish.reason)
    if wish.what == "merge":
        into = _numbered(comment.discussion.article, wish.into)
        return discussions.merge_comment(comment, into or comment, by, wish.reason)
    parent = _numbered(article, wish.parent)
    if article.pk != comment.discussion_id:
        return discussions.transfer(comment, article, parent, by, wish.reason)
    batch = uuid.uuid4()
    try:
        entry = discussions.move_comment(
            comment, parent.pk if parent else None, by, wish.reason, batch
        )
    except tree.BadMove as refusal:
        raise Refusal(str(refusal)) from refusal
    if entry is None:
        raise Refusal(_("The comment is there already."))
    return batch


def done(text: str, batch: uuid.UUID) -> str:
    """Return the message after an action, with a link to its undo."""
    log = reverse("admin:commentary_auditentry_changelist")
    return format_html(
        '{} <a href="{}?of_batch={}">{}</a>', text, log, batch, _("Undo in the audit log")
    )
