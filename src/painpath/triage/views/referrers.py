"""Accounts of those who refer: compared with the register, declined, joined, ended, or given by invitation."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from painpath.accounts import audit
from painpath.directory import finding
from painpath.directory.models import Practice, Referrer
from painpath.referrals import pathways
from painpath.referrals.referring import verifying
from painpath.referrals.referring.referrer_accounts import accounts, invite_referrer
from painpath.referrals.refusal import Refused
from painpath.triage import referrer_forms as forms
from painpath.triage.presenters import referrers as present
from painpath.triage.views.base import member
from painpath.web.account_mail import send_link as mail_link
from painpath.web.account_mail import send_referrer_mail
from painpath.web.forms import render_form

NO_MAIL = "Email cannot be sent at the moment: tell them yourself."


def _practices(request: HttpRequest) -> "QuerySet[Practice]":
    return Practice.objects.filter(service_id=member(request).service_id)


def _account(request: HttpRequest, pk: int) -> Referrer:
    return get_object_or_404(accounts(member(request).service_id).select_related("member__service"), pk=pk)


@require_safe
def referrers(request: HttpRequest) -> HttpResponse:
    """Who waits to be compared with the register, the longest first; who has an account; who had one."""
    by = member(request)
    pathway, _ = pathways.in_force(by.service)
    found = accounts(by.service_id)
    context = {
        "waiting": [present.row(one, pathway) for one in verifying.waiting(by.service_id)],
        "current": [
            present.row(one, pathway)
            for one in found.filter(verified_at__isnull=False, member__ended_at=None).order_by("name", "pk")
        ],
        "gone": [
            present.row(one, pathway)
            for one in found.filter(member__ended_at__isnull=False).order_by("-member__ended_at", "pk")[: present.GONE]
        ],
    }
    return render(request, "triage/referrers.jinja", context)


def invite(request: HttpRequest) -> HttpResponse:
    """Somebody who refers gets an account: they get a link by e-mail, by which they set their password."""
    by = member(request)
    pathway, _ = pathways.in_force(by.service)
    form = forms.InviteReferrer(request.POST or None, pathway=pathway, practices=_practices(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = invite_referrer(who=form.practitioner(), by=by, compared=form.cleaned_data["compared"])
        except Refused as no:
            form.add_error("email", no.sentence)
        else:
            one = _account(request, made.pk)
            sent = _mail(request, "welcome", one, invited=True, verified=made.verified_at is not None)
            words = f"The link to set a password is on its way to {made.email}." if sent else present.LINK_LATER
            messages.success(request, f"{made.name} has an account now. {words}")
            return redirect("triage:referrer", referrer=made.pk)
    return render_form(
        request, "triage/change.jinja", form, title="Invite a referrer", button="Invite",
        intro="They can send referrals online and see where each is. Nobody of a practice is shown what the practice "
        "sent before a person has compared their registration.",
        back=reverse("triage:referrers"),
    )  # fmt: skip


def _mail(request: HttpRequest, about: str, one: Referrer, **more: object) -> bool:
    account = one.member
    if account is None:
        return False
    return send_referrer_mail(request, about, account, has_password=account.user.has_usable_password(), **more)


def referrer(request: HttpRequest, referrer: int) -> HttpResponse:
    """One account: what is known, what to compare it with, and what can be done about it."""
    by = member(request)
    pathway, _ = pathways.in_force(by.service)
    one = _account(request, referrer)
    practice = finding.titled(one.practice) if one.practice else ""
    initial = {"practice": practice, "seen": verifying.details_seen(one)}
    form = forms.Verify(request.POST or None, initial=initial, practices=_practices(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        before = one.verified_at
        try:
            verifying.verify_referrer(
                referrer=one, by=by, compared=given["compared"], practice=given["practice"], seen=given["seen"]
            )
        except Refused as no:
            form.add_error(None, no.sentence)
        else:
            told = before is not None or _mail(request, "verified", one)
            messages.success(request, f"{one.name} is verified. {'They get an email.' if told else NO_MAIL}")
            return redirect("triage:referrer", referrer=one.pk)
    context = present.page(one, pathway, _practices(request), by=by)
    return render_form(request, "triage/referrer.jinja", form, **context)


@require_POST
def send_link(request: HttpRequest, referrer: int) -> HttpResponse:
    """Send somebody the link to set a password once more."""
    one = _account(request, referrer)
    if one.member is not None and one.member.ended_at is None:
        audit.record(member(request), "membership.link", one.member)
        messages.info(request, mail_link(request, one.member))
    return redirect("triage:referrer", referrer=one.pk)


def decline(request: HttpRequest, referrer: int) -> HttpResponse:
    """Somebody gets no account, and is told why and how to refer by letter."""
    by = member(request)
    pathway, _ = pathways.in_force(by.service)
    one = _account(request, referrer)
    form = forms.Decline(request.POST or None)
    if request.method == "POST" and form.is_valid():
        was = verifying.standing(one)
        verifying.decline_referrer(referrer=one, by=by, reason=form.cleaned_data["reason"])
        routes = [(route.name, route.how) for route in pathway.routes]
        told = was == "declined" or _mail(request, "declined", one, reason=form.cleaned_data["reason"], routes=routes)
        messages.success(request, f"Declined. {'They get an email.' if told else NO_MAIL}")
        return redirect("triage:referrer", referrer=one.pk)
    return render_form(
        request, "triage/change.jinja", form, title=f"Decline the account of {one.name}", button="Decline",
        intro="Their access ends at once. What they have sent stays, is answered, and is marked.",
        back=reverse("triage:referrer", args=[one.pk]),
    )  # fmt: skip


@require_POST
def join(request: HttpRequest, referrer: int) -> HttpResponse:
    """What came under the same name before belongs to this account from now on."""
    by = member(request)
    one = _account(request, referrer)
    number = present.number(request.POST.get("old", ""))
    old = Referrer.objects.filter(service_id=by.service_id, pk=number).first() if number else None
    if old is None:
        raise Refused("Choose whose referrals to join to this account.")
    count = verifying.join_referrer(referrer=one, old=old, by=by)
    messages.success(request, present.joined(count, one))
    return redirect("triage:referrer", referrer=one.pk)


@require_POST
def end(request: HttpRequest, referrer: int) -> HttpResponse:
    """End somebody's access at once."""
    one = verifying.end_referrer(referrer=_account(request, referrer), by=member(request))
    messages.success(request, f"The access of {one.name} has ended. They are signed out everywhere.")
    return redirect("triage:referrer", referrer=one.pk)
