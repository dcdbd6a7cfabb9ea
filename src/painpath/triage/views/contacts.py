"""How a patient can be reached, and what has gone out to whom."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from painpath.letters.models import Dispatch
from painpath.referrals.arriving.contacts import confirm_contact
from painpath.referrals.arriving.contacts import contacts as known
from painpath.referrals.refusal import Refused
from painpath.triage.post_forms import ConfirmContact
from painpath.triage.presenters.contacts import shown, standing
from painpath.triage.presenters.dispatches import row
from painpath.triage.presenters.page import frame
from painpath.triage.views.base import member, opened
from painpath.web.forms.base import INVALID


def contacts(request: HttpRequest, reference: str) -> HttpResponse:
    """Each contact with a form to confirm it as it stands; below, everything that went out about this referral."""
    referral, by = opened(request, reference), member(request)
    patient = referral.patient
    if patient is None:
        raise Http404
    found = known(patient)
    sent = request.POST.get("kind", "") if request.method == "POST" else ""
    forms = {
        one.kind: ConfirmContact(
            request.POST if one.kind == sent else None, prefix=one.kind, initial={"seen": one.value}
        )
        for one in found
    }  # fmt: skip
    form = forms.get(sent)
    if form is not None and form.is_valid():
        try:
            confirm_contact(
                patient=patient, kind=sent, how=form.cleaned_data["how"], by=by,
                seen=form.cleaned_data["seen"].replace("\r\n", "\n"),
            )  # fmt: skip
        except Refused as refused:
            # The page shows the contact as it is now: that is what the next press confirms.
            data = request.POST.copy()
            data[f"{sent}-seen"] = next((one.value for one in found if one.kind == sent), "")
            form = forms[sent] = ConfirmContact(data, prefix=sent)
            form.add_error("how", refused.sentence)
        else:
            messages.success(request, "Confirmed.")
            return redirect("triage:contacts", reference=reference)
    context = (
        frame(referral, by)
        | {
            "contacts": [(one, shown(one), standing(one), forms[one.kind]) for one in found],
            "dispatches": [row(one) for one in Dispatch.objects.filter(referral=referral).select_related("referral")],
        }
        | ({"form": form} if form is not None else {})
    )
    return render(request, "triage/contacts.jinja", context, status=INVALID if form and form.errors else 200)
