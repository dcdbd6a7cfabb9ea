"""The team: who works here, who comes, who leaves and what they leave behind."""

from dataclasses import replace
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from painpath.accounts import audit, lost_factor
from painpath.accounts.changing import ChangeError, MemberDetails, change_member, set_lead
from painpath.accounts.inviting import InvitationError, add_member
from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN, LEADS_MAY_BE, PRACTICE, REFERRER, ROLES
from painpath.directory.models import Referrer
from painpath.referrals import pathways
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused
from painpath.referrals.restricting import closed_to
from painpath.referrals.transitions import STAFF
from painpath.referrals.worklist import leaving
from painpath.triage import directory_forms as forms
from painpath.triage.presenters.words import day, plural
from painpath.triage.views.base import member
from painpath.web import account_mail
from painpath.web.forms import Select, render_form


def _grades(by: Membership) -> dict[str, str]:
    pathway, _ = pathways.in_force(by.service)
    return {grade.id: grade.name for grade in pathway.grades}


def _role(one: Membership) -> str:
    return f"{ROLES[one.role]}, lead" if one.leads else ROLES[one.role]


def _facts(one: Membership, grades: dict[str, str]) -> list[tuple[str, str]]:
    facts = [
        ("Role", _role(one)),
        ("Job title", one.job_title),
        ("Grade", grades.get(one.grade, one.grade)),
        ("Professional registration", one.registration),
        ("Direct contact", one.contact),
        ("Email address", one.user.email),
        ("Since", day(one.started_at)),
        ("Until", day(one.ended_at)),
    ]
    return [(label, value) for label, value in facts if value]


def team(request: HttpRequest) -> HttpResponse:
    """Everybody who works here, and who has worked here."""
    by = member(request)
    everybody = (
        Membership.objects.on_team_page()
        .filter(service_id=by.service_id)
        .select_related("user")
        .order_by("user__name", "pk")
    )
    grades = _grades(by)
    rows = [
        {
            "name": one.name,
            "href": reverse("triage:member", args=[one.pk]),
            "role": _role(one),
            "grade": grades.get(one.grade, one.grade),
            "registration": one.registration,
            "contact": one.contact,
            "until": day(one.ended_at),
        }
        for one in everybody
    ]
    here, gone = [row for row in rows if not row["until"]], [row for row in rows if row["until"]]
    return render(request, "triage/team.jinja", {"here": here, "gone": gone})


def invite(request: HttpRequest) -> HttpResponse:
    """Somebody new: they get a link by e-mail, by which they set their password."""
    by = member(request)
    pathway, _ = pathways.in_force(by.service)
    form = forms.Invite(request.POST or None, pathway=pathway)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        titles = {grade.id: grade.name for grade in pathway.grades}
        try:
            new = add_member(
                by=by, email=given["email"], name=given["name"], role=given["role"], grade=given["grade"],
                job_title=given["job_title"] or titles.get(given["grade"], ""), registration=given["registration"],
                contact=given["contact"],
            )  # fmt: skip
        except InvitationError as error:
            form.add_error("email", str(error))
        else:
            messages.success(request, f"{new.name} works here now. {account_mail.send_link(request, new)}")
            return redirect("triage:team")
    return render_form(
        request, "triage/change.jinja", form, title="Invite somebody", button="Invite", back=reverse("triage:team")
    )


def _of(request: HttpRequest, pk: int) -> Membership:
    everybody = (
        Membership.objects.on_team_page()
        .filter(service_id=member(request).service_id)
        .select_related("user", "service")
    )
    return get_object_or_404(everybody, pk=pk)


def _holdings(one: Membership, by: Membership) -> list[leaving.Holding]:
    """What somebody has in hand, the look on record; of records that are closed to `by` only that it is there."""
    shut = set(Referral.objects.filter(pk__in=closed_to(by)).values_list("reference", flat=True))
    hidden, found = "Something about a restricted record", leaving.holdings(one)
    about = Referral.objects.filter(service_id=by.service_id, reference__in={held.reference for held in found})
    if shown := sorted(about.values_list("pk", flat=True)):
        audit.record(by, "holding.look", by.service, member=one.pk, referrals=shown)
    return [replace(held, words=hidden) if held.reference in shut else held for held in found]


