"""How long records are kept: a manager looks at what is due, and decides for each. Two people destroy."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from painpath.referrals import pathways
from painpath.referrals.models import DestructionCertificate, DestructionRequest, Referral, RetentionHold
from painpath.referrals.refusal import Refused
from painpath.referrals.retention import destroying, listing, reckoning
from painpath.referrals.retention import keeping as verbs
from painpath.triage import keeping_forms as forms
from painpath.triage.presenters import keeping as present
from painpath.triage.presenters.page import frame
from painpath.triage.views.actions import act
from painpath.triage.views.base import member, opened
from painpath.web.forms import render_form


@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """Records whose day has come, the longest due first; and what waits for somebody's agreement."""
    by = member(request)
    pathway, _ = pathways.in_force(by.service)
    page = listing.due(by, after=request.GET.get("after", ""))
    return render(request, "triage/retention.jinja", {
        "rows": present.rows(page, pathway, by), "next": f"?after={page.next}" if page.next else "",
        "is_first": "after" not in request.GET, "asked": present.asked_rows(by),
        "unconfirmed": [one.name for one in pathway.retention.unconfirmed()] if pathway.retention else [],
        "no_schedule": pathway.retention is None,
    })  # fmt: skip


@require_safe
def certificates(request: HttpRequest) -> HttpResponse:
    """What was destroyed: no names, no words, nothing that could bring it back."""
    by = member(request)
    rows = DestructionCertificate.objects.filter(service_id=by.service_id).select_related(
        "asked_by__user", "agreed_by__user"
    )
    page = Paginator(rows, listing.ROWS).get_page(request.GET.get("page"))
    names = present.class_names(pathways.in_force(by.service)[0])
    return render(request, "triage/certificates.jinja", {
        "rows": [present.certificate(row, names) for row in page.object_list],
        "previous": f"?page={page.previous_page_number()}" if page.has_previous() else "",
        "next": f"?page={page.next_page_number()}" if page.has_next() else "",
    })  # fmt: skip


@require_safe
def one(request: HttpRequest, reference: str) -> HttpResponse:
    """How long this record is kept, why, and what can be done."""
    referral, by = opened(request, reference), member(request)
    row = reckoning.reckon(by.service, [referral.pk])[referral.pk]
    pathway, _ = pathways.in_force(by.service)
    return render(request, "triage/keeping.jinja", frame(referral, by) | present.one(referral, row, by, pathway))


def longer(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep it until a day."""
    return act(
        request, reference, forms.KeepLonger,
        lambda referral, by, given: verbs.keep(referral=referral, by=by, **given),
        heading="Keep it longer", intro="It stands on the list again on the day that you set.", button="Keep it",
        done="Kept until then.", to="triage:keeping",
    )  # fmt: skip


def hold(request: HttpRequest, reference: str) -> HttpResponse:
    """Put it on hold."""
    return act(
        request, reference, forms.Hold,
        lambda referral, by, given: verbs.hold(referral=referral, by=by, **given),
        heading="Put it on hold", intro="While a hold is on, nothing of this referral can be destroyed by anybody.",
        button="Put it on hold", done="On hold.", to="triage:keeping",
    )  # fmt: skip


def end_hold(request: HttpRequest, reference: str, hold: int) -> HttpResponse:
    """End a hold."""
    row = RetentionHold.objects.filter(referral=opened(request, reference), pk=hold).first()
    if row is None:
        raise Http404
    return act(
        request, reference, forms.EndHold,
        lambda referral, by, given: verbs.end_hold(hold=row, by=by, reason=given["reason"]),
        heading="End the hold", intro=row.reason, button="End the hold", done="The hold has ended.",
        to="triage:keeping",
    )  # fmt: skip


def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask to destroy it: somebody else has to agree."""
    if request.method != "POST":
        destroying.check_ask(opened(request, reference), by=member(request))
    return act(
        request, reference, forms.Ask,
        lambda referral, by, given: destroying.ask(referral=referral, by=by, **given),
        heading="Ask to destroy this record",
        intro="Another manager or lead has to agree. Then everything of this referral, and of those that go together "
        "with it, is destroyed for good. A certificate without names stays.",
        button="Ask to destroy it", done="Asked. Another manager or lead has to agree.", to="triage:keeping",
    )  # fmt: skip


def agree(request: HttpRequest, reference: str) -> HttpResponse:
    """Agree to what somebody else has asked: the record is destroyed."""
    referral, by = opened(request, reference), member(request)
    asked = _asked(referral)
    if request.method != "POST":
        destroying.check_agree(asked, by=by)
    form = forms.Agree(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = destroying.agree(request=asked, by=by, reference=form.cleaned_data["reference"])
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, f"Destroyed. Certificate {done.pk} says what, when and by whom.")
            return redirect("triage:certificates")
    context = frame(referral, by) | {
        "heading": "Destroy this record",
        "intro": f"{asked.asked_by.name} asks for it: “{asked.reason}” It cannot be brought back. Look at the record "
        "first: is it the right one?",
        "button": "Destroy it for good",
        "is_final": True,
    }
    return render_form(request, "triage/act.jinja", form, **context)


def turn_down(request: HttpRequest, reference: str) -> HttpResponse:
    """The record stays."""
    asked = _asked(opened(request, reference))
    return act(
        request, reference, forms.TurnDown,
        lambda referral, by, given: destroying.turn_down(request=asked, by=by, reason=given["reason"]),
        heading="Do not destroy it", intro="The record stays, and stays on the list.", button="Do not destroy it",
        done="Turned down. The record stays.", to="triage:keeping",
    )  # fmt: skip


def _asked(referral: Referral) -> DestructionRequest:
    found = destroying.open_request(referral)
    if found is None:
        raise Refused("Nobody asks to destroy this record any more.")
    return found
