"""Pages on which editors merge two names of a commenter, and join the discussions of two articles.

Each first shows what it would do; all of it can be undone in the audit log.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .. import discussions
from ..discussions.errors import Refusal
from ..discussions.restructuring import MAX_MOVED
from ..models import Article, Comment
from ..text.names import clean_name, name_key
from .access import View, actor, protect
from .forms import ReasonForm
from .lists import MAX_COUNTED
from .moving import done, named_article
from .parameters import number

SHOWN = 20  # comments in a preview


def may_correct(request: HttpRequest) -> bool:
    """Return whether the user may change comments."""
    return request.user.has_perm("commentary.change_comment")


class NamesForm(ReasonForm):
    """Which name is replaced by which."""

    old = forms.CharField(label=gettext_lazy("Name on the comments"), max_length=200)
    new = forms.CharField(label=gettext_lazy("Name to use instead"), max_length=200)
    field_order = ("old", "new", "reason")

    def clean_old(self) -> str:
        return self._name("old")

    def clean_new(self) -> str:
        return self._name("new")

    def _name(self, field: str) -> str:
        name = clean_name(self.cleaned_data[field])
        if not name_key(name):
            raise forms.ValidationError(_("Enter a name. Comments without one can’t be merged."))
        return name


@dataclass
class NamesPreview:
    """How many comments are renamed, the newest of them, and how many have the other name already.
    Counts end at `most`.
    """

    count: int
    comments: list[Comment]
    others: int
    most: int = MAX_COUNTED


def names_view(site: AdminSite) -> View:
    """Return the page on which two names are merged: `?old=…&new=…` shows the effect, POST does it."""

    def view(request: HttpRequest) -> HttpResponse:
        form = NamesForm(request.GET or None)
        is_chosen = form.is_bound and form.is_valid()
        if request.method == "POST" and is_chosen:
            return _merge_names(request, form)
        context = {
            **site.each_context(request),
            "title": _("Merge names"),
            "opts": Comment._meta,
            "form": form,
            "preview": _preview(**_names(form)) if is_chosen else None,
        }
        return TemplateResponse(request, "admin/commentary/names.html", context)

    return protect(site, view, may_correct)


def _names(form: NamesForm) -> dict[str, str]:
    return {name: form.cleaned_data[name] for name in ("old", "new")}


def _preview(old: str, new: str) -> NamesPreview:
    renamed = discussions.signed_otherwise(old, new)
    others = Comment.objects.filter(name_key=name_key(new), name=new)
    return NamesPreview(
        count=renamed.order_by()[:MAX_COUNTED].count(),
        comments=list(renamed.select_related("discussion__article").order_by("-pk")[:SHOWN]),
        others=others.order_by()[:MAX_COUNTED].count(),
    )


def _merge_names(request: HttpRequest, form: NamesForm) -> HttpResponse:
    here = reverse("admin:commentary_names")
    reason = form.cleaned_data["reason"]
    old, new = _names(form).values()
    renamed = discussions.merge_names(old, new, actor(request), reason)
    if n := renamed.comments:
        text = ngettext("%(n)d comment renamed.", "%(n)d comments renamed.", n) % {"n": n}
        messages.success(request, done(text, renamed.batch))
    if renamed.is_complete:
        return redirect(here)
    messages.warning(request, _("Not all comments are renamed yet. Continue below."))
    return redirect(f"{here}?{urlencode(_names(form) | {'reason': reason})}")


class JoinForm(ReasonForm):
    """The article to which the comments of a discussion move."""

    article = forms.CharField(label=gettext_lazy("Other article: its URL or title"), max_length=500)
    field_order = ("article", "reason")

    def clean_article(self) -> Article:
        try:
            return named_article(self.cleaned_data["article"])
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


def join_view(site: AdminSite) -> View:
    """Return the page `?of=` a discussion, on which its comments move to another article."""

    def view(request: HttpRequest) -> HttpResponse:
        article = Article.objects.filter(pk=number(request.GET.get("of", ""))).first()
        if article is None:
            messages.error(request, _("The article no longer exists."))
            return redirect("admin:commentary_article_changelist")
        form = JoinForm(request.POST or None)
        target = None
        if form.is_bound and form.is_valid():
            target = form.cleaned_data["article"]
            if target == article:
                form.add_error("article", _("Enter another article than this one."))
                target = None
            elif "confirm" in request.POST:
                return _join(request, article, form)
        comments = Comment.objects.in_discussion(article.pk)
        context = {
            **site.each_context(request),
            "title": _("Join the discussion of “%(article)s” with another") % {"article": article},
            "opts": Article._meta,
            "article": article,
            "form": form,
            "target": target,
            "count": comments.approved().count(),
            "hidden": comments.count() - comments.approved().count(),
            "most": MAX_MOVED,
        }
        return TemplateResponse(request, "admin/commentary/join.html", context)

    return protect(site, view, may_correct)


def _join(request: HttpRequest, article: Article, form: JoinForm) -> HttpResponse:
    here = f"{reverse('admin:commentary_join')}?of={article.pk}"
    target = form.cleaned_data["article"]
    try:
        batch, count = discussions.join_discussions(
            article.pk, target, actor(request), form.cleaned_data["reason"]
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(here)
    text = ngettext("%(n)d comment moved.", "%(n)d comments moved.", count) % {"n": count}
    messages.success(request, done(text, batch))
    return redirect(here)
