"""The verbs that move a referral from state to state. Each is atomic, takes `by=`, and writes its audit row.

`check_move()` raises `Refused` with a sentence that a person can act on; `can_move()` is its boolean.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.dispatch import Signal
from django.utils.formats import date_format
from django.utils.translation import gettext_noop

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor, Process
from painpath.accounts.holding import held
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR, PATIENT, REFERRER, ROLES
from painpath.pathway.model import Due
from painpath.referrals import pathways, tasks, theirs
from painpath.referrals.models import Referral, Transition
from painpath.referrals.refusal import Refused
from painpath.referrals.together import drawing
from painpath.referrals.transitions import OPEN, OWNERS, VERBS, State, Verb, add_working_days
from painpath.referrals.unsettled import to_be_read_by
from painpath.referrals.worklist import rota

READER = "reader"
"""The process that reads letters and says when a referral is ready for a person."""
CALENDAR = "calendar"
"""The process that brings a delayed referral back on its day."""
ROTA = "rota"
"""The process that gives a referral to whoever is on duty."""

_MOVED_ON = gettext_noop(
    "The referral has moved on, so this is not possible any more. Open it again to see where it is."
)
ACTIONS = {
    "start_screening": "screened",
    "take_over": "taken over",
    "stop_screening": "put back",
    "decide": "decided",
    "discharge": "discharged",
    "record_reply": "put back on the worklist",
    "hand_over": "handed over",
    "withdraw": "withdrawn",
    "close_in_error": "closed",
    "record_death": "closed",
    "record_move": "closed",
    "take_back": "taken back",
    "register": "registered",
    "correct_details": "corrected",
    "record_needs": "given communication needs",
    "return_to_screening": "returned to screening",
    "make_ready": "made ready",
    "fall_due": "brought back",
    "move_document": "given or relieved of a document",
    "merge": "merged",
    "bring_forward": "made due sooner",
    "unmerge": "taken out of a merge",
    "assign": "assigned",
    "lapse": "put back",
    "release": "put back",
    "remind": "chased",
    "report_silence": "chased",
    "say_ready": "brought back",
    "record_gp_referral": "joined with the GP's referral",
    "record_answered": "marked as answered",
    "record_not_answered": "put back on the worklist",
    "still_refer": "put back on the worklist",
    "report_change": "marked as changed",
    "report_answer": "marked as changed",
    "got_there": "marked as reached",
    "did_not_get_there": "put back on the worklist",
    "look_again": "looked at again",
    "reverse": "reversed",
}

_DECIDES = frozenset({"decide", "discharge"})

moved = Signal()
"""Sent with `transition` and `by` in the transaction of every move: a layer above sees to what waits there."""


def check_move(name: str, referral: Referral, *, by: Actor) -> None:
    """Raise `Refused` unless `by` may do the verb `name` to `referral` in the state it is in now."""
    verb = VERBS[name]
    if not _may(verb, by):
        may = " or ".join(
            sorted(f"{'an' if role == ADMINISTRATOR else 'a'} {role}" for role in verb.who if role in ROLES)
        )
        role = ROLES[by.role].lower() if by.role in ROLES else "the program"
        raise Refused(f"Only {may} can do this. You are here as {role}.")
    if isinstance(by, Membership):
        check_current(by)
    theirs.check_theirs(referral, by=by)
    if State(referral.state) not in verb.leaves and by.role in (REFERRER, PATIENT):
        raise Refused(_MOVED_ON)
    if State(referral.state) not in verb.leaves:
        raise Refused(f"{_where_it_is(referral)} It cannot be {ACTIONS[name]} from there. Open it again to see it.")


def check_current(by: Membership) -> None:
    """Raise `Refused` for somebody who no longer works here."""
    if by.ended_at is not None:
        raise Refused("Your access to this service has ended. Ask the service's administrator.")


def can_move(name: str, referral: Referral, *, by: Actor) -> bool:
    """Whether `check_move` would pass. Asks the database nothing."""
    verb = VERBS[name]
    current = isinstance(by, Process) or by.ended_at is None
    return current and _may(verb, by) and State(referral.state) in verb.leaves


def _may(verb: Verb, by: Actor) -> bool:
    return by.role in verb.who


def _where_it_is(referral: Referral) -> str:
    last = referral.transitions.select_related("by__user").last()
    who = f" by {last.by.name}" if last and last.by else ""
    when = date_format(referral.state_since.astimezone(clock.LONDON), r"j F \a\t H:i")
    return f"This referral is now “{referral.state_label}” (changed{who} on {when})."


def lock(referral: Referral) -> Referral:
    """The referral as it stands now, held until the transaction ends.

    Its key never changes, so a row that only points to it (a task about a letter that failed, say) need not wait:
    else whoever holds that letter and whoever holds the referral and stops its letters would deadlock.
    """
    rows = Referral.objects.filter(pk=referral.pk).select_related("pathway_version", "patient")
    return held(rows.defer("pathway_version__content"), no_key=True).get()


def _due(referral: Referral, to: State) -> date | None:
    """When the team must look again, by the time limits that the pathway publishes. None when it has ended."""
    if to not in OPEN:
        return None
    pathway, today = pathways.of(referral.pathway_version), clock.today()
    soon = add_working_days(today, 1)
    received = referral.received_at.astimezone(clock.LONDON).date()
    if to is State.SCREENING:
        return max(reckon(pathway.target("decision-told"), received), soon)
    if to in (State.RECEIVED, State.AWAITING_SCREENING):
        return reckon(pathway.target("first-look"), today)
    return soon


def reckon(limit: Due, start: date) -> date:
    """The day on which a published time limit that starts on `start` runs out."""
    return (
        add_working_days(start, limit.days)
        if limit.unit == "working_days"
        else date.fromordinal(start.toordinal() + limit.days)
    )


def move(
    name: str,
    referral: Referral,
    *,
    by: Actor,
    to: State | None = None,
    reason: str = "",
    due_on: date | None = None,
    facts: dict[str, Any] | None = None,
) -> Transition:
    """Do the verb `name` to a locked referral: the transition, the new state, its owner and due date, the audit row.

    `to` is given where the outcome decides the state; `due_on` overrides the published time limit.
    Raises `Refused`, and then nothing has changed.
    """
    verb = VERBS[name]
    check_move(name, referral, by=by)
    reason = reason.strip()
    if verb.needs_reason and not reason:
        raise Refused("Give a reason: the timeline and the letters rest on it.")
    to = State(referral.state) if verb.stays else to or verb.to
    if to is None:
        raise ValueError(f"{name} needs a state to lead to")
    until = (due_on or _due(referral, to)) if to in OPEN else to_be_read_by(referral)
    due_on = (due_on or referral.due_on) if verb.stays else until
    person = by if isinstance(by, Membership) else None
    transition = Transition.objects.create(
        service_id=referral.service_id,
        referral=referral,
        number=referral.transitions.count() + 1,
        verb=name,
        from_state=referral.state,
        to_state=to,
        at=clock.now(),
        by=person,
        process=by.name if isinstance(by, Process) else "",
        reason=reason,
        due_on=due_on,
        facts=facts or {},
    )
    referral.version += 1
    referral.due_on = due_on
    if not verb.stays:
        referral.state, referral.state_since = to, transition.at
        referral.owner = person if to is State.SCREENING else None
        referral.owner_role = OWNERS.get(to, "")
        referral.claimed_until = claim(referral) if to is State.SCREENING else None
        if to not in (State.ACCEPTED, State.HANDED_OVER):  # what an acceptance has set ends with it
            referral.awaits_referral, referral.priority, referral.clock_started_on = False, "", None
    if verb.came_back or name in _DECIDES:
        referral.came_back = verb.came_back
    referral.save(update_fields=[
        "state", "state_since", "owner", "owner_role", "due_on", "version", "claimed_until", "came_back",
        "awaits_referral", "priority", "clock_started_on",
    ])  # fmt: skip
    if referral.claimed_until is not None and not verb.stays:
        tasks.lapse_at(referral, transition, referral.claimed_until)
    audit.record(by, f"referral.{name}", referral, transition=transition.number, to=to.value)
    moved.send(Transition, transition=transition, by=by)
    return transition


def claim(referral: Referral) -> datetime:
    """Until when a screening that begins, or goes on, now is somebody's: then it lapses."""
    return clock.now() + timedelta(hours=pathways.of(referral.pathway_version).team.claim_hours)


