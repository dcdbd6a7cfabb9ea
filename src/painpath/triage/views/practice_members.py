"""Accounts of a practice's own staff: given on the practice's page, and ended there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from painpath.accounts import audit
from painpath.directory.models import Practice, PracticeMember
from painpath.referrals.referring import practice_members
from painpath.referrals.refusal import Refused
from painpath.triage import directory_forms as forms
from painpath.triage.views.base import member as who
from painpath.web import account_mail
from painpath.web.forms import Form, render_form


def give(request: HttpRequest, practice: int) -> HttpResponse:
    """Somebody of the practice gets an account, and the link to set a password by e-mail."""
    by = who(request)
    current = Practice.objects.filter(service_id=by.service_id).current()
    one = get_object_or_404(current, pk=practice)
    form = forms.PracticeAccount(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = practice_members.give_account(practice=one, by=by, **form.cleaned_data)
        except Refused as error:
            form.add_error("email", str(error))
        else:
            sent = account_mail.send_link(request, made.member)
            messages.success(request, f"{made.member.name} can see where this practice’s referrals stand. {sent}")
            return redirect("triage:practice", practice=made.practice_id)
    return render_form(
        request, "triage/change.jinja", form, title=f"An account for somebody at {one.name}", button="Give the account",
        back=reverse("triage:practice", args=[one.pk]),
        intro="For reception, secretaries and practice managers. They see which of the practice’s referrals are here, "
        "where each stands and what is asked. They do not refer, answer or read letters.",
    )  # fmt: skip


def _of(request: HttpRequest, practice: int, member: int) -> PracticeMember:
    rows = PracticeMember.objects.select_related("member__user", "member__service")
    return get_object_or_404(rows, service_id=who(request).service_id, practice=practice, member=member)


def end(request: HttpRequest, practice: int, member: int) -> HttpResponse:
    """Somebody's access ends at once, after a page that says so."""
    one = _of(request, practice, member)
    if request.method != "POST":
        return render_form(
            request, "triage/change.jinja", Form(), title=f"End the access of {one.member.name}", button="End access",
            back=reverse("triage:practice", args=[practice]),
            intro="They are signed out at once, and cannot sign in again. You can give them an account again later.",
        )  # fmt: skip
    practice_members.end_account(one=one, by=who(request))
    messages.success(request, f"The access of {one.member.name} has ended. They are signed out everywhere.")
    return redirect("triage:practice", practice=practice)


def send_link(request: HttpRequest, practice: int, member: int) -> HttpResponse:
    """Send somebody the link to set a password once more."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    one = _of(request, practice, member)
    if one.member.ended_at is None:
        audit.record(who(request), "membership.link", one.member)
        messages.info(request, account_mail.send_link(request, one.member))
    return redirect("triage:practice", practice=practice)
