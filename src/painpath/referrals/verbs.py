"""The verbs of screening: a referral is taken, put back, answered, handed over, ended, taken back.

Receiving, registering, judging and deciding have modules of their own. Each verb is atomic and takes `by=`.
"""

from datetime import date

from django.db import transaction

from painpath import clock
from painpath.accounts.audit import Actor, Process
from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN
from painpath.referrals import pathways
from painpath.referrals.decisions import died
from painpath.referrals.decisions.accepting import check_may_be_booked
from painpath.referrals.decisions.asking import close_requests
from painpath.referrals.decisions.asking import record_reply as record_reply  # with the other verbs
from painpath.referrals.decisions.following_up import close_follow_ups
from painpath.referrals.models import Referral
from painpath.referrals.moves import (
    READER,
    check_another_looks,
    check_move,
    check_not_a_colleagues,
    lock,
    make_ready,
    move,
    reckon,
)
from painpath.referrals.refusal import Refused
from painpath.referrals.todo import drop_tasks, give_task
from painpath.referrals.transitions import State
from painpath.referrals.unsettled import check_nothing_is_left, merged_into


@transaction.atomic
def start_screening(*, referral: Referral, by: Membership) -> Referral:
    """A clinician takes a waiting (or delayed) referral to screen it, also one that was assigned to somebody else.

    Done twice by one person, it is done once. Whose it was stands in the transition.
    """
    referral = lock(referral)
    if referral.state == State.SCREENING and referral.owner_id == by.pk:
        return referral
    check_not_a_colleagues(referral, by=by)
    check_another_looks(referral, by=by)
    assigned = referral.owner
    colleagues = assigned is not None and assigned.pk != by.pk
    move("start_screening", referral, by=by, facts={"from": assigned.pk} if colleagues and assigned else None)
    return referral


@transaction.atomic
def fall_due(*, referral: Referral, by: Process) -> bool:
    """Bring a delayed referral back to the worklist once its review date has come; tells whether it was time.

    May be called too early, twice, or after somebody has moved the referral: then nothing is done.
    """
    referral = lock(referral)
    if referral.state != State.DELAYED or referral.due_on is None or referral.due_on > clock.today():
        return False
    move("fall_due", referral, by=by)
    return True


@transaction.atomic
def take_over(*, referral: Referral, by: Membership) -> Referral:
    """Another clinician takes over a screening; the first one's draft is kept."""
    referral = lock(referral)
    before = referral.owner
    if before is not None and before.pk == by.pk:
        return referral
    check_another_looks(referral, by=by)
    move("take_over", referral, by=by, facts={"from": before.pk if before else None})
    return referral


@transaction.atomic
def stop_screening(*, referral: Referral, by: Membership) -> Referral:
    """Put a referral back on the worklist undecided; the draft is kept. Only who is screening it may."""
    referral = lock(referral)
    check_not_a_colleagues(referral, by=by)
    move("stop_screening", referral, by=by)
    return referral


READY = {"patient": "The patient", "on_behalf": "Somebody on the patient's behalf", "gp": "The GP"}


@transaction.atomic
def say_ready(
    *, referral: Referral, by: Actor, said_by: str, words: str, due_on: date | None = None
) -> Referral:  # fmt: skip
    """Sooner than the review date: somebody of `READY` says, in their `words`, that it is the right time now."""
    referral = lock(referral)
    if said_by not in READY:
        raise Refused("Say who says that it is the right time now.")
    move("say_ready", referral, by=by, reason=words, facts={"said_by": said_by}, due_on=due_on)
    return referral


@transaction.atomic
def return_to_screening(*, referral: Referral, by: Membership, reason: str) -> Referral:
    """An accepted referral goes back to the worklist, as long as it has not been handed over."""
    referral = lock(referral)
    move("return_to_screening", referral, by=by, reason=reason)
    return referral


