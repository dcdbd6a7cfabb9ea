"""A referrer's account: asking for one, and their own details."""

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from painpath.accounts.audit import Process
from painpath.directory.models import Practice
from painpath.referrals import pathways
from painpath.referrals.referring import referrer_accounts
from painpath.referrals.theirs import themselves
from painpath.referrers.account_forms import AskForAccount, MyDetails
from painpath.referrers.presenters import account as present
from painpath.referrers.views.base import referrer
from painpath.web.account_mail import send_referrer_mail
from painpath.web.forms import render_form
from painpath.web.practitioners import initial_of
from painpath.web.published import public_pathway

TOO_MANY_REQUESTS = 429
TOO_OFTEN = "There have been too many requests from here. Try again in an hour, or refer by letter."


def ask(request: HttpRequest, service: str) -> HttpResponse:
    """Somebody asks for an account. Whether the address has one already is said to its owner only, by e-mail."""
    here, pathway = public_pathway(service)
    practices = Practice.objects.filter(service_id=here.pk)
    form = AskForAccount(request.POST or None, pathway=pathway, practices=practices)
    status = None
    if request.method == "POST" and form.is_valid():
        try:
            if not ratelimit.consume(request, action="ask_for_account"):
                raise referrer_accounts.TooOften(TOO_OFTEN)
            given = referrer_accounts.ask_for_account(
                who=form.practitioner(), by=Process(here, referrer_accounts.ASKING)
            )
        except referrer_accounts.TooOften as no:
            form.add_error(None, no.sentence)
            status = TOO_MANY_REQUESTS
        else:
            is_known = not given.new and given.member.user.has_usable_password()
            about = "known" if is_known else "welcome"
            sent = send_referrer_mail(
                request, about, given.member, invited=False, verified=False,
                has_password=given.member.user.has_usable_password(),
            )  # fmt: skip
            to = reverse("referrers:asked", args=[service])
            return redirect(to if sent else f"{to}?email=later")
    response = render_form(request, "referrers/ask.jinja", form, **present.asking(here, pathway))
    response.status_code = status or response.status_code
    return response


@require_safe
def asked(request: HttpRequest, service: str) -> HttpResponse:
    """What happens next: the same for everybody who asked."""
    here, pathway = public_pathway(service)
    context = present.asking(here, pathway) | {"later": request.GET.get("email") == "later"}
    return render(request, "referrers/asked.jinja", context)


def details(request: HttpRequest) -> HttpResponse:
    """Their own details: what they may change, and what has to be compared again when they do."""
    by = referrer(request)
    pathway, _ = pathways.in_force(by.service)
    mine = themselves(by)
    practices = Practice.objects.filter(service_id=by.service_id)
    initial = initial_of(mine) if mine else {}
    form = MyDetails(request.POST or None, initial=initial, pathway=pathway, practices=practices)
    if request.method == "POST" and form.is_valid():
        was = mine is not None and mine.verified_at is not None
        now = referrer_accounts.change_details(who=form.practitioner(name=by.name, email=by.user.email), by=by)
        messages.success(request, present.changed(was_verified=was, is_verified=now.verified_at is not None))
        return redirect("referrers:details")
    return render_form(request, "referrers/details.jinja", form, **present.details(by, mine))