def send_link(request: HttpRequest, member: int) -> HttpResponse:
    """Send somebody the link to set a password once more."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    one = _of(request, member)
    if one.ended_at is None:
        audit.record(request.membership, "membership.link", one)  # type: ignore[attr-defined]
        messages.info(request, account_mail.send_link(request, one))
    return redirect("triage:member", member=one.pk)


def person(request: HttpRequest, member: int) -> HttpResponse:
    """One person: what they have in hand, who takes it over, and the end of their access."""
    by: Membership = request.membership  # type: ignore[attr-defined]
    one = _of(request, member)
    others = Membership.objects.current().filter(service_id=by.service_id, role__in=STAFF).exclude(pk=one.pk)
    form = forms.GiveTo(request.POST or None)
    cast(Select, form.fields["to"]).options = [
        (str(other.pk), f"{other.name}, {other.job}") for other in others.select_related("user").order_by("user__name")
    ]
    if request.method == "POST" and form.is_valid():
        to = others.get(pk=form.cleaned_data["to"])
        left = leaving.reassign(leaver=one, to=to, by=by)
        rest = f" {plural(len(left), 'thing')} cannot go there: choose somebody else." if left else ""
        messages.success(request, f"Given to {to.name}.{rest}")
        return redirect("triage:member", member=one.pk)
    context = {
        "person": one,
        "facts": _facts(one, _grades(by)),
        "holdings": _holdings(one, by) if one.ended_at is None else [],
        "is_self": one.pk == by.pk,
        "has_factor": one.ended_at is None and by.pk != one.pk and lost_factor.has_factor(one.user_id),
        "clinician": CLINICIAN,
        "may_lead": one.role in LEADS_MAY_BE,
    }
    return render_form(request, "triage/member.jinja", form, **context)


def edit(request: HttpRequest, member: int) -> HttpResponse:
    """Grade, registration, job title and contact of somebody who works here."""
    by: Membership = request.membership  # type: ignore[attr-defined]
    one = _of(request, member)
    pathway, _ = pathways.in_force(by.service)
    titles = _grades(by)
    clinician = one.role == CLINICIAN
    initial = {name: getattr(one, name) for name in forms.EditMember.base_fields}
    if one.job_title == titles.get(one.grade):  # not typed by anybody: it goes with the grade
        initial["job_title"] = ""
    form = forms.EditMember(request.POST or None, initial=initial, pathway=pathway, clinician=clinician)
    if request.method == "POST" and form.is_valid():
        given = {"registration": one.registration} | form.cleaned_data
        given["job_title"] = given["job_title"] or titles.get(given.get("grade", ""), "")
        try:
            changed = change_member(member=one, details=MemberDetails(**given), by=by)
        except ChangeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Saved." if changed else "Nothing was changed.")
            if "grade" in changed:
                messages.warning(
                    request, "What they have in hand, and their days on the rota, stay with them. Look below whether "
                    "they may still decide these with the new grade.",
                )  # fmt: skip
            return redirect("triage:member", member=one.pk)
    return render_form(
        request, "triage/change.jinja", form, title=f"Change the details of {one.name}", button="Save",
        intro="Letters that are signed keep what stood there then.", back=reverse("triage:member", args=[one.pk]),
    )  # fmt: skip


def lead(request: HttpRequest, member: int) -> HttpResponse:
    """Somebody leads the service from now on, or does not any more."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    one, leads = _of(request, member), request.POST.get("leads") == "yes"
    try:
        set_lead(member=one, leads=leads, by=request.membership)  # type: ignore[attr-defined]
    except ChangeError as error:
        raise Refused(str(error)) from None
    said = "leads the service now." if leads else "does not lead the service any more."
    messages.success(request, f"{one.name} {said}")
    return redirect("triage:member", member=one.pk)


def remove_factor(request: HttpRequest, member: int) -> HttpResponse:
    """Somebody, of the team or who refers, cannot give their second factor any more: why, and how they were known."""
    by: Membership = request.membership  # type: ignore[attr-defined]
    everybody = Membership.objects.filter(service_id=by.service_id, ended_at=None).select_related("user", "service")
    one = get_object_or_404(everybody, pk=member)
    back = reverse("triage:member", args=[one.pk])
    if one.role == REFERRER:
        back = reverse("triage:referrer", args=[Referrer.objects.get(member=one).pk])
    elif one.role == PRACTICE:
        back = reverse("triage:practice", args=[one.practice_member.practice_id])
    form = forms.RemoveFactor(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            lost_factor.remove_factor(member=one, by=by, **form.cleaned_data)
        except ChangeError as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, f"The second factor of {one.name} is removed, and they are told. When they next sign in they "
                "set up a new one.",
            )  # fmt: skip
            return redirect(back)
    return render_form(
        request, "triage/change.jinja", form, title=f"Remove the second factor of {one.name}", button="Remove it",
        intro="For somebody who has lost their phone or passkey, and their recovery codes. They are signed out "
        "everywhere.",
        back=back,
    )  # fmt: skip


def end(request: HttpRequest, member: int) -> HttpResponse:
    """End somebody's access, once nothing is left in their hands."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    one = _of(request, member)
    leaving.end_membership(membership=one, by=request.membership)  # type: ignore[attr-defined]
    messages.success(request, f"The access of {one.name} has ended. They are signed out everywhere.")
    return redirect("triage:team")
