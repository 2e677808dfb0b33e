"""Search in the admin: the operators of the search page, in every status and in drafts."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from .. import search

MAX_MATCHES = 1_000  # matches that are listed


def matching_keys(request: HttpRequest, term: str, kind: str, status: str = "") -> list[int]:
    """Return the keys of the comments or articles that match `term`, see `search.find`.

    `status` is used unless the term has a status itself. Messages tell the editor what was ignored.
    """
    query = search.parse_query(term, with_status=True)
    for note in query.notes:
        messages.warning(request, note)
    if status and not query.is_empty and not query.statuses:
        # Otherwise the newest matches might all have another status.
        query = replace(query, statuses=(status,))
    try:
        hits = search.find(query, kind, is_public=False, most=MAX_MATCHES)
    except search.TooBroad:
        messages.error(
            request,
            _("This search timed out. Add a word or an operator, such as before:2026-01-31."),
        )
        return []
    if hits.is_capped:
        words = _("Only the newest %(cap)d matches are listed.") % {"cap": MAX_MATCHES}
        messages.warning(request, words)
    elif hits.until is not None:
        words = _("The phrase was searched for only in the newest articles and comments.")
        messages.warning(request, words)
    return [hit.comment_id or hit.article_id for hit in hits.newest[:MAX_MATCHES]]
