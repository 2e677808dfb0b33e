"""Repair of an imported source: its lines beside what was made of them. An editor marks lines, sees
the result, and stores it; every version can be undone or restored.

The page works without scripts: each mark is a form that adds to a draft. A form carries the edition
of the draft that it shows, so nobody overwrites marks that they have not seen.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..importing import draft_repairs, profile_repairs
from ..importing import store_repair as repairing
from ..importing.formats.text import dates
from ..importing.formats.text.marked import read_date
from ..importing.repair import OF_COMMENT, FirstReading, Mark, RebuiltComment, SourceLine
from ..importing.store_repair import NotRepairable, RepairPlan
from ..models import Article, Comment, Repair, Source
from ..text.differences import DiffPiece, differences
from ..text.phrases import listed_with_semicolons
from .access import actor, protect
from .editing import Context, ReadOnlyAdmin
from .labels import Label
from .parameters import MAX_LINE, number
from .source_lines import LINES, LONGEST

MAX_MARKS = 2_000  # of one draft
MAX_SHOWN = 100  # comments of the result, and changes of each kind, on one page
MAX_PARENTS = 200  # comments offered as parents
EXCERPT = 400  # characters of a text in the result
PERMISSIONS = ("commentary.change_article", "commentary.change_comment")

BUTTONS: dict[str, Label] = {
    "title": gettext_lazy("Title"),
    "author": gettext_lazy("Author or date"),
    "text": gettext_lazy("Article text"),
    "comment": gettext_lazy("New comment"),
    "above": gettext_lazy("Part of the comment above"),
    "furniture": gettext_lazy("Page furniture"),
}
KINDS: dict[str, Label] = {  # shown beside a line
    "title": gettext_lazy("Title"),
    "author": gettext_lazy("Author"),
    "text": gettext_lazy("Article text"),
    "byline": gettext_lazy("Name or date"),
    "furniture": gettext_lazy("Page furniture"),
    "left over": gettext_lazy("Unrecognised"),
    "blank": "",
}


def may_repair(request: HttpRequest) -> bool:
    """Return whether the user may repair imported sources."""
    return request.user.has_perms(PERMISSIONS)


class _Invalid(Exception):
    """A form that can't be used, and what to do about it."""


@dataclass
class ShownLine:
    """A line of the source, what it is, and whether it is selected."""

    number: int
    text: str
    rest: int
    kind: str
    label: Label
    is_start: bool
    is_selected: bool


@dataclass
class ShownComment:
    """A comment of the result. `parent` is the position of its parent on the page, 0 for none."""

    position: int
    line: int
    name: str
    date: str
    text: str
    depth: int
    parent: int
    is_new: bool


@dataclass
class Change:
    """A change that storing would make: to which comment, and how its text differs."""

    name: str
    text: str = ""
    pieces: Sequence[DiffPiece] = ()


@dataclass
class Typed:
    """What was entered in the form, to show it again."""

    lines: frozenset[int] = frozenset()
    name: str = ""
    date: str = ""
    parent: str = ""
    first: str = ""
    last: str = ""


