"""The patient's own page, printed; and a code, sent by the team when somebody asks for one on the phone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from painpath.letters import patients_door
from painpath.letters.models import DispatchState
from painpath.letters.printed_status import set_status
from painpath.referrals import pathways
from painpath.triage.views.base import member, opened, to_referral
from painpath.web.files import file_answer


@require_safe
def print_for_patient(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the referral is, in the patient's words, as PDF to hand over or to post."""
    found = opened(request, reference)
    pdf = set_status(found, pathways.of(found.pathway_version))
    return file_answer(pdf, "application/pdf", f"{reference}-where-it-is.pdf", download=True)


@require_POST
def send_code(request: HttpRequest, reference: str) -> HttpResponse:
    """Send the patient a code: by e-mail or text where that is confirmed, else by post. Nobody of the team sees it."""
    found = opened(request, reference)
    row = patients_door.send_asked(referral=found, by=member(request))
    if row.dispatch.state == DispatchState.HELD:
        messages.warning(request, f"The code waits for a person under “Post”. It has not left. {row.dispatch.why}")
        return to_referral(found)
    ways = {"email": "by email", "sms": "by text", "notify": "by post, from GOV.UK Notify"}
    how = ways.get(row.dispatch.channel, "by post, with the next batch")
    messages.success(request, f"A code goes to the patient {how}. They need the reference and their date of birth too.")
    return to_referral(found)
