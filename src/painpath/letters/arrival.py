"""What became of something that has left: it arrived, it came back, or nobody knows.

A carrier says so when it is asked (`ask`), or a person does: of ordinary post nobody else can. A letter that came back
is a thing to do the same day, and nothing else leaves for that address before somebody has looked (`channels`).
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor, Process
from painpath.accounts.holding import held
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR
from painpath.accounts.scope import scope
from painpath.letters import codes, ending, outbox, sending, tasks
from painpath.letters.carriers import Later, Told
from painpath.letters.carriers.finding import CARRIED, carrier_for
from painpath.letters.channels import BY_POST, CAME_BACK, RETURNS, came_back_because, goes_to_the_same, reasons_to_hold
from painpath.letters.models import KINDS, Dispatch, DispatchState
from painpath.letters.wording import day
from painpath.referrals import pathways
from painpath.referrals.refusal import Refused
from painpath.referrals.todo import drop_tasks, give_task
from painpath.referrals.transitions import STAFF, add_working_days

LONGEST = timedelta(hours=6)
"""A carrier is asked soon after it took something (`ending.FIRST_QUESTION`), then after as long again; after this at
the latest."""

RIGHT_MAILBOX = "Then ask the practice for its right MESH mailbox, or take the mailbox out of the directory."


def is_being_asked(dispatch: Dispatch) -> bool:
    """Whether a carrier still says by itself what becomes of this: it gave it a name, and its last word is not said."""
    return dispatch.state == DispatchState.SENT and bool(dispatch.provider_id) and "not_asked" not in dispatch.facts


def can_tell(dispatch: Dispatch) -> bool:
    """Whether a person may say what became of this now: of post always, of what a carrier takes once that has said its
    last word or says none. What is online is opened, and e-RS tells where it is pasted."""
    return dispatch.channel in BY_POST or (dispatch.channel in CARRIED and not is_being_asked(dispatch))


def check_tell(dispatch: Dispatch, *, by: Actor) -> None:
    """Raise `Refused` unless `by` may say what became of this dispatch. A person may where `can_tell` says so."""
    if isinstance(by, Membership):
        if by.role not in STAFF or by.ended_at is not None:
            raise Refused("Only an administrator or a clinician can do this.")
        if not can_tell(dispatch):
            raise Refused("Whoever carries this still says what becomes of it. If nothing comes, you are told.")
    if dispatch.state not in outbox.LEFT | {DispatchState.RETURNED}:
        raise Refused(f"Nobody has recorded that this left: {dispatch.get_state_display().lower()}.")


@transaction.atomic
def confirm_delivered(*, dispatch: Dispatch, by: Actor, words: str = "", at: datetime | None = None) -> Dispatch:
    """It arrived, `at` this moment (now, when nobody says). Said twice, the first time stays.

    What a person has seen come back stays so, whatever a carrier says. Raises `Refused` for what has not left.
    """
    dispatch = outbox.lock(dispatch)
    check_tell(dispatch, by=by)
    if dispatch.state == DispatchState.RETURNED and isinstance(by, Membership):
        raise Refused("This came back. If that was a mistake, say so first.")
    if dispatch.state != DispatchState.SENT:
        return dispatch
    dispatch.delivered_at = at or clock.now()
    outbox.change(dispatch, DispatchState.DELIVERED, by=by, why=words.strip())
    _drop(dispatch, "It arrived.", by, facts__unconfirmed=True)
    return dispatch


@transaction.atomic
def mark_returned(*, dispatch: Dispatch, by: Actor, reason: str, words: str = "") -> Dispatch:
    """It came back: `reason` is one of `channels.RETURNS`, `words` say more. Said twice, the first time stays.

    Somebody has it to do today; what else waits to go to the same person at the same address is held; the code in a
    letter that came back does not work any more. Raises `Refused`.
    """
    dispatch = outbox.lock(dispatch)
    check_tell(dispatch, by=by)
    if reason not in RETURNS:
        raise Refused("Choose why it came back.")
    if dispatch.state == DispatchState.RETURNED:
        return dispatch
    before, words = dispatch.state, words.strip()
    said = {"by": by.pk if isinstance(by, Membership) else None, "at": clock.now().isoformat(), "reason": reason}
    dispatch.facts["returned"] = [*dispatch.facts.get("returned", []), said | {"words": words, "before": before}]
    dispatch.returned_at = clock.now()
    why = ". ".join(one.rstrip(".") for one in came_back_because(reason, words)) + "."
    number = len(dispatch.facts["returned"])
    outbox.change(dispatch, DispatchState.RETURNED, by=by, why=why, detail={"number": number, "reason": reason})
    _drop(dispatch, "It came back.", by, facts__unconfirmed=True)
    again = ", and send it again" if can_go_again(dispatch) else ""
    to_do, todo = dispatch, f"Find out where {_whom(dispatch)} can be reached, and put the record right{again}."
    if dispatch.channel == "mesh":  # there is another way, and it needs nobody's choice
        to_do = _queue_again(dispatch, by=by)
        todo = f"{_instead(to_do)} {RIGHT_MAILBOX}"
    give_task(
        dispatch.referral, "contact", f"{_about(dispatch)} came back. {why} {todo}",
        by=by, role=ADMINISTRATOR, due_on=clock.today(), dispatch=to_do.pk, returned=True,
    )  # fmt: skip
    if dispatch.kind == "code":
        codes.void_codes(dispatch.referral, dispatch.to, by=by)
    for other in _on_the_way(dispatch, DispatchState.QUEUED):
        if reasons := reasons_to_hold(other):
            outbox.hold(other, reasons, by=by)
    return dispatch


@transaction.atomic
def take_back_returned(*, dispatch: Dispatch, by: Membership, words: str) -> Dispatch:
    """The word that it came back was a mistake, as `words` say: it stands as before, and so does what was held for it.

    Said twice, it is said once. Raises `Refused`.
    """
    dispatch = outbox.lock(dispatch)
    check_tell(dispatch, by=by)
    words = words.strip()
    if dispatch.state in outbox.LEFT and dispatch.facts.get("returned"):
        return dispatch
    if dispatch.state != DispatchState.RETURNED:
        raise Refused("Nobody has recorded that this came back.")
    if not words:
        raise Refused("Say how you know that it did not come back: the timeline keeps it.")
    if Dispatch.objects.filter(service_id=dispatch.service_id, key=_again(dispatch)).exists():
        raise Refused("This has been sent again since. Two letters do no harm: tell colleagues in the discussion.")
    last = dispatch.facts["returned"][-1]
    last["taken_back"] = {"by": by.pk, "at": clock.now().isoformat(), "words": words}
    dispatch.returned_at = None
    number = {"number": len(dispatch.facts["returned"])}
    before = DispatchState(last["before"])
    outbox.change(dispatch, before, by=by, action="dispatch.take_back_return", detail=number)
    _drop(dispatch, f"It had not come back: {words}", by, facts__returned=True)
    for other in _on_the_way(dispatch, DispatchState.HELD):
        held = other.facts.get("held", [])
        if all(one.startswith(CAME_BACK) for one in held) and not reasons_to_hold(other):
            outbox.change(other, DispatchState.QUEUED, by=by)
            if other.channel in CARRIED:
                tasks.send_later(other)
    return dispatch


@transaction.atomic
def send_again(*, dispatch: Dispatch, by: Membership) -> Dispatch:
    """Put the same into the outbox once more, by post, to the address on record now; it is held where that is the one
    from which it came back. Done twice, it is done once. Raises `Refused`."""
    dispatch = outbox.lock(dispatch)
    check_tell(dispatch, by=by)
    if dispatch.state != DispatchState.RETURNED:
        raise Refused("Nobody has recorded that this came back.")
    if dispatch.kind == "code":
        raise Refused("A code that came back is void. Send the patient a new one from the referral.")
    if not can_go_again(dispatch):
        raise Refused("This only told of something else that goes by post. It is not sent again.")
    again = _queue_again(dispatch, by=by)
    _drop(dispatch, "It has been put into the outbox again.", by, facts__returned=True)
    return again


def can_go_again(dispatch: Dispatch) -> bool:
    """Whether this is of use by post once it came back: a code is void, and a notice tells of what goes by post."""
    return dispatch.kind not in ("code", "notice")


def _instead(again: Dispatch) -> str:
    """What becomes of a letter that MESH could not bring, for whoever has it to do."""
    if again.state == DispatchState.HELD:
        return f"It would go by post instead, and waits for you on the page “Post”: {again.why}"
    if again.channel == "notify":
        return "It goes by post instead: GOV.UK Notify prints and posts it, and you have nothing to print."
    return "It goes by post instead: print and post it today."


def _queue_again(dispatch: Dispatch, *, by: Actor) -> Dispatch:
    facts = {
        key: value for key, value in dispatch.facts.items() if key in ("merged", "request", "decision", "documents")
    }
    to_others = dispatch.to not in ("patient", "gp", "referrer")  # whom the record names as they are now
    merged = dispatch.facts.get("merged")
    return outbox.queue(
        dispatch.referral, by=by, kind=dispatch.kind, to=dispatch.to, channel="print",
        name=dispatch.name if to_others else "", address=dispatch.address if to_others else "",
        letter=dispatch.letter, subject=dispatch.subject, text=dispatch.text, facts=facts,
        key=_again(dispatch), merged=dispatch.referral.__class__.objects.get(pk=merged) if merged else None,
    )  # fmt: skip


def _again(dispatch: Dispatch) -> uuid.UUID:
    return uuid.uuid5(dispatch.key, f"again/{len(dispatch.facts.get('returned', []))}")


def _on_the_way(dispatch: Dispatch, state: DispatchState) -> QuerySet[Dispatch]:
    """What waits for the same person at the same address, in no batch. What is printed already is named there."""
    rows = outbox.whole(state=state, batch__isnull=True, channel__in=BY_POST, service_id=dispatch.service_id)
    return held(goes_to_the_same(rows, dispatch).order_by("id"))


def _drop(dispatch: Dispatch, words: str, by: Actor, **which: Any) -> None:
    drop_tasks(dispatch.referral, by=by, words=words, kind="contact", facts__dispatch=dispatch.pk, **which)


def _about(dispatch: Dispatch) -> str:
    sent = f", sent on {day(dispatch.sent_at.astimezone(clock.LONDON).date())}," if dispatch.sent_at else ""
    return f"{KINDS[dispatch.kind]} {dispatch.get_to_display().lower()}{sent}"


def _whom(dispatch: Dispatch) -> str:
    return {"patient": "the patient", "gp": "the practice", "referrer": "the referrer"}.get(dispatch.to, "they")


def ask(*, dispatch: Dispatch, by: Process) -> None:
    """Ask the carrier what became of this, and write it down; while it does not know, ask again later.

    After `delivery.unconfirmed_days` working days a person sees to it, once. To be called outside any transaction.
    """
    with scope(by.service):
        dispatch = outbox.whole(pk=dispatch.pk).get()
        if dispatch.state != DispatchState.SENT or not dispatch.provider_id:
            return
        carrier = carrier_for(dispatch)
        sending.fetch(dispatch)
    try:
        told = carrier.what_became(dispatch) if carrier is not None else None
    except Later:
        told = None
    except Exception as error:  # whatever a carrier's library raises: a person hears of it when the days are over
        sending.unforeseen(dispatch, error)
        told = None
    with scope(by.service):
        settle(dispatch=dispatch, told=told, by=by)


@transaction.atomic
def settle(*, dispatch: Dispatch, told: Told | None, by: Process) -> None:
    """Write down what a carrier says became of this, whether it was asked or told us by itself. Told twice is once."""
    dispatch = outbox.lock(dispatch)
    if told is not None and told.state == DispatchState.DELIVERED:
        confirm_delivered(dispatch=dispatch, by=by)
    elif told is not None and told.state == DispatchState.RETURNED:
        mark_returned(dispatch=dispatch, by=by, reason="unknown", words=told.why)
    elif dispatch.state != DispatchState.SENT:
        return
    elif told is None:
        _wait_on(dispatch, by)
    elif told.state == DispatchState.FAILED:
        ending.fail(dispatch, f"The carrier had taken it, and could not bring it. {told.why}".strip(), by=by)
    elif "not_asked" not in dispatch.facts:
        dispatch.facts["not_asked"] = True
        dispatch.save(update_fields=["facts"])
        audit.record(by, "dispatch.no_more_said", dispatch, channel=dispatch.channel)


def _wait_on(dispatch: Dispatch, by: Process) -> None:
    sent_at = dispatch.sent_at or dispatch.changed_at
    pathway, _ = pathways.in_force(by.service)
    sent_on = sent_at.astimezone(clock.LONDON).date()
    now = clock.now()
    if clock.today() <= add_working_days(sent_on, pathway.delivery.unconfirmed_days):
        tasks.ask_at(dispatch, now + min(max(now - sent_at, ending.FIRST_QUESTION), LONGEST))
    else:
        ending.nobody_confirmed(dispatch, by)
