"""Communication needs of a patient: recorded once, with what the letters say of them beside the form."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from painpath.letters.online import can_be
from painpath.referrals.arriving import needs as verbs
from painpath.referrals.refusal import Refused
from painpath.triage.needs_forms import Needs
from painpath.triage.presenters.page import frame
from painpath.triage.views.base import member, opened, to_referral
from painpath.web.forms import render_form


def needs(request: HttpRequest, reference: str) -> HttpResponse:
    """What the person needs, as they said it: the whole list."""
    referral, by = opened(request, reference), member(request)
    verbs.check_record(referral, by=by)
    patient = referral.patient
    if patient is None:  # `check_record` has said so
        raise Refused("Register this referral first: needs are recorded for a person.")
    online = patient.letters_online or can_be(referral)
    form = Needs(
        request.POST or None, communication=verbs.communication_of(referral), patient=patient, online=online
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            verbs.record_needs(patient=patient, referral=referral, by=by, **form.given())
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, "Communication needs are recorded, as asked about today.")
            return to_referral(referral)
    context = frame(referral, by) | {"buttons": [], "suggestions": verbs.suggestions(referral)}
    return render_form(request, "triage/needs.jinja", form, **context)
