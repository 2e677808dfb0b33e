"""Write the comments of a page as HTML.

A page may have thousands of comments, and a template takes thirty times as long for each, so a card
is an f-string. Everything it inserts is a number, a constant, escaped (names and words), sanitised
(texts), or the URL of a page with a slug. Parts that few comments have are templates. A card has at
most 14 elements besides its text.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ..models import Comment
from ..text.dates import milliseconds, printed
from ..text.trusted import trusted
from .languages import lang_attribute
from .outlined import OutlinedComment, ReadingContext, replies_in_words, replies_to

Kind, Status = Comment.Kind, Comment.Status


class Cards:
    """Writes the comments of one page, with the words that they share.

    `heading` is the level of their headings. `moderate_from` is the page to which editors return
    after they moderate one of its comments, as the value of a query parameter; "" for readers.
    `forms` has by comment id the form below it.
    """

    def __init__(
        self,
        reading: ReadingContext,
        heading: int,
        moderate_from: str = "",
        forms: Mapping[int, str] | None = None,
    ) -> None:
        self.reading, self.heading, self.forms = reading, f"h{heading}", forms or {}
        self.moderate_from = escape(moderate_from)
        self.counts: dict[int | None, tuple[str, str]] = {}
        self.langs: dict[str | None, str] = {None: lang_attribute(reading.language)}
        self.in_reply_to = escape(_("in reply to #%(number)s %(name)s"))
        self.reply_to = escape(_("Reply to #%(number)s"))
        self.more_about = escape(_("More about #%(number)s"))
        self.edited = escape(_("edited %(time)s"))
        self.edited_by_editor = escape(_("edited by an editor %(time)s"))
        self.reply = escape(_("Reply"))
        self.more = escape(_("More"))

    def thread(self, comments: Iterable[OutlinedComment], label: str) -> SafeString:
        """Return comments as nested lists; `label` is the name of the outer one."""
        name, items = escape(label), "".join(map(self._item, comments))
        return trusted(f'<ol class="thread" aria-label="{name}">\n{items}</ol>')

    def ancestor(self, c: OutlinedComment, top: OutlinedComment) -> SafeString:
        """Return a comment above branch `top`, which has no actions."""
        head, number = self._head(c), c.row.number
        if c.depth == 0:
            head += f"<span>{escape(_('start of thread'))}</span>\n"
        if c.number == top.parent:
            words = _("parent of #%(number)s") % {"number": top.number}
            head += f"<span>{escape(words)}</span>\n"
        return trusted(
            f'<article class="comment{c.classes}" id="comment-{number}" '
            f'aria-labelledby="comment-{number}-by">\n'
            f'<header class="comment-head">\n{head}</header>\n{self._text(c)}</article>'
        )

    def _item(self, c: OutlinedComment) -> str:
        """Return the list item of a comment. It stays open if it opens a list of replies."""
        if c.opens:
            below = self._fold(c)
        elif c.closes:
            below = f"{c.rest}</li>" + "".join(f"</ol>{more}</details></li>" for more in c.closes)
        else:
            below = f"{c.rest}</li>"
        return f'<li class="branch">\n{self._card(c)}\n{self._beside(c)}{below}\n'

    def _beside(self, c: OutlinedComment) -> str:
        """Return what stands between a comment and its replies."""
        if c.row.id in self.forms:
            return self.forms[c.row.id]
        if c.is_closed:
            return render_to_string("commentary/_closed_thread.html", {"act": c.closed_by})
        return ""

    def _fold(self, c: OutlinedComment) -> str:
        """Return the start of the list of replies, with the control that folds it."""
        if c.below not in self.counts:
            label = escape(replies_to(c.below, "%(number)s"))
            self.counts[c.below] = label, escape(replies_in_words(c.below))
        label, words = self.counts[c.below]
        count = "" if c.below is None else c.below
        return (
            f'<details class="replies" open><summary aria-label="{label % {"number": c.row.number}}">'
            f'<span class="fold" data-count="{count}"><span class="fold-words">{words}</span></span>'
            f"</summary>\n<ol>"
        )

    def _card(self, c: OutlinedComment) -> str:
        return (
            f'<article class="comment{c.classes}" {self._attributes(c)}>{c.former}\n'
            f'<header class="comment-head">\n{self._whole_head(c)}</header>\n'
            f"{c.about}{self._text(c)}{self._own(c) if c.mine else ''}{self._links(c)}</article>"
        )

    def _attributes(self, c: OutlinedComment) -> str:
        row, number = c.row, c.row.number
        anchor = "" if self.reading.numbers_at else f'id="comment-{number}" '
        below = f' data-parent="{c.parent}"' if c.parent and not c.is_flat else ""
        at = ""
        if not c.is_flat:
            at = f' data-at="{milliseconds(row.came_at) if row.status == Status.APPROVED else ""}"'
        return (
            f'{anchor}data-number="{number}" data-depth="{c.depth}" '
            f'aria-labelledby="comment-{number}-by"{below}{at}'
        )

    def _head(self, c: OutlinedComment) -> str:
        """Return the name, the badges, the permalink and the date of a comment."""
        row, number, heading = c.row, c.row.number, self.heading
        unnamed = "" if c.is_shown and (row.name or row.kind != Kind.COMMENT) else " is-unnamed"
        name = escape(c.name)
        if c.page:
            name = f'<a href="{escape(c.page)}">{name}</a>'
        return (
            f'<{heading} class="comment-by{unnamed}" id="comment-{number}-by" dir="auto">{name}'
            f"</{heading}>\n{self._badges(c) if c.is_shown else ''}"
            f'<a class="comment-number" href="{c.address}">#{number}</a>\n'
            f"{_time(row.dated_at, row.date_is_local) if c.is_shown and row.dated_at else ''}\n"
        )

    def _badges(self, c: OutlinedComment) -> str:
        badges = ""
        if c.kind:
            badges = f'<span class="badge">{escape(c.kind)}</span>\n'
        if c.is_author:
            short = escape(pgettext("badge", "Author"))
            words = escape(_("Article author"))
            badges += f'<span class="badge badge-author" data-short="{short}">{words}</span>\n'
        if c.row.by_staff:
            words = escape(_("Editor"))
            badges += f'<span class="badge badge-author">{words}</span>\n'
        return badges

    def _whole_head(self, c: OutlinedComment) -> str:
        """Return the head, with what is new, edited or pending, and a link to the parent unless it
        stands right above.
        """
        row, head = c.row, self._head(c)
        if row.edited_at and c.is_shown:
            words = self.edited_by_editor if row.edited_by_editor else self.edited
            head += f"<span>{words % {'time': _time(row.edited_at)}}</span>\n"
        if c.parent and not c.answers_above:
            name = f"<bdi>{escape(c.parent_name)}</bdi>"
            words = self.in_reply_to % {"number": c.parent, "name": name}
            head += f'<a class="comment-parent" href="{c.parent_address}">{words}</a>\n'
        if c.mine and (c.mine.is_pending or c.mine.is_refused):
            words = _("Awaiting moderation") if c.mine.is_pending else _("Not published")
            head += f'<span class="badge badge-pending">{escape(words)}</span>\n'
        if c.next_new:
            new, onward = escape(_("New")), escape(_("Next new"))
            address = escape(c.next_new)
            head = f'<span class="badge badge-new">{new}</span>\n{head}'
            head += f'<a class="comment-next" href="{address}">{onward}</a>\n'
        return head

    def _text(self, c: OutlinedComment) -> str:
        """Return the text of a comment, or why it isn't there."""
        if c.html:
            short = " is-short" if c.is_short else ""
            return f'<div class="comment-body{short}" dir="auto"{self._lang(c)}>{c.html}</div>\n'
        if not c.is_shown:
            return render_to_string("commentary/_placeholder.html", {"c": c})
        return f'<p class="hint">{escape(_("(no text)"))}</p>\n'

    def _lang(self, c: OutlinedComment) -> str:
        """Return the attribute with the language of a text. The words around it, in the language of
        the page, are on all sides of each comment, so no element around several of them can have it.
        """
        language = c.row.language or None
        if language not in self.langs:
            self.langs[language] = lang_attribute(language)
        return self.langs[language]

    def _own(self, c: OutlinedComment) -> str:
        """Return the state of the reader's own comment, or of a pending one for moderators."""
        context = {"c": c, "address": self.reading.address}
        return render_to_string("commentary/_mine.html", context)

    def _links(self, c: OutlinedComment) -> str:
        """Return the links of a comment to its actions, or to its thread."""
        number, place = c.row.number, f"{self.reading.address}comments/{c.row.number}/"
        links = ""
        if c.is_flat:
            links = _link(place, _("View in thread"), number)
        elif c.row.status == Status.APPROVED:
            if c.may_answer:
                links = (
                    f'<a href="{self.reading.address}reply/{number}/#reply-{number}" rel="nofollow" '
                    f'data-reply="reply-{number}" aria-label="{self.reply_to % {"number": number}}">'
                    f"{self.reply}</a>\n"
                )
            links += (
                f'<a class="more" href="{place}more/" rel="nofollow" '
                f'aria-label="{self.more_about % {"number": number}}">{self.more}</a>\n'
            )
        elif c.mine and c.mine.may_change:  # of approved ones, they are under More
            links = _link(f"{place}edit/", _("Edit"), number)
            links += _link(f"{place}withdraw/", _("Withdraw"), number)
        if self.moderate_from:
            label = escape(_("Moderate #%(number)s") % {"number": number})
            links += (
                f'<a class="more" href="{place}moderate/?next={self.moderate_from}" '
                f'aria-label="{label}">{escape(_("Moderate"))}</a>\n'
            )
        return f'<footer class="comment-links">\n{links}</footer>\n' if links else ""


def _time(when: datetime, is_local: bool = False) -> str:
    """Return a `<time>` with the time of day in an element of its own, which narrow screens don't
    show.
    """
    machine, day, clock = printed(when, is_local)
    return f'<time datetime="{machine}">{day}<span class="time-of-day">{clock}</span></time>'


def _link(address: str, words: str, number: int) -> str:
    words = escape(words)
    return f'<a href="{address}">{words}<span class="hidden-text"> #{number}</span></a>\n'
