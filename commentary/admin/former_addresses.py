"""Redirects from former URLs, and the URLs that were not found."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ..models import Article, FormerAddress, MissedAddress
from ..text.former_addresses import key_of
from . import parameters
from .paging import LimitedAdmin

ALIKE = 0.6  # ratio of difflib from which a slug is suggested
MAX_COMPARED = 500  # slugs that are compared with those of a page of missing URLs
EXTENSION = re.compile(r"\.\w{2,5}$")
NUMBERS = re.compile(r"^(?:\d+-)+|(?:-\d+)+$")


def suggested_articles(addresses: Iterable[str]) -> dict[str, Article]:
    """Return by URL the published article whose slug is most like its last part. Two queries."""
    wishes = {address: wish for address in addresses if (wish := _slug_in(address))}
    if not wishes:
        return {}
    exact = {spelling for wish in wishes.values() for spelling in _spellings(wish)}
    articles = Article.objects.published().only("title", "slug")
    found = {article.slug: article for article in articles.filter(slug__in=exact)}
    for article in articles.filter(former_slugs__slug__in=exact).prefetch_related("former_slugs"):
        found |= {former.slug: article for former in article.former_slugs.all()}
    begun = Q()
    for wish in wishes.values():
        if not found.keys() & _spellings(wish):
            begun |= Q(slug__startswith=NUMBERS.sub("", wish)[:5] or wish)
    near = {a.slug: a for a in articles.filter(begun)[:MAX_COMPARED]} if begun else {}
    return {
        address: article
        for address, wish in wishes.items()
        if (article := _most_alike(wish, found) or _most_alike(wish, near))
    }


def _slug_in(address: str) -> str:
    """Return the last part of a path as a slug; of one that has only digits, nothing."""
    parts = [part for part in unquote(urlsplit(address).path).split("/") if part]
    words = slugify(EXTENSION.sub("", parts[-1]).replace("_", "-"), True) if parts else ""
    return "" if words.isdecimal() else words[:100]


def _spellings(wish: str) -> set[str]:
    return {wish, NUMBERS.sub("", wish)} - {""}


def _most_alike(wish: str, articles: dict[str, Article]) -> Article | None:
    for spelling in _spellings(wish):
        if spelling in articles:
            return articles[spelling]
    ratios = {slug: SequenceMatcher(None, wish, slug).ratio() for slug in articles}
    best = max(ratios, key=lambda slug: ratios[slug], default="")
    return articles[best] if best and ratios[best] >= ALIKE else None


class _EditorsOnly(LimitedAdmin):
    """Pages for everyone who may change articles. Rows are added and deleted, but not changed."""

    class Media:
        css: ClassVar = {"all": ["commentary/commentary.css", "commentary/admin.css"]}

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("commentary.change_article")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


class FormerAddressForm(forms.ModelForm):
    """A URL of an earlier site."""

    class Meta:
        model = FormerAddress
        fields = ("address", "article")
        widgets = {"address": forms.TextInput(attrs={"class": "vTextField"})}

    def clean_address(self) -> str:
        """Require a whole URL, whose host is needed to export redirects."""
        address = self.cleaned_data["address"].strip()
        try:
            parts = urlsplit(address)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme not in ("http", "https") or not parts.hostname or len(address) > 2_000:
            raise ValidationError(
                _("Enter a whole URL, for example: https://old.example/2011/bees/")
            )
        return address


@admin.register(FormerAddress)
class FormerAddressAdmin(_EditorsOnly):
    """URLs of earlier sites that redirect to articles, comments and pictures."""

    form = FormerAddressForm
    list_display = ["address", "article", "number"]
    list_select_related = ["article"]
    search_fields = ["address", "article__title"]
    autocomplete_fields = ["article"]
    fields = ["address", "article"]

    def save_model(
        self, request: HttpRequest, obj: FormerAddress, form: forms.ModelForm, change: bool
    ) -> None:
        obj.key = key_of(obj.address)
        super().save_model(request, obj, form, change)


class _Suggesting(ChangeList):
    """A list of missing URLs with the suggestions for those on the page."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        found = suggested_articles(miss.address for miss in self.result_list)
        for miss in self.result_list:
            miss.suggested = found.get(miss.address)


@admin.register(MissedAddress)
class MissedAddressAdmin(_EditorsOnly):
    """URLs that were not found, with the article that each may mean."""

    list_display = ["address", "suggestion", "times", "last_at"]
    list_display_links = None
    list_per_page = 50
    search_fields = ["address"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[MissedAddress]:
        return MissedAddress.objects.without_redirect()

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        return _Suggesting

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        if request.method == "POST" and "redirect" in request.POST:
            if self.has_view_permission(request):
                self._redirect(request, request.POST["redirect"])
            return HttpResponseRedirect(request.get_full_path(), status=303)
        more = {"title": _("Missing URLs")}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    @admin.display(description=_("suggestion"))
    def suggestion(self, miss: MissedAddress) -> SafeString | str:
        article = miss.suggested  # type: ignore[attr-defined] # set by the list
        if article is None:
            return "-"
        return format_html(
            '<a href="{}">{}</a> <button class="button" name="redirect" value="{}:{}">{}</button>',
            article.get_absolute_url(),
            article,
            miss.pk,
            article.pk,
            _("Redirect"),
        )

    def _redirect(self, request: HttpRequest, value: str) -> None:
        """Redirect a missing URL to an article, given as "7:231"."""
        miss_pk, _colon, article_pk = value.partition(":")
        miss = MissedAddress.objects.filter(pk=parameters.number(miss_pk)).first()
        article = Article.objects.published().filter(pk=parameters.number(article_pk)).first()
        if miss is None or article is None:
            messages.warning(request, _("That URL or article no longer exists."))
            return
        made = FormerAddress(article=article, address=miss.address, key=miss.key)
        made.save()
        miss.delete()
        self.log_addition(request, made, [{"added": {"name": "redirect", "object": str(made)}}])
        text = _("“%(url)s” now redirects to “%(article)s”.")
        messages.success(request, text % {"url": miss.address, "article": article})
