"""Words among colleagues, and the list of the MDT meeting."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.referrals.models import MeetingItem, Referral
from painpath.referrals.models.following import CONTENT, SHOWN
from painpath.referrals.refusal import Refused
from painpath.referrals.restricting import closed_to
from painpath.referrals.together import discussing
from painpath.referrals.together.second import blind_to
from painpath.triage.presenters.discussion import comment_views, item_view, meetings
from painpath.triage.presenters.following import paged
from painpath.triage.presenters.page import frame
from painpath.triage.presenters.words import day
from painpath.triage.views.base import member, opened
from painpath.triage.workspace_forms import Agreed, PutOnMeetingList, Say
from painpath.web.forms import Form, render_form

ROWS = 100


def _page(
    request: HttpRequest, referral: Referral, by: Membership, *, say: Say | None = None,
    put: PutOnMeetingList | None = None,
) -> HttpResponse:  # fmt: skip
    """The discussion, with one of its forms as it came back."""
    items = list(
        referral.meeting_items.select_related(*SHOWN, "added_by__user", "agreed_by__user").defer(CONTENT).order_by("id")
    )
    context = frame(referral, by) | {
        "comments": comment_views(referral.comments.select_related("by__user")),
        "standing": [item_view(item) for item in items if item.agreed_at is None],
        "agreed": [item_view(item) for item in items if item.agreed_at is not None],
        "say": say or Say(),
        "put": put or PutOnMeetingList(),
    }
    form: Form = put or say or context["say"]
    return render_form(request, "triage/discussion.jinja", form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def discussion(request: HttpRequest, reference: str) -> HttpResponse:
    """All comments on a referral; add one."""
    referral = opened(request, reference)
    by = member(request)
    if request.method != "POST":
        return _page(request, referral, by)
    form = Say(request.POST)
    if form.is_valid():
        discussing.add_comment(referral=referral, by=by, text=form.cleaned_data["text"])
        messages.success(request, "Added to the discussion.")
        return redirect("triage:discussion", reference=reference)
    return _page(request, referral, by, say=form)


@require_POST
def put_on_meeting_list(request: HttpRequest, reference: str) -> HttpResponse:
    """Put the referral on the MDT list."""
    referral = opened(request, reference)
    by = member(request)
    form = PutOnMeetingList(request.POST)
    if form.is_valid():
        try:
            discussing.put_on_meeting_list(referral=referral, by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error("question", refused.sentence)
        else:
            messages.success(request, "On the MDT list.")
            return redirect("triage:discussion", reference=reference)
    return _page(request, referral, by, put=form)


@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    """What waits for a meeting, by its day: to read on the screen or on paper."""
    by = member(request)
    page = Paginator(discussing.meeting_list(by), ROWS).get_page(request.GET.get("page"))
    items = list(page.object_list)
    audit.record(by, "meeting.look", by.service, referrals=[item.referral_id for item in items])
    shown = {
        "meetings": meetings(items, blind_to(by), closed_to(by)),
        "today": day(clock.today()),
        "count": page.paginator.count,
    }
    return render(request, "triage/meeting.jinja", shown | {"paged": paged(page)})


def agreed(request: HttpRequest, item: int) -> HttpResponse:
    """Record what the meeting agreed on."""
    by = member(request)
    row = get_object_or_404(MeetingItem.objects.select_related("referral", "added_by__user"), pk=item)
    referral = opened(request, row.referral.reference)
    row.referral = referral
    form = Agreed(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            discussing.record_agreed(item=row, by=by, agreed=form.cleaned_data["agreed"])
        except Refused as refused:
            form.add_error("agreed", refused.sentence)
        else:
            messages.success(request, "Recorded. It is off the MDT list.")
            return redirect("triage:discussion", reference=referral.reference)
    context = frame(referral, by) | {"item": item_view(row)}
    return render_form(request, "triage/agreed.jinja", form, **context)
