"""A referrer's own referrals."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from painpath.accounts import audit
from painpath.referrals.theirs import is_verified, practice_of, theirs
from painpath.referrers.presenters import mine as presenter
from painpath.referrers.presenters.refer import drafts
from painpath.referrers.views.base import referrer


def mine(request: HttpRequest) -> HttpResponse:
    """What they and their practice have sent, the newest first."""
    by = referrer(request)
    works_in = practice_of(by)
    rows = theirs(by).select_related("patient", "pathway_version", "referrer", "owner__user", "online")
    newest = rows.defer("pathway_version__content").order_by("-received_at", "-pk")
    page = Paginator(newest, presenter.ON_A_PAGE).get_page(request.GET.get("page"))
    audit.record(by, "sent.look", by.service, referrals=[one.pk for one in page])
    context = presenter.page(page, verified=works_in is not None or is_verified(by)) | {
        "drafts": drafts(by), "practice": works_in.name if works_in else "",
    }  # fmt: skip
    return render(request, "referrers/mine.jinja", context)
