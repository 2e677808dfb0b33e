"""The page for reporting a comment."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from .. import discussions
from ..discussions import identity
from ..models import Comment, Report
from ..reading.parameters import HIGHEST_NUMBER
from .answers import nobody_stores, refusal_status, with_retry_after
from .forms import ReportForm


@require_http_methods(["GET", "HEAD", "POST"])
@nobody_stores
def report(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Report a public comment, show the sender's report, or withdraw it (`do=withdraw`)."""
    comment = _public_comment(slug, number)
    writer = identity.known_writer(request)
    if request.POST.get("do") == "withdraw" and writer:
        discussions.withdraw_report(comment, identity.sender_of(request))
        return HttpResponseRedirect(request.path, status=303)
    form = ReportForm(request.POST or None, comment=comment)
    refused, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                sender, data = identity.sender_of(request, form.key), form.cleaned_data
                discussions.report_comment(comment, sender, data["why"], data["note"])
            except discussions.Refusal as refusal:
                form.add_error(None, str(refusal))
                refused, status = refusal, refusal_status(refusal)
            else:
                sent = HttpResponseRedirect(request.path, status=303)
                return identity.remember(request, sent, form.key)
    mine = None
    if writer:
        here = Report.objects.filter(discussion=comment.discussion_id, comment=comment)
        mine = here.filter(reporter=writer)
    context = {
        "comment": comment,
        "article": comment.discussion.article,
        "form": form,
        "mine": mine and mine.open().first(),
    }
    page = render(request, "commentary/report.html", context, status=status)
    return with_retry_after(page, refused) if refused else page


def _public_comment(slug: str, number: int) -> Comment:
    if number > HIGHEST_NUMBER:
        raise Http404
    comments = Comment.objects.approved().on_published(slug)
    return get_object_or_404(comments.select_related("discussion__article"), number=number)