@transaction.atomic
def hand_over(*, referral: Referral, by: Membership, system: str, number: str, on: date) -> Referral:
    """Record that an accepted referral stands in the booking system, under which number, since which day."""
    referral = lock(referral)
    check_nothing_is_left(referral)
    check_may_be_booked(referral)
    system, number = system.strip(), number.strip()
    if not system or not number:
        raise Refused("Say which system the patient is booked in, and the number there.")
    if on > clock.today():
        raise Refused("The day of the hand-over cannot be in the future.")
    if on < referral.state_since.astimezone(clock.LONDON).date():
        raise Refused("The day of the hand-over cannot be before the day on which the referral was accepted.")
    move("hand_over", referral, by=by, facts={"system": system, "number": number, "on": on.isoformat()})
    return referral


CAME_BACK = "The referral came back."
"""What is written where coming back has made something needless."""
CLOSINGS = ("withdraw", "close_in_error", "record_death", "record_move")


@transaction.atomic
def close(
    *, referral: Referral, by: Actor, how: str, reason: str, told: str = "", asked_by: str = "",
    relationship: str = "",
) -> Referral:  # fmt: skip
    """End an open referral without a decision of the team: `how` is one of `CLOSINGS`. No letter goes out by itself.

    `told` says who was told (needed after a death). A withdrawal is `asked_by` the patient, or by somebody named on
    their behalf with their `relationship`; a clinician then tells the patient in writing that the door stays open.
    Nobody is asked or reminded any more; after a death that holds for all referrals of the person, and those that are
    still open come to somebody today. Refused while an alert is open or a document unread.
    """
    if how not in CLOSINGS:
        raise ValueError(f"{how} does not close a referral")
    others: list[Referral] = []
    if how == "record_death":
        referral, others = died.lock_all(referral)
    else:
        referral = lock(referral)
    check_move(how, referral, by=by)
    check_nothing_is_left(referral)
    told, asked_by, relationship = told.strip(), asked_by.strip(), relationship.strip()
    if how == "record_death" and not told:
        raise Refused("Say who was told: the GP, the referrer, and anybody who could still write to the family.")
    if how == "withdraw" and not asked_by:
        raise Refused("Say who wishes this: the patient, or who on their behalf.")
    if how == "withdraw" and asked_by != "patient" and not relationship:
        raise Refused("Say how they are related to the patient, or by which authority they speak.")
    facts = {"told": told} if told else {}
    if how == "withdraw":
        facts |= {"asked_by": asked_by} | ({"relationship": relationship} if relationship else {})
    move(how, referral, by=by, reason=reason, facts=facts)
    close_requests(referral, by=by)
    close_follow_ups(referral, by=by, words="The referral has ended.")
    if how == "record_death":
        died.leave_in_peace(referral, others, by=by)
    if how == "withdraw":
        give_task(
            referral, "door_open_letter",
            "Write to the patient, in plain words: the referral is closed, because we were told that they do not want "
            "to come now, and the door stays open. Tell the GP and the referrer.",
            by=by, role=CLINICIAN,
            due_on=reckon(pathways.of(referral.pathway_version).target("decision-told"), clock.today()),
        )  # fmt: skip
    return referral


@transaction.atomic
def take_back(*, referral: Referral, by: Membership, reason: str) -> Referral:
    """An ended referral comes back to `received`; it is made ready for screening as soon as all of it has been read.

    After `discharged` it is refused: a return then is a new referral that follows the old one.
    """
    referral = lock(referral)
    if (merge := merged_into(referral)) is not None:
        raise Refused(f"This referral was merged into {merge.into.reference}. Take the merge back instead.")
    move("take_back", referral, by=by, reason=reason)
    close_follow_ups(referral, by=by, words=CAME_BACK)
    drop_tasks(referral, by=by, words=CAME_BACK, kind="door_open_letter")
    make_ready(referral, by=Process(referral.service, READER))
    return referral
