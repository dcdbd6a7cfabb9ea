"""How an attempt to send something ended (`sending`), and what then is for a person to do."""

from datetime import timedelta

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor, Process
from painpath.accounts.roles import ADMINISTRATOR
from painpath.letters import outbox, tasks
from painpath.letters.carriers import Handed, Later, Permanent
from painpath.letters.models import KINDS, Dispatch, DispatchState
from painpath.letters.wording import day
from painpath.referrals.todo import give_task

TRIES = 7
"""After so many attempts a person is told. The waits between them add up to an hour and a half."""
FIRST_QUESTION = timedelta(minutes=5)
"""A carrier is asked what became of something this long after it took it."""
TWICE = "The program was cut short while this was being sent, and sent it again: it may have arrived twice."
PERHAPS = "The program was cut short while this was being sent: it may have arrived."


def end(dispatch: Dispatch, said: Handed | Later | Permanent, by: Process, *, knows_doubles: bool) -> bool:
    """The second transaction of an attempt: what its carrier said. False when it should be tried again later.

    `knows_doubles` is that of the carrier.
    """
    dispatch = outbox.lock(dispatch)
    dispatch.began_at = None
    if isinstance(said, Handed):
        _taken(dispatch, said, by, knows_doubles=knows_doubles)
        return True
    if isinstance(said, Later):
        return is_later(dispatch, said, by)
    if dispatch.state == DispatchState.QUEUED:
        perhaps = [PERHAPS] if dispatch.facts.get("perhaps_taken") else []
        fail(dispatch, " ".join([str(said), *perhaps]), by=by)
    else:
        has_not_left(dispatch, by)
    return True


def _taken(dispatch: Dispatch, handed: Handed, by: Process, *, knows_doubles: bool) -> None:
    before, said = DispatchState(dispatch.state), dispatch.why
    dispatch.facts.pop("not_asked", None)  # of what it was before somebody released it anew
    # Of a carrier that knows doubles nothing is handed over a second time before it has said that it has nothing.
    twice = bool(dispatch.facts.pop("perhaps_taken", False)) and not knows_doubles
    if twice:
        dispatch.facts["perhaps_twice"] = True
    dispatch.provider_id = handed.provider_id[:100]
    why = TWICE if twice else ""
    if before != DispatchState.QUEUED:
        said = said.replace(outbox.UNDER_WAY, "").strip()
        how = "held" if before == DispatchState.HELD else "stopped"
        why = f"It had already left when it was {how}: {said} {why}".strip()
        if dispatch.kind != "code":  # one that was made void is of no use to anybody
            _see_to_it(dispatch, why, by)
    outbox.change(dispatch, DispatchState.SENT, by=by, why=why, detail={"perhaps_twice": True} if twice else {})
    if handed.state == DispatchState.DELIVERED:
        dispatch.delivered_at = clock.now()
        outbox.change(dispatch, DispatchState.DELIVERED, by=by, why=why)
    elif handed.provider_id:
        tasks.ask_at(dispatch, clock.now() + FIRST_QUESTION)
    elif knows_doubles:  # it could be asked, but has not said under which name
        nobody_confirmed(dispatch, by)


def is_later(dispatch: Dispatch, later: Later, by: Process) -> bool:
    """The carrier did not take a locked dispatch now. False when it should be tried again later."""
    if later.perhaps_taken:
        dispatch.facts["perhaps_taken"] = True
    if dispatch.state != DispatchState.QUEUED:
        if dispatch.facts.get("perhaps_taken"):
            is_unknown(dispatch, by)
        else:
            has_not_left(dispatch, by)
        return True
    if dispatch.attempts < TRIES:
        dispatch.why, dispatch.changed_at = f"Not sent yet: {later} It is tried again.", clock.now()
        dispatch.save(update_fields=["attempts", "began_at", "why", "changed_at", "facts"])
        audit.record(by, "dispatch.later", dispatch, channel=dispatch.channel, attempt=dispatch.attempts)
        return False
    perhaps = [PERHAPS] if dispatch.facts.get("perhaps_taken") else []
    fail(dispatch, " ".join([f"{later} It was tried {TRIES} times.", *perhaps]), by=by)
    return True


