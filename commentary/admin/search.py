"""Search in the admin: the language of the page of results, in every status and in drafts."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from .. import search

MOST = 1_000  # matches that are listed


def keys(request: HttpRequest, term: str, kind: str, status: str = "") -> list[int]:
    """The keys of the comments or articles that `term` finds, see `search.find`, of `status` if it
    names none itself. What could not be used or found is told to the editor."""
    query = search.parse(term, with_status=True)
    for note in query.notes:
        messages.warning(request, note)
    if status and not query.is_empty and not query.statuses:
        query = replace(query, statuses=(status,))  # or the newest might all have another
    try:
        hits = search.find(query, kind, is_public=False, most=MOST)
    except search.TooBroad:
        messages.error(request, _("This search takes too long: add a word or a field."))
        return []
    if hits.is_capped:
        words = _("Only the newest %(cap)d matches are listed.") % {"cap": MOST}
        messages.warning(request, words)
    elif hits.until is not None:
        words = _("Only the newest of those with these words were searched for the phrase.")
        messages.warning(request, words)
    return [hit.comment_id or hit.article_id for hit in hits.newest[:MOST]]
