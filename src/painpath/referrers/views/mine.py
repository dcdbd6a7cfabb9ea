"""A referrer's own referrals."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from painpath.referrals.theirs import is_verified, theirs
from painpath.referrers.presenters import mine as presenter
from painpath.referrers.presenters.refer import drafts
from painpath.referrers.views.base import referrer


def mine(request: HttpRequest) -> HttpResponse:
    """What they and their practice have sent, the newest first."""
    by = referrer(request)
    rows = theirs(by).select_related("patient", "pathway_version", "referrer", "owner__user", "online")
    newest = rows.defer("pathway_version__content").order_by("-received_at", "-pk")
    page = Paginator(newest, presenter.ON_A_PAGE).get_page(request.GET.get("page"))
    context = presenter.page(page, verified=is_verified(by)) | {"drafts": drafts(by)}
    return render(request, "referrers/mine.jinja", context)
