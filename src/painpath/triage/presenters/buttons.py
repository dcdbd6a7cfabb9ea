"""What can be done with a referral now, by this person: asked of the verbs themselves."""

from dataclasses import dataclass

from django.urls import reverse

from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN
from painpath.referrals.decisions import decision_rules
from painpath.referrals.decisions.reversing import can_reverse
from painpath.referrals.models import Referral
from painpath.referrals.moves import can_move
from painpath.referrals.transitions import STAFF, State
from painpath.referrals.unsettled import merged_into


@dataclass(frozen=True)
class Button:
    """Something that can be done now: a link, or (`post`) a form of one press."""

    text: str
    href: str
    post: bool = False
    secondary: bool = False


def buttons(referral: Referral, by: Membership) -> list[Button]:
    """The buttons of this referral, the likeliest first."""

    def to(name: str, *more: str) -> str:
        return reverse(f"triage:{name}", args=[referral.reference, *more])

    found = []
    if can_move("register", referral, by=by) and not referral.is_registered:
        found.append(Button("Register this referral", to("register")))
    if can_move("start_screening", referral, by=by) and referral.not_by_id != by.pk:
        others = referral.owner is not None and referral.owner_id != by.pk
        whose = f" (assigned to {referral.owner_label})" if others else ""
        found.append(Button(f"Start screening{whose}", to("screening-step", "start"), post=True))
    if referral.state == State.SCREENING and by.role == CLINICIAN:
        if referral.owner_id != by.pk and referral.not_by_id != by.pk:
            found.append(Button("Take over", to("screening-step", "take-over"), post=True))
        elif referral.owner_id == by.pk:
            if decision_rules.can_decide(referral, by=by):
                found.append(Button("Decide", to("decide")))
            found.append(Button("Stop screening", to("screening-step", "stop"), post=True, secondary=True))
    if referral.state == State.ACCEPTED:
        if referral.awaits_referral and can_move("record_gp_referral", referral, by=by):
            found.append(Button("Record the GP's referral", to("gp-referral")))
        elif can_move("hand_over", referral, by=by):
            found.append(Button("Record the hand-over", to("hand-over")))
        if decision_rules.can_decide(referral, by=by):
            found.append(Button("Discharge", to("decide"), secondary=True))
    if can_move("assign", referral, by=by):
        found.append(Button("Assign", to("assign"), secondary=True))
    if can_move("return_to_screening", referral, by=by):
        found.append(Button("Return to screening", to("return"), secondary=True))
    if can_move("record_reply", referral, by=by):
        found.append(Button("Record a reply", to("reply"), secondary=referral.state == State.DELAYED))
    if can_move("say_ready", referral, by=by):
        found.append(Button("Ready now", to("ready")))
    if can_move("still_refer", referral, by=by):
        found.append(Button("Record what the referrer says", to("verdict")))
    if can_move("look_again", referral, by=by):
        likelier = referral.is_open or can_move("still_refer", referral, by=by)
        found.append(Button("Ask to look again", to("look-again"), secondary=likelier))
    if can_move("reverse", referral, by=by) and can_reverse(referral, by=by):
        found.append(Button("Reverse the decision", to("reverse"), secondary=True))
    if referral.is_open and can_move("close_in_error", referral, by=by):
        if referral.is_registered:
            found.append(Button("Correct the details", to("register"), secondary=True))
        found.append(Button("Add documents", to("add-documents"), secondary=True))
        found.append(Button("Close or withdraw", to("close"), secondary=True))
    if can_move("unmerge", referral, by=by) and merged_into(referral) is not None:
        found.append(Button("Take the merge back", to("unmerge"), secondary=True))
    elif can_move("take_back", referral, by=by):
        found.append(Button("Take back", to("take-back"), secondary=True))
    told = referral.patient is not None and referral.state not in (State.CLOSED_IN_ERROR, State.DECEASED)
    if told and by.role in STAFF:
        found.append(Button("Print for the patient", to("print-for-patient"), secondary=True))
        if referral.patient and referral.patient.date_of_birth:
            found.append(Button("Send the patient a code", to("send-code"), post=True, secondary=True))
    if referral.state == State.DISCHARGED and by.role in STAFF:
        found.append(Button("Receive a new referral that follows", to("follow")))
    return found
