"""Moderation rules, with a preview of the comments that a rule would have matched.

Rules are disabled instead of deleted, because held comments refer to them.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import PermissionDenied
from django.db.models import Min, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..discussions import screening
from ..discussions.rules import disable_rules, save_rule
from ..models import Comment, Rule, Submission, text_columns
from ..models.queries.arrival import NEWEST_FIRST, arrived_before
from .access import actor
from .editing import Edition, PermanentAdmin
from .forms import RuleForm
from .highlight import Segment, highlight
from .labels import Label

MAX_SCREENED = 5_000  # comments screened in a preview
CHUNK = 500  # read at a time
MAX_CHARACTERS = 4_000_000  # in their texts together
MAX_SAMPLES = 10
NEED_COMMENTER = {Rule.Kind.FIRST, Rule.Kind.NEW_LINKS}  # imported comments have no submission


@dataclass
class RulePreview:
    """Which of the latest comments a rule would have matched, and their current status."""

    screened: int = 0
    matched: int = 0
    status_counts: list[tuple[Label, int]] = field(default_factory=list)
    samples: list[tuple[Comment, list[Segment], str]] = field(default_factory=list)


def preview(rule: Rule) -> RulePreview:
    """Screen the latest comments with only this rule, up to limits on rows and characters."""
    found, states = RulePreview(), Counter[str]()
    matched: list[tuple[int, screening.Match]] = []
    for pk, status, draft in _drafts(rule):
        found.screened += 1
        for match in screening.find_matches(draft, [rule]):
            states[status] += 1
            matched.append((pk, match))
    found.matched = len(matched)
    found.status_counts = [(status.label, states[status]) for status in Comment.Status]
    matches = dict(matched[:MAX_SAMPLES])
    for comment in Comment.objects.filter(pk__in=matches).for_queue().order_by(*NEWEST_FIRST):
        match = matches[comment.pk]
        found.samples.append((comment, highlight(comment.body, match.found), match.why))
    return found


def _drafts(rule: Rule) -> Iterator[tuple[int, str, screening.Draft]]:
    """Yield the latest comments as drafts for screening, newest first, up to the limits."""
    latest = Comment.objects.all()
    if rule.article_id:
        latest = latest.in_discussion(rule.article_id)
    if rule.kind in NEED_COMMENTER:
        latest = latest.exclude(submission=None)
    rows = latest.order_by(*NEWEST_FIRST).values_list(
        "created_at",
        "pk",
        "status",
        "body",
        "markup",
        "name",
        "submission__email",
        "submission__network",
        "submission__writer",
    )
    first_approved = _first_approved(rule, latest)
    characters = 0
    found = islice(_in_chunks(rows), MAX_SCREENED)
    for at, pk, status, body, markup, name, email, network, writer in found:
        characters += len(body)
        if characters > MAX_CHARACTERS:
            return
        before = first_approved.get(writer or "", at) < at
        draft = screening.Draft(
            body,
            name,
            email or "",
            network or "",
            approved_before=int(before),
            markup=markup,
            writer=writer or "",
        )
        yield pk, status, draft


def _in_chunks(rows: QuerySet) -> Iterator[tuple]:
    """Yield tuples that start with `created_at` and the key, newest first. Rows are fetched in
    chunks, so that callers can stop early.
    """
    chunk = list(rows[:CHUNK])
    while chunk:
        yield from chunk
        chunk = list(arrived_before(rows, *chunk[-1][:2])[:CHUNK])


def _first_approved(rule: Rule, latest: QuerySet) -> dict[str, datetime]:
    """Return when each commenter's first approved comment arrived, for rules about newcomers."""
    if rule.kind not in NEED_COMMENTER:
        return {}
    newest = latest.order_by(*NEWEST_FIRST)
    writers = newest.values_list("submission__writer", flat=True)[:MAX_SCREENED]
    approved = Submission.objects.filter(
        writer__in=set(writers), comment__in=Comment.objects.approved()
    )
    return dict(approved.order_by().values_list("writer").annotate(Min("comment__created_at")))


