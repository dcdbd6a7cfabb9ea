"""The pages where a manager or an administrator sees to the programs that the service lets in."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_http_methods, require_safe

from painpath import clock
from painpath.accounts.models import Membership
from painpath.exchange import client_forms as forms
from painpath.exchange import clients as verbs
from painpath.exchange.keys import BadKeys
from painpath.exchange.models import REACH, Client, Sent
from painpath.exchange.offers import offers_in
from painpath.exchange.tokens import address
from painpath.referrals import pathways
from painpath.referrals.refusal import Refused
from painpath.web.forms import render_form

SWITCHES = {"fhir": "FHIR R4", "cds_hooks": "CDS Hooks", "bars": "BaRS"}
RECENT = 20


def _by(request: HttpRequest) -> Membership:
    return request.membership  # type: ignore[attr-defined, no-any-return]


def _moment(value: Any) -> str:
    return date_format(value.astimezone(clock.LONDON), r"j F Y \a\t H:i") if value else "Not yet"


def _one(request: HttpRequest, pk: int) -> Client:
    return get_object_or_404(Client.objects.select_related("added_by__user"), pk=pk, service_id=_by(request).service_id)


@require_safe
def clients(request: HttpRequest) -> HttpResponse:
    """Which programs are let in, and which were."""
    by = _by(request)
    everyone = Client.objects.filter(service_id=by.service_id).order_by("name", "pk")
    rows = [
        {
            "name": one.name,
            "href": reverse("exchange:client", args=[one.pk]),
            "organisation": one.organisation,
            "called": _moment(verbs.last_called(one)),
            "sent": Sent.objects.filter(client=one).count(),
            "ended": _moment(one.ended_at) if one.ended_at else "",
        }
        for one in everyone
    ]
    exchange = pathways.in_force(by.service)[0].exchange
    context = {
        "here": [row for row in rows if not row["ended"]],
        "gone": [row for row in rows if row["ended"]],
        "on": [words for name, words in SWITCHES.items() if getattr(exchange, name) == "on"],
    }
    return render(request, "exchange/clients.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Let a program in."""
    form = forms.Register(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            new = verbs.register(program=form.program(), keys=form.cleaned_data["keys"], by=_by(request))
        except BadKeys as no:
            form.add_error("keys", no.sentence)
        except Refused as no:
            form.add_error(None, no.sentence)
        else:
            messages.success(request, f"{new.name} is let in. Tell those who run it what stands below.")
            return redirect("exchange:client", program=new.pk)
    return render_form(
        request, "triage/change.jinja", form, title="Let a program in", button="Let it in",
        intro="You answer for it: there is an agreement with those who run it, and you know whom to ask. "
        "A program never decides, and changes no outcome.",
        back=reverse("exchange:clients"),
    )  # fmt: skip


@require_safe
def client(request: HttpRequest, program: int) -> HttpResponse:
    """One program: what it may do, what it sent, when it was last here."""
    one = _one(request, program)
    service = one.service
    sent = Sent.objects.filter(client=one).select_related("referral").order_by("-pk")
    ending = verbs.ending(one) if one.ended_at else None
    facts = [
        ("Organisation", one.organisation),
        ("Who can be asked", one.contact),
        ("Let in by", f"{one.added_by.name}, on {_moment(one.added_at)}"),
        ("Of which referrals", REACH[one.reach]),
        ("Calls itself, for CDS Hooks", one.issuer),
        ("Ids of its keys", ", ".join(verbs.key_ids(one))),
        ("Last here", _moment(verbs.last_called(one))),
    ]
    changed = verbs.rights_changed(one)
    if changed is not None and changed.by is not None:
        facts.append(("What it may do was changed by", f"{changed.by.name}, on {_moment(changed.at)}"))
    if ending is not None and ending.by is not None:
        facts.append(
            ("Ended by", f"{ending.by.name}, on {_moment(ending.at)}: {verbs.REASONS[ending.detail['reason']]}")
        )
    root = address(request, "exchange:token", service).removesuffix("/oauth/token")
    context = {
        "program": one,
        "facts": [fact for fact in facts if fact[1]],
        "may": [offer.sentence for offer in offers_in(one.scopes)],
        "tell": [
            ("Its name here (client_id)", one.client_id),
            ("Where it asks for a token", f"{root}/oauth/token"),
            ("FHIR R4", f"{root}/fhir/R4"),
            ("BaRS", f"{root}/bars/$process-message"),
            ("CDS Hooks", f"{root}/cds-services"),
        ],
        "count": sent.count(),
        "sent": [(each.referral.reference, _moment(each.at)) for each in sent[:RECENT]],
        "waits": verbs.left_to_a_person(one),
    }
    return render(request, "exchange/client.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rights(request: HttpRequest, program: int) -> HttpResponse:
    """Let it do more, or less."""
    one = _one(request, program)
    has = {"may": [offer.id for offer in offers_in(one.scopes)], "reach": one.reach}
    form = forms.Rights(request.POST or None, initial=has)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.change_rights(
                client=one, scopes=form.scopes(), reach=form.cleaned_data["reach"], by=_by(request)
            )  # fmt: skip
        except Refused as no:
            form.add_error("may", no.sentence)
        else:
            messages.success(request, f"What {one.name} may do is as it stands below.")
            return redirect("exchange:client", program=one.pk)
    return render_form(
        request, "triage/change.jinja", form, title=f"Change what {one.name} may do", button="Change what it may do",
        intro="It counts from that moment: the tokens that the program holds end, and it asks for a new one. What it "
        "has sent stays. Tell those who run it if it may do less.",
        back=reverse("exchange:client", args=[one.pk]),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def keys(request: HttpRequest, program: int) -> HttpResponse:
    """New keys: beside the old ones, or instead of them."""
    one = _one(request, program)
    form = forms.Keys(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            verbs.replace_keys(client=one, keys=given["keys"], keep=given["old"] == "keep", by=_by(request))
        except BadKeys as no:
            form.add_error("keys", no.sentence)
        else:
            messages.success(request, "The keys are changed.")
            return redirect("exchange:client", program=one.pk)
    return render_form(
        request, "triage/change.jinja", form, title=f"Change the keys of {one.name}", button="Change the keys",
        intro=f"It has now: {', '.join(verbs.key_ids(one))}.", back=reverse("exchange:client", args=[one.pk]),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, program: int) -> HttpResponse:
    """Let it in no longer."""
    one = _one(request, program)
    form = forms.End(request.POST or None)
    if request.method == "POST" and form.is_valid():
        verbs.end(client=one, reason=form.cleaned_data["reason"], by=_by(request))
        messages.success(request, f"{one.name} is let in no longer. What it has sent stays.")
        return redirect("exchange:clients")
    return render_form(
        request, "triage/change.jinja", form, title=f"Let {one.name} in no longer", button="End it now",
        intro="From that moment it is refused. What it has sent stays, and is decided and answered as everything is.",
        back=reverse("exchange:client", args=[one.pk]),
    )  # fmt: skip
