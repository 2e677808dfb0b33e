"""Replies of editors from the queue, and the saved texts that they choose from."""

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from ... import discussions
from ...discussions import identity, tree
from ...discussions.points import Points
from ...models import Comment, RowKey, SavedText, with_keys
from ...reading.comment_form import NAME_MOST, clean_body
from .. import undo
from ..access import actor
from ..parameters import key, number

REPLY_VERBS = ("reply", "approve_reply")
MAX_REASON = 500  # characters
MAX_SAVED = 50  # texts offered at every comment


def saved_texts() -> dict[str, list[SavedText]]:
    """Return the saved texts by kind. One query."""
    found: dict[str, list[SavedText]] = {kind.value: [] for kind in SavedText.Kind}
    for text in SavedText.objects.all()[:MAX_SAVED]:
        found[text.kind].append(text)
    return found


def reason_in(form: Mapping[str, str], name: str) -> str:
    """Return the reason in a form: the saved one, followed by own words if both are given."""
    own = form.get(name, "").strip()
    saved = _saved(form.get(f"saved-{name}", ""), SavedText.Kind.REASON)
    return ": ".join(part for part in (saved, own) if part)[:MAX_REASON]


def _saved(value: str, kind: str) -> str:
    """Return the saved text that was chosen, "" if none was."""
    texts = SavedText.objects.filter(kind=kind, pk=number(value)) if value else None
    text = texts.first() if texts is not None else None
    return text.text if text else ""


def signature_of(request: HttpRequest) -> str:
    """Return the name under which the user replies."""
    user = actor(request)
    return (user.get_full_name() or user.get_username())[:NAME_MOST]


def post_reply(request: HttpRequest, verb: str, about: RowKey, version: str) -> bool:
    """Reply to a comment, and approve it first if the verb says so. Returns whether it was done; if
    not, the editor is told why and sees the reply again.
    """
    typed = request.POST.get(f"reply-{about}", "").strip()
    text = typed or _saved(request.POST.get(f"saved-reply-{about}", ""), SavedText.Kind.REPLY)
    try:
        body = clean_body(text)
    except ValidationError as error:
        return _refuse(request, " ".join(error.messages), text)
    entry = None
    if verb == "approve_reply":
        outcome = discussions.decide(
            "approve", [about], actor(request), versions={about: key(version)}
        )
        if outcome.refused:
            return _refuse(request, outcome.refused[about], text)
        entry = outcome.entries[0]
    try:
        made = _submit(request, about, body)
    except (discussions.Refusal, tree.TooDeep) as refusal:
        if entry is not None:
            undo.offer_undo(request, [entry])
        return _refuse(request, str(refusal), text)
    if entry is not None:
        undo.offer_undo(request, [entry], reply=made)
    else:
        undo.offer_undo(request, [])
        messages.success(request, _("Reply posted as #%(number)d.") % {"number": made.number})
    return True


def _submit(request: HttpRequest, about: RowKey, body: str) -> Comment:
    parents = Comment.objects.select_related("discussion__article")
    parent = next(iter(with_keys(parents, [about])), None)
    if parent is None:
        raise discussions.NotOpen(_("That comment no longer exists."))
    nonce = f"{request.POST.get('nonce', '')[:64]}:{about}"  # of the form, which may be sent twice
    return discussions.submit(
        about.discussion_id,
        about.pk,
        body,
        identity.sender_of(request, nonce),
        nonce,
        name=signature_of(request),
        points=Points(parent.discussion.article.points),
        text_language=parent.discussion.article.text_language,
    )


def _refuse(request: HttpRequest, why: str, text: str) -> bool:
    messages.error(request, _("The reply was not posted. %(why)s") % {"why": why})
    if text:
        messages.info(request, _("Your reply: %(text)s") % {"text": text})
    return False
