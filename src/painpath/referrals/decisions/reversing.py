"""Second thoughts: a decision is taken back in sight of everybody, or somebody asks for it to be looked at again.

Nothing is deleted: the decision and its letters stay on record. What becomes of letters is `letters.reversing`.
"""

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.accounts.models import Membership
from painpath.referrals import pathways
from painpath.referrals.decisions.asking import WAITS, close_requests
from painpath.referrals.decisions.following_up import close_follow_ups
from painpath.referrals.models import Decision, Referral, Reversal
from painpath.referrals.moves import check_move, lock, move, reckon
from painpath.referrals.refusal import Refused
from painpath.referrals.todo import drop_tasks
from painpath.referrals.transitions import State

ASKERS = {
    "patient": "The patient",
    "on_behalf": "Somebody on the patient's behalf",
    "gp": "The GP",
    "referrer": "The referrer",
}


def standing(referral: Referral) -> Decision | None:
    """The decision by which the referral is where it is: the last one, not taken back, with nothing since.

    An answer of one while the other is still asked moves the referral and leaves the decision standing.
    """
    decision = referral.decisions.filter(reversal__isnull=True).select_related("transition", "by__user").last()
    if decision is None:
        return None
    here = decision.transition.to_state
    may = set(WAITS.values()) if here in WAITS.values() else {here}
    since = referral.transitions.filter(number__gte=decision.transition.number).values_list("to_state", flat=True)
    return decision if {*since, referral.state} <= may else None


def check_reverse(referral: Referral, *, by: Membership) -> Decision:
    """The decision that `by` may take back now. Raises `Refused` when there is none, or when they may not."""
    check_move("reverse", referral, by=by)
    decision = standing(referral)
    if decision is None:
        raise Refused(
            "There is no decision to reverse: the referral has moved on since the last one. "
            "Open the timeline to see how it came to be where it is."
        )
    route = pathways.of(referral.pathway_version).route(referral.route)
    if by.grade not in route.decided_by:
        raise Refused(
            f"Referrals by this route ({route.name}) are decided by others than you, and so are reversals. "
            "Ask a colleague who may decide."
        )
    return decision


def can_reverse(referral: Referral, *, by: Membership) -> bool:
    """Whether `check_reverse` would pass."""
    try:
        check_reverse(referral, by=by)
    except Refused:
        return False
    return True


@transaction.atomic
def reverse(*, referral: Referral, by: Membership, reason: str) -> Reversal:
    """Take the last decision back: the referral awaits screening again, and what the decision set is cleared.

    Raises `Refused`, and then nothing has changed. `letters.reversing.reverse` does this and sees to the letters.
    """
    referral = lock(referral)
    decision = check_reverse(referral, by=by)
    step = move("reverse", referral, by=by, reason=reason, facts={"outcome": decision.outcome})
    row = Reversal.objects.create(
        service_id=referral.service_id, decision=decision, transition=step, by=by, at=step.at, reason=step.reason
    )
    audit.record(by, "decision.reverse", row, decision=decision.pk)
    # The request to look again that this decision answered is unanswered now, and another clinician answers it.
    referral.not_by_id = decision.transition.facts.get("instead_of")
    referral.save(update_fields=["not_by"])
    words = "The decision was reversed."
    close_requests(referral, by=by)
    close_follow_ups(referral, by=by, words=words)
    # Whoever has somebody else's document has to be told all the same.
    drop_tasks(referral, by=by, words=words, keep=("recall_documents",), facts__decision=decision.pk)
    return row


@transaction.atomic
def look_again(*, referral: Referral, by: Actor, asked_by: str, words: str) -> Referral:
    """Somebody asks, in their `words`, for a decision to be looked at again: by another clinician, by a published day.

    `asked_by` is one of `ASKERS`. A patient who withdrew without a decision may come back to anybody.
    """
    referral = lock(referral)
    if asked_by not in ASKERS:
        raise Refused("Say who asks us to look again.")
    if not words.strip():
        raise Refused("Write down what they think we missed, in their words.")
    last = referral.decisions.filter(reversal__isnull=True).order_by("id").last()
    if referral.state == State.WITHDRAWN and (last is None or last.outcome != "withdraw"):
        last = None
    day = reckon(pathways.of(referral.pathway_version).target("look-again"), clock.today())
    move(
        "look_again", referral, by=by, reason=words, due_on=day,
        facts={"asked_by": asked_by} | ({"not_by": last.by_id} if last else {}),
    )  # fmt: skip
    referral.not_by = last.by if last else None
    referral.save(update_fields=["not_by"])
    close_follow_ups(referral, by=by, words="The referral is looked at again.")
    drop_tasks(referral, by=by, words="The referral is looked at again.", kind="door_open_letter")
    return referral
