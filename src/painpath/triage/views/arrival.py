"""What became of a letter: it arrived, it came back, that was a mistake, it goes again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from painpath.accounts import audit
from painpath.letters import arrival
from painpath.letters.channels import BY_POST
from painpath.letters.models import Dispatch, DispatchState
from painpath.referrals import looking
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused
from painpath.triage.arrival_forms import ARRIVED, Became, NotReturned, WhichLetter
from painpath.triage.presenters.arrival import became_page
from painpath.triage.views.base import member, sent_or_waiting
from painpath.web.forms import render_form


def came_back(request: HttpRequest) -> HttpResponse:
    """From the reference that is printed on a letter to everything that went out about that referral."""
    by = member(request)
    form = WhichLetter(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            found = looking.open_referral(form.cleaned_data["reference"], by=by)
        except Referral.DoesNotExist:
            form.add_error("reference", "No referral here has this reference. Look at the letter again")
        else:
            answer = redirect("triage:contacts", reference=found.reference)
            answer["Location"] += "#post-heading"
            return answer
    return render_form(request, "triage/came_back.jinja", form)


def became(request: HttpRequest, dispatch: int) -> HttpResponse:
    """One letter: a person says that it arrived or came back, or that this was a mistake."""
    by, found = member(request), _found(request, dispatch)
    returned = found.state == DispatchState.RETURNED
    data = request.POST if request.method == "POST" else None
    form = NotReturned(data) if returned else Became(data)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if returned:
                arrival.take_back_returned(dispatch=found, by=by, words=given["words"])
                done = "Recorded: it had not come back. What was held for that waits to be sent again."
            elif given["what"] == ARRIVED:
                arrival.confirm_delivered(dispatch=found, by=by, words=given["words"])
                done = "Recorded: it arrived."
            else:
                arrival.mark_returned(dispatch=found, by=by, reason=given["what"], words=given["words"])
                done = "Recorded: it came back. Somebody has it to do today."
                if found.channel in BY_POST:
                    done = f"{done[:-1]}, and nothing else leaves for that address."
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, done)
            return redirect("triage:contacts", reference=found.referral.reference)
    audit.record(by, "dispatch.look", found)
    return render_form(request, "triage/became.jinja", form, **became_page(found, by))


@require_POST
def send_again(request: HttpRequest, dispatch: int) -> HttpResponse:
    """A letter that came back goes once more, to the address on record now."""
    again = arrival.send_again(dispatch=_found(request, dispatch), by=member(request))
    if again.state == DispatchState.HELD:
        messages.warning(request, f"It waits for a person: {again.why}")
    else:
        messages.success(request, "It waits to be printed again, to the address on record.")
    return redirect("triage:contacts", reference=again.referral.reference)


def _found(request: HttpRequest, dispatch: int) -> Dispatch:
    found = sent_or_waiting(request, dispatch)
    arrival.check_tell(found, by=member(request))
    return found