def has_not_left(dispatch: Dispatch, by: Process) -> None:
    """What may have left has not: also where it was held or stopped while the attempt was under way."""
    dispatch.began_at = None
    dispatch.why = dispatch.why.replace(outbox.UNDER_WAY, "It had not left.")
    dispatch.save(update_fields=["attempts", "began_at", "why", "facts"])
    audit.record(by, "dispatch.not_taken", dispatch, channel=dispatch.channel)


def is_unknown(dispatch: Dispatch, by: Process) -> None:
    """Held or stopped while an attempt was under way, and nobody will know whether it left: a person sees to it."""
    dispatch.began_at = None
    dispatch.why = f"{dispatch.why.replace(outbox.UNDER_WAY, '').strip()} {PERHAPS}"
    if dispatch.state == DispatchState.HELD:
        dispatch.facts["held"] = [*dispatch.facts.get("held", []), PERHAPS]
    dispatch.save(update_fields=["attempts", "began_at", "why", "facts"])
    audit.record(by, "dispatch.perhaps_taken", dispatch, channel=dispatch.channel)
    _see_to_it(dispatch, dispatch.why, by)


def _see_to_it(dispatch: Dispatch, why: str, by: Process) -> None:
    give_task(
        dispatch.referral, "contact", f"{_about(dispatch)} {why} See whether somebody must be told.",
        by=by, role=ADMINISTRATOR, due_on=clock.today(), dispatch=dispatch.pk,
    )  # fmt: skip


def nobody_confirmed(dispatch: Dispatch, by: Process) -> None:
    """No carrier will say, or is asked any more, whether a locked dispatch arrived: somebody has it to do today."""
    dispatch.facts["not_asked"] = True
    dispatch.save(update_fields=["facts"])
    if dispatch.referral.tasks.filter(kind="contact", facts__dispatch=dispatch.pk, facts__unconfirmed=True).exists():
        return
    sent_on = (dispatch.sent_at or dispatch.changed_at).astimezone(clock.LONDON).date()
    give_task(
        dispatch.referral, "contact", f"Nobody has confirmed that this arrived: {KINDS[dispatch.kind].lower()} "
        f"{dispatch.get_to_display().lower()}, {dispatch.get_channel_display()}, sent on {day(sent_on)}. See whether "
        "it did, record it under “Contacts and post”, and get in touch in another way if not.",
        by=by, role=ADMINISTRATOR, due_on=clock.today(), dispatch=dispatch.pk, unconfirmed=True,
    )  # fmt: skip


def run_out(dispatch: Dispatch, why: str, *, by: Actor) -> None:
    """A locked dispatch whose code ran out before it left. The team hears of one that they sent; whoever asked for
    one themselves asks again."""
    if "asked_by" in dispatch.facts:
        fail(dispatch, f"{why} Send a new one from the referral, if it is still wanted.", by=by)
    else:
        outbox.change(dispatch, DispatchState.CANCELLED, by=by, why=why)


def fail(dispatch: Dispatch, why: str, *, by: Actor) -> None:
    """A locked dispatch cannot be sent: it stands in the outbox with the reason, and somebody has it to do today."""
    dispatch.began_at = None
    outbox.change(dispatch, DispatchState.FAILED, by=by, why=why)
    give_task(
        dispatch.referral, "contact", f"This could not be sent: {KINDS[dispatch.kind].lower()}, "
        f"{dispatch.get_to_display().lower()}. {why} Get in touch in another way, or send it by post.",
        by=by, role=ADMINISTRATOR, due_on=clock.today(), dispatch=dispatch.pk,
    )  # fmt: skip


def _about(dispatch: Dispatch) -> str:
    return f"{KINDS[dispatch.kind]} {dispatch.get_to_display().lower()}."
