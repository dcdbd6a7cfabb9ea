"""The directory: looking a practice up, changing it by hand, and where people are pointed to."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from painpath import clock
from painpath.accounts.roles import ADMINISTRATOR
from painpath.directory import editing
from painpath.directory.importing import DirectoryError
from painpath.directory.models import Contract, Practice, PracticeQuerySet
from painpath.referrals import pathways
from painpath.referrals.referring.practice_members import staff_of
from painpath.referrals.transitions import STAFF
from painpath.triage import directory_forms as forms
from painpath.triage.presenters import directory as present
from painpath.triage.presenters.joining import joined_in, joined_note
from painpath.triage.views.base import member
from painpath.web.forms import Form, render_form

ROWS = 50


def _places(request: HttpRequest) -> dict[str, str]:
    pathway, _ = pathways.in_force(member(request).service)
    return {place.id: place.name for place in pathway.localities}


def _practices(request: HttpRequest) -> PracticeQuerySet:
    return Practice.objects.filter(service_id=member(request).service_id).prefetch_related("contracts")


def directory(request: HttpRequest) -> HttpResponse:
    """Practices by name, code or postcode, with their contract today. A practice's name says nothing of a patient."""
    words = " ".join(request.GET.get("q", "").split())[:100]
    found = _practices(request).current()
    if words:
        named = Q()
        for word in words.split():
            named &= Q(name__icontains=word)
        found = found.filter(named | Q(ods_code__istartswith=words) | Q(postcode__istartswith=words))
    page = Paginator(found.order_by("name", "pk"), ROWS).get_page(request.GET.get("page"))
    places, today = _places(request), clock.today()

    def address(number: int) -> str:
        return f"{reverse('triage:directory')}?{urlencode([('q', words), ('page', str(number))])}"

    context = {
        "words": words,
        "rows": [present.practice_row(one, places, today) for one in page.object_list],
        "count": page.paginator.count,
        "previous": address(page.number - 1) if page.has_previous() else "",
        "next": address(page.number + 1) if page.has_next() else "",
        "may_change": member(request).role == ADMINISTRATOR,
    }
    return render(request, "triage/directory.jinja", context)


def practice(request: HttpRequest, practice: int) -> HttpResponse:
    """One practice, and all that is known of its contract."""
    one = get_object_or_404(_practices(request).select_related("joined_into", "joined_by__user"), pk=practice)
    places = _places(request)
    may_change = member(request).role == ADMINISTRATOR and one.joined_into is None
    context = {
        "practice": one,
        "facts": present.practice_facts(one, places),
        "today": present.practice_row(one, places, clock.today()),
        "contracts": present.contract_rows(one),
        "joined": joined_note(one),
        "joined_in": joined_in(one),
        "may_change": may_change,
        "staff": present.staff_rows(staff_of(one)),
        "may_give": member(request).role in STAFF and one.joined_into is None,
        "may_join": may_change and not one.ods_code,
    }
    return render(request, "triage/practice.jinja", context)


def signposts(request: HttpRequest) -> HttpResponse:
    """Where people are pointed to: what has not been checked for a year stands first."""
    pathway, _ = pathways.in_force(member(request).service)
    return render(request, "triage/signposts.jinja", {"signposts": present.signpost_views(pathway)})


def _change(
    request: HttpRequest, form: Form, verb: Callable[[], Practice], *, done: str, back: str, **context: Any
) -> HttpResponse:
    """A form about a practice: shown, put right, or done and back to the practice."""
    if request.method == "POST" and form.is_valid():
        try:
            changed = verb()
        except DirectoryError as error:
            form.add_error(None, error.sentence)
        else:
            messages.success(request, done)
            return redirect("triage:practice", practice=changed.pk)
    return render_form(request, "triage/change.jinja", form, back=back, **context)


def add_practice(request: HttpRequest) -> HttpResponse:
    """A practice that the public file does not hold."""
    by = member(request)
    pathway, _ = pathways.in_force(by.service)
    form = forms.EditPractice(request.POST or None, pathway=pathway)
    return _change(
        request, form, lambda: editing.save_practice(practice=None, details=form.details(), by=by),
        done="The practice is in the directory.", back=reverse("triage:directory"), title="Add a practice",
        button="Add this practice",
    )  # fmt: skip


def edit_practice(request: HttpRequest, practice: int) -> HttpResponse:
    """What the directory holds of a practice, changed by hand."""
    by = member(request)
    one = get_object_or_404(_practices(request), pk=practice)
    pathway, _ = pathways.in_force(by.service)
    initial = {name: getattr(one, name) for name in forms.EditPractice.base_fields}
    initial["locality"] = one.locality or "unknown"
    form = forms.EditPractice(request.POST or None, initial=initial, pathway=pathway)
    note = (
        "The next import of the public practice file brings name, address, postcode, phone number and dates to what it "
        "says. Locality, email address, MESH mailbox and contract stay as they are here."
    )
    return _change(
        request, form, lambda: editing.save_practice(practice=one, details=form.details(), by=by),
        done="The practice is changed.", back=reverse("triage:practice", args=[one.pk]), title=f"Change {one.name}",
        button="Save", intro=note if one.ods_code else "",
    )  # fmt: skip


def add_contract(request: HttpRequest, practice: int) -> HttpResponse:
    """Another row about a practice's contract."""
    return _contract(request, get_object_or_404(_practices(request), pk=practice), None)


def edit_contract(request: HttpRequest, practice: int, contract: int) -> HttpResponse:
    """A row about a practice's contract, changed: mostly, given a last day."""
    one = get_object_or_404(_practices(request), pk=practice)
    return _contract(request, one, get_object_or_404(one.contracts, pk=contract))


def _contract(request: HttpRequest, one: Practice, contract: Contract | None) -> HttpResponse:
    initial: dict[str, Any] = {}
    if contract is not None:
        initial = {name: getattr(contract, name) for name in ("starts_on", "ends_on", "source")}
        initial["contracted"] = "yes" if contract.contracted else "no"
    form = forms.EditContract(request.POST or None, initial=initial)

    def save() -> Practice:
        given = form.cleaned_data | {"contracted": form.cleaned_data["contracted"] == "yes"}
        return editing.save_contract(practice=one, contract=contract, by=member(request), **given).practice

    return _change(
        request, form, save, done="Saved.", back=reverse("triage:practice", args=[one.pk]),
        title=f"Contract of {one.name}", button="Save",
        intro="Only what is in a row is known. On a day without one the sheet says “not stated”, never against.",
    )  # fmt: skip