@admin.register(Rule)
class RuleAdmin(PermanentAdmin):
    """Rules that hold, reject or publish new comments."""

    form = RuleForm
    list_display = ["__str__", "action", "article", "ends_at", "state"]
    list_filter = ["is_active", "kind", "action"]
    search_fields = ["pattern"]
    raw_id_fields = ["article"]
    fields = ["kind", "pattern", "least", "action", "article", "ends_at", "is_active"]
    actions = ["disable"]
    listed_fields = ("kind", "pattern", "least", "action", "article_id", "ends_at", "is_active")

    def own_form_page(
        self, request: HttpRequest, object_id: str | None, edition: Edition | None
    ) -> HttpResponse | None:
        """Show the form to users who may change the rule. A submitted rule is previewed first, and
        saved when it is submitted again.

        Returns None for those who may only view it, who get Django's page.
        """
        if object_id is None and not self.has_add_permission(request):
            raise PermissionDenied
        rule = self.get_object(request, object_id) if object_id else None
        if object_id and rule is None:
            raise Http404
        if object_id and not self.has_change_permission(request, rule):
            return None
        form_class = self.get_form(request, rule, change=rule is not None)
        initial = self.get_changeform_initial_data(request) if rule is None else None
        form = form_class(
            request.POST if request.method == "POST" else None, instance=rule, initial=initial
        )
        seen = None
        if request.method == "POST" and form.is_valid():
            if "_save" in request.POST and request.POST.get("previewed") == self._digest(form):
                return self._save(request, form, rule is not None)
            if "_back" not in request.POST:
                seen = preview(form.instance)
        return self._page(request, form, rule, seen, edition)

    def _digest(self, form: ModelForm) -> str:
        """Return a digest of the previewed values; saving other values shows their preview first."""
        values = "\0".join(f"{name}={form.cleaned_data[name]}" for name in form.fields)
        return hashlib.sha256(values.encode()).hexdigest()

    def _save(self, request: HttpRequest, form: ModelForm, change: bool) -> HttpResponse:
        rule = form.save(commit=False)
        save_rule(rule, actor(request))
        message = self.construct_change_message(
            request,
            form,  # type: ignore[arg-type] # stubs know only forms without a model
            [],
            not change,
        )
        (self.log_change if change else self.log_addition)(request, rule, message)
        messages.success(request, _("Rule “%(rule)s” saved.") % {"rule": rule})
        return redirect("admin:commentary_rule_changelist")

    def _page(
        self,
        request: HttpRequest,
        form: ModelForm,
        rule: Rule | None,
        seen: RulePreview | None,
        edition: Edition | None,
    ) -> HttpResponse:
        fieldsets = AdminForm(
            form,
            self.get_fieldsets(request, rule),  # type: ignore[arg-type] # stubs know only lists
            {},
            self.get_readonly_fields(request, rule),
            model_admin=self,
        )
        return TemplateResponse(
            request,
            "admin/commentary/rule.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Change rule") if rule else _("Add rule"),
                "opts": self.opts,
                "rule": rule,
                "form": form,
                "adminform": fieldsets,
                "media": self.media + fieldsets.media,
                "edition": edition,
                "preview": seen,
                "previewed": self._digest(form) if seen else "",
            },
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rule]:
        return (
            super().get_queryset(request).select_related("article").defer(*text_columns("article"))
        )

    @admin.display(description=gettext_lazy("state"))
    def state(self, rule: Rule) -> str:
        """Whether the rule applies now."""
        if not rule.is_active:
            return _("Disabled")
        return _("Active") if rule.is_in_force else _("Expired")

    @admin.action(description=gettext_lazy("Disable"), permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[Rule]) -> None:
        for rule in self.unchanged(request, queryset):
            if disable_rules(Rule.objects.filter(pk=rule.pk), actor(request)):
                self.log_change(request, rule, [{"changed": {"fields": ["active"]}}])