def make_ready(referral: Referral, *, by: Process) -> None:
    """Move a received referral to the screening worklist once it is registered and all of it has been read."""
    if referral.state != State.RECEIVED or not referral.is_registered:
        return
    if not referral.documents.current().exists():
        return  # its only letter was moved away: somebody has to say what becomes of it
    if referral.documents.current().filter(transcripts__isnull=True).exists():
        return
    move("make_ready", referral, by=by)
    drawing.draw(referral, by=by)
    on_duty = rota.on_duty(referral, clock.today())
    if on_duty is not None:
        give(referral, on_duty, by=Process(by.service, ROTA))


def give(referral: Referral, to: Membership | None, *, by: Actor) -> None:
    """Make a locked referral that of `to`, or nobody's; the transition says whose it was. Who may is checked before."""
    move("assign", referral, by=by, facts={"from": referral.owner_id, "to": to.pk if to else None,
                                           "name": to.name if to else ""})  # fmt: skip
    referral.owner = to
    referral.save(update_fields=["owner"])


def check_not_a_colleagues(referral: Referral, *, by: Membership) -> None:
    """Raise `Refused` while somebody else is screening this referral."""
    if referral.state == State.SCREENING and referral.owner_id != by.pk:
        raise Refused(f"{referral.owner_label} is screening this referral. Take it over if you have agreed that.")


def check_another_looks(referral: Referral, *, by: Membership) -> None:
    """Raise `Refused` when `by` made the decision that somebody has asked to look at again."""
    if referral.not_by_id is not None and referral.not_by_id == by.pk:
        raise Refused(
            "You made the decision that is to be looked at again. Another clinician has to screen this referral: "
            "ask a colleague to take it."
        )