@admin.register(Repair)
class RepairAdmin(ReadOnlyAdmin):
    """Drafts and stored versions of repairs."""

    list_display = ["source", "editor", "stored_at", "undone_at"]
    list_select_related = ["source", "editor"]
    search_fields = ["source__name"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_repair(request)

    def has_view_permission(self, request: HttpRequest, obj: Repair | None = None) -> bool:
        return may_repair(request)

    def get_urls(self) -> list[URLPattern]:
        view = protect(self.admin_site, self.repair_view, may_repair)
        return [
            path("source/<int:source_id>/", view, name="commentary_repair_source"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Context | None = None,
    ) -> HttpResponse:
        """Lead to the page of the source."""
        repair = self.get_object(request, unquote(object_id))
        if repair is None:
            raise Http404
        return HttpResponseRedirect(repair_address(repair.source_id))

    def repair_view(self, request: HttpRequest, source_id: int) -> HttpResponse:
        """Show a source beside its result; POST adds a mark, stores the draft, or undoes."""
        source = Source.objects.filter(pk=source_id).first()
        if source is None:
            raise Http404
        typed = Typed()
        if request.method == "POST":
            if not may_repair(request):
                raise PermissionDenied
            typed = _typed(request)
            try:
                with transaction.atomic():
                    draft_repairs.lock_source(source)
                    answer = _answer(request, source, typed)
                return HttpResponseRedirect(answer, status=303)
            except (_Invalid, NotRepairable) as refusal:
                messages.error(request, str(refusal))
        context: dict[str, object] = {
            **self.admin_site.each_context(request),
            "title": _("Repair: %(source)s") % {"source": source},
            "opts": self.opts,
            "source": source,
            "here": repair_address(source.pk),
        }
        try:
            context |= _page(request, source, typed)
        except NotRepairable as refusal:
            context["refusal"] = str(refusal)
        return TemplateResponse(request, "admin/commentary/repair.html", context)


def repair_address(source_id: int) -> str:
    """Return the URL of the page on which a source is repaired."""
    return reverse("admin:commentary_repair_source", args=[source_id])


# --- what a form asks for


def _typed(request: HttpRequest) -> Typed:
    post = request.POST
    numbers = (number(value, MAX_LINE) for value in islice(post.getlist("line"), LINES))
    values = {name: post.get(name, "").strip()[:200] for name in ("name", "date", "parent")}
    ends = {name: post.get(name, "").strip()[:10] for name in ("first", "last")}
    return Typed(frozenset(numbers) - {0}, **values, **ends)


def _answer(request: HttpRequest, source: Source, typed: Typed) -> str:
    """Do what a form asks for with the source locked, and return the URL to show next."""
    post, by = request.POST, actor(request)
    window = number(post.get("window", ""), MAX_LINE) or 1
    here = f"{repair_address(source.pk)}?{urlencode({'at': window})}"
    if post.get("do") == "preview":
        return f"{here}&preview=1#result"
    if post.get("edition", "") != draft_repairs.edition_of_repair(source):
        draft = draft_repairs.current_repair(source)
        who = draft.editor.get_username() if draft and draft.editor else _("Somebody")
        raise _Invalid(
            _(
                "%(who)s changed this repair after you opened the page. The current lines are shown "
                "below; your selection is kept. Check it and try again."
            )
            % {"who": who}
        )
    if "is" in post:
        mark = _mark(post["is"], typed, source)
        draft = draft_repairs.open_draft(source, by)
        marks = repairing.marks_of(draft)
        if len(marks) >= MAX_MARKS:
            raise _Invalid(
                _("This draft has %(n)d marks. Store it, then go on.") % {"n": len(marks)}
            )
        draft_repairs.change_draft(draft, [*marks, mark], by)
        return f"{here}#line-{mark.ranges[0][0]}"
    do = post.get("do", "")
    if do == "undo":
        draft = draft_repairs.open_draft(source, by)
        marks = repairing.marks_of(draft)
        if not marks:
            raise _Invalid(_("There is no mark to undo."))
        draft_repairs.change_draft(draft, marks[:-1], by)
        return here
    if do == "store":
        _store(request, source)
    elif do == "drop":
        Repair.objects.filter(source=source, stored_at=None).delete()
        messages.success(request, _("Draft deleted."))
    elif do == "restore":
        version = _version(source, post)
        draft = draft_repairs.open_draft(source, by)
        draft_repairs.change_draft(draft, repairing.marks_of(version), by)
        messages.success(
            request, _("The marks of that version are in the draft. Store it to use it.")
        )
        return f"{here}&preview=1#result"
    elif do == "profile":
        name = post.get("profile-name", "").strip()[:200]
        if not name:
            raise _Invalid(_("Enter a name for the profile."))
        row = profile_repairs.learn_profile(source, name, by)
        if row is None:
            raise _Invalid(
                _(
                    "No profile was made: the first lines of the comments have nothing in common. "
                    "Mark lines with names as “Author or date”, or enter the names."
                )
            )
        return reverse("admin:commentary_siteprofile_files", args=[row.pk])
    elif do == "undo-version":
        outcome = repairing.undo_repair(_version(source, post), by)
        messages.success(request, _("Repair undone."))
        if outcome.refused:
            text = ngettext(
                "%(n)d change was kept, because it was decided on again since.",
                "%(n)d changes were kept, because they were decided on again since.",
                len(outcome.refused),
            )
            messages.warning(request, text % {"n": len(outcome.refused)})
    else:
        raise BadRequest("No such action.")
    return here


def _version(source: Source, post: QueryDict) -> Repair:
    version = Repair.objects.filter(
        source=source, pk=number(post.get("version", "")), undone_at=None
    )
    found = version.exclude(stored_at=None).first()
    if found is None:
        raise BadRequest("No such version.")
    return found


def _mark(kind: str, typed: Typed, source: Source) -> Mark:
    """Return the mark of a form. Raises _Invalid."""
    if kind not in {*BUTTONS, "details"}:
        raise BadRequest("No such mark.")
    lines = repairing.stored_lines(source)
    ranges = list(_ranges(typed.lines, lines))
    first, last = number(typed.first, MAX_LINE), number(typed.last, MAX_LINE)
    if first or last:
        if not 0 < first <= (last or first):
            raise _Invalid(_("Enter a range of lines, such as 12 to 30."))
        ranges.append((first, last or first))
    if not ranges:
        raise _Invalid(_("Select at least one line, then press what it is."))
    mark = Mark(kind, tuple(ranges))  # type: ignore[arg-type] # checked above
    if kind in ("comment", "details"):
        mark = replace(
            mark,
            name=typed.name or None,
            date=_date(typed.date, lines) if typed.date else None,
            parent=number(typed.parent, MAX_LINE) if typed.parent else None,
        )
        if kind == "details" and not mark.details:
            raise _Invalid(_("Enter a name, a date or what it replies to."))
    return mark


def _date(text: str, lines: Sequence[SourceLine]) -> str:
    """Return a date as typed in the form, as a mark has it. Raises _Invalid."""
    if text.casefold() in ("none", "unknown", str(_("unknown")).casefold()):
        return ""
    dates.look_over([line.text for line in lines])
    found = read_date(text)
    if found is None:
        raise _Invalid(
            _("Invalid date. Use YYYY-MM-DD HH:MM or write it as on the page, with the year.")
        )
    return found.replace(tzinfo=None).isoformat(timespec="minutes")


def _ranges(numbers: Iterable[int], lines: Sequence[SourceLine]) -> Iterator[tuple[int, int]]:
    """Yield the ranges of lines that only blank lines interrupt."""
    first = last = 0
    for one in sorted(numbers):
        is_next = first and all(line.is_blank for line in lines[last : one - 1])
        if not is_next:
            if first:
                yield first, last
            first = one
        last = one
    if first:
        yield first, last


def _store(request: HttpRequest, source: Source) -> None:
    draft = Repair.objects.filter(source=source, stored_at=None).first()
    if draft is None:
        raise _Invalid(_("There is nothing to store. Mark some lines first."))
    plan = repairing.store_repair(source, draft, actor(request))
    messages.success(
        request, _("Stored: %(changes)s.") % {"changes": listed_with_semicolons(_summary(plan))}
    )


def _summary(plan: RepairPlan) -> list[str]:
    """Return what a plan changes, in words."""
    parts = [
        (len(plan.added), ngettext("%(n)d comment added", "%(n)d comments added", len(plan.added))),
        (
            len(plan.updated),
            ngettext("%(n)d comment changed", "%(n)d comments changed", len(plan.updated)),
        ),
        (
            len(plan.discarded),
            ngettext("%(n)d comment removed", "%(n)d comments removed", len(plan.discarded)),
        ),
        (
            len(plan.returned),
            ngettext("%(n)d comment restored", "%(n)d comments restored", len(plan.returned)),
        ),
        (len(plan.redated), ngettext("%(n)d date set", "%(n)d dates set", len(plan.redated))),
        (
            len(plan.moved) + len(plan.replies),
            ngettext(
                "%(n)d comment moved",
                "%(n)d comments moved",
                len(plan.moved) + len(plan.replies),
            ),
        ),
    ]
    said = [text % {"n": count} for count, text in parts if count]
    if plan.text or plan.authors is not None or plan.date:
        said.append(_("article changed"))
    if plan.edited or plan.article_is_edited:
        count = len(plan.edited) + plan.article_is_edited
        text = ngettext(
            "%(n)d text kept, because it was edited here",
            "%(n)d texts kept, because they were edited here",
            count,
        )
        said.append(text % {"n": count})
    return said or [_("no changes")]


# --- what the page shows


def _page(request: HttpRequest, source: Source, typed: Typed) -> dict[str, object]:
    """Return the lines, the result and the versions of a source. Raises NotRepairable."""
    lines = repairing.stored_lines(source)
    article = repairing.article_of(source)
    reading = repairing.first_reading(source, lines)
    current = draft_repairs.current_repair(source)
    marks = repairing.marks_of(current) if current is not None else []
    plan = repairing.plan_repair(source, lines, reading, marks)
    asked = request.GET.get("at", request.POST.get("window", ""))
    first = min(max(number(asked, MAX_LINE), 1), max(len(lines), 1))
    last = min(first + LINES - 1, len(lines))
    positions = {one.record.key: n for n, one in enumerate(plan.rebuilt.comments, 1)}
    shown = list(_shown_comments(plan.rebuilt.comments, positions, first, last))
    versions = draft_repairs.versions_of(source)
    in_force = next((version for version in versions if version.undone_at is None), None)
    is_draft = current is not None and current.stored_at is None
    return {
        "article": article,
        "edition": draft_repairs.edition_of_repair(source),
        "lines": list(_shown_lines(lines, plan, positions, typed, first, last)),
        "first": first,
        "last": last,
        "count": len(lines),
        "earlier": max(first - LINES, 1) if first > 1 else 0,
        "later": last + 1 if last < len(lines) else 0,
        "unrecognised": sum(use.kind == "left over" for use in plan.rebuilt.uses),
        "declared": article.discussion.declared_count,
        "buttons": BUTTONS.items(),
        "typed": typed,
        "parents": _parents(plan.rebuilt.comments, first, last),
        "comments": shown[:MAX_SHOWN],
        "comments_here": len(shown),
        "comments_all": len(plan.rebuilt.comments),
        "problems": plan.rebuilt.problems[:MAX_SHOWN],
        "result": _article(plan, reading, article),
        "draft": current if is_draft else None,
        "marks": len(marks),
        "summary": _summary(plan) if plan or plan.edited or plan.article_is_edited else [],
        "is_preview": "preview" in request.GET,
        "changes": _changes(plan, article) if "preview" in request.GET else {},
        "versions": versions,
        "profile_name": profile_repairs.site_of_source(source),
        "in_force": in_force if in_force and in_force.run_id else None,
    }


def _shown_lines(
    lines: Sequence[SourceLine],
    plan: RepairPlan,
    positions: dict[str, int],
    typed: Typed,
    first: int,
    last: int,
) -> Iterator[ShownLine]:
    starts = {one.numbers[0] for one in plan.rebuilt.comments}
    for at in range(first, last + 1):
        use, text = plan.rebuilt.uses[at - 1], lines[at - 1].text
        label = KINDS.get(use.kind, "")
        if use.kind == "comment":
            label = _("Comment %(n)s") % {"n": positions.get(use.owner, "")}
        yield ShownLine(
            at,
            text[:LONGEST],
            max(len(text) - LONGEST, 0),
            use.kind.replace(" ", "-"),
            label,
            at in starts and use.kind in OF_COMMENT,
            at in typed.lines,
        )


def _shown_comments(
    comments: Sequence[RebuiltComment], positions: dict[str, int], first: int, last: int
) -> Iterator[ShownComment]:
    depth: dict[str, int] = {}
    for one in comments:
        record = one.record
        depth[record.key] = min(depth.get(record.parent or "", -1) + 1, 8)
        if one.numbers[-1] < first or one.numbers[0] > last:
            continue
        text = record.text[:EXCERPT] + ("…" if len(record.text) > EXCERPT else "")
        yield ShownComment(
            positions[record.key],
            one.numbers[0],
            record.author,
            _written(record.date),
            text,
            depth[record.key],
            positions.get(record.parent or "", 0),
            one.is_new,
        )


def _written(date: datetime | None) -> str:
    return f"{date:%Y-%m-%d %H:%M}" if date else ""


def _parents(comments: Sequence[RebuiltComment], first: int, last: int) -> list[tuple[str, str]]:
    """Return the lines of the comments that may be parents, and their names: those before the end of
    the shown lines, nearest last.
    """
    before = [
        (one.numbers[0], n, one.record.author or _("Anonymous"))
        for n, one in enumerate(comments, 1)
        if one.numbers[0] <= last
    ]
    return [
        (str(line), _("Comment %(n)d, %(name)s") % {"n": n, "name": name})
        for line, n, name in before[-MAX_PARENTS:]
    ]


def _article(plan: RepairPlan, reading: FirstReading, article: Article) -> dict[str, object]:
    """Return title, authors, date and the start of the text as they would be."""
    text = plan.text
    authors = list(article.bylines.values_list("author__name", flat=True))
    date = plan.date[0] if plan.date else article.published_at
    changed = Article(title=article.title, body=article.body, markup=article.markup)
    if text:
        changed.title, changed.body, changed.markup = text
    return {
        "title": changed.title,
        "authors": authors if plan.authors is None else plan.authors,
        "date": date,
        "text": changed.plain[: 2 * EXCERPT],
        "is_cut": len(changed.plain) > 2 * EXCERPT,
    }


def _changes(plan: RepairPlan, article: Article) -> dict[str, object]:
    """Return the changes that storing would make, at most MAX_SHOWN of each kind."""

    def named(comment: Comment) -> str:
        return str(comment)

    return {
        "article": differences(
            article.plain, Article(body=plan.text.body, markup=plan.text.markup).plain
        )
        if plan.text
        else [],
        "added": [
            Change(one.record.author or _("Anonymous"), one.record.text[:EXCERPT])
            for one in plan.added[:MAX_SHOWN]
        ],
        "updated": [
            Change(
                named(comment),
                text.name if text.name != comment.name else "",
                differences(comment.body, text.body),
            )
            for comment, text, _one in plan.updated[:MAX_SHOWN]
        ],
        "edited": [
            Change(named(comment), "", differences(comment.body, text.body))
            for comment, text in plan.edited[:MAX_SHOWN]
        ],
        "discarded": [
            Change(named(comment), comment.body[:EXCERPT]) for comment in plan.discarded[:MAX_SHOWN]
        ],
        "returned": [Change(named(comment)) for comment in plan.returned[:MAX_SHOWN]],
        "redated": [
            Change(named(comment), _written(date)) for comment, date, _ in plan.redated[:MAX_SHOWN]
        ],
        "moved": [
            Change(named(comment)) for comment, _ in [*plan.moved, *plan.replies][:MAX_SHOWN]
        ],
    }
