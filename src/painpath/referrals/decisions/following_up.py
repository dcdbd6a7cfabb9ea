"""Signposted: some weeks later we ask "did you get there?". A no comes back to the worklist, silence to a person."""

from django.db import transaction
from django.db.models import QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor, Process
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR
from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.models import Decision, Referral, SignpostFollowUp
from painpath.referrals.models.following import CONTENT, SHOWN
from painpath.referrals.moves import lock, move, reckon
from painpath.referrals.refusal import Refused
from painpath.referrals.todo import drop_tasks, give_task
from painpath.referrals.transitions import State


def point_to(
    decision: Decision, content: DecisionContent, pathway: Pathway, *, by: Membership
) -> list[SignpostFollowUp]:
    """Note, inside the transaction of the decision, that we ask later about each service pointed to."""
    made = []
    for name in content.signposts:
        row = SignpostFollowUp.objects.create(
            service_id=decision.service_id, referral=decision.referral, decision=decision, signpost=name,
            name=pathway.signpost(name).name, ask_on=reckon(pathway.target("signpost-asked"), clock.today()),
        )  # fmt: skip
        audit.record(by, "follow_up.plan", row)
        made.append(row)
    return made


def due(by: Membership) -> QuerySet[SignpostFollowUp]:
    """Those whose day has come and that nobody has answered, the oldest first."""
    return (
        SignpostFollowUp.objects.filter(service_id=by.service_id, answered_at__isnull=True, ask_on__lte=clock.today())
        .select_related(*SHOWN)
        .defer(CONTENT)
        .order_by("ask_on", "id")
    )


@transaction.atomic
def ask_now(*, decision: Decision, by: Process) -> list[SignpostFollowUp]:
    """The day has come: mark what is asked now, and give a person the silence to come. Empty when there is nothing."""
    referral = lock(decision.referral)
    rows = list(
        SignpostFollowUp.objects.filter(
            decision=decision, asked_at__isnull=True, answered_at__isnull=True, ask_on__lte=clock.today()
        )
    )
    if referral.state != State.SIGNPOSTED or not rows:
        return []
    for row in rows:
        row.asked_at = clock.now()
        row.save(update_fields=["asked_at"])
        audit.record(by, "follow_up.ask", row)
    reminder = pathways.of(referral.pathway_version).target("reminder")
    names = ", ".join(row.name for row in rows)
    give_task(
        referral, "contact",
        f"Unless they have told us: ask the patient whether they got to “{names}”. We have asked by letter.",
        by=by, role=ADMINISTRATOR, due_on=reckon(reminder, clock.today()),
        decision=decision.pk, signposts=True,
    )  # fmt: skip
    return rows


def _answer(row: SignpostFollowUp, *, by: Actor, there: bool | None, words: str) -> None:
    row.answered_at, row.got_there, row.words = clock.now(), there, words
    row.recorded_by = audit.person(by)
    row.save(update_fields=["answered_at", "got_there", "words", "recorded_by"])
    audit.record(by, "follow_up.answer", row, got_there=there)


def close_follow_ups(referral: Referral, *, by: Actor, words: str) -> None:
    """Close what nobody has answered yet, inside the caller's transaction."""
    for row in referral.follow_ups.filter(answered_at__isnull=True):
        _answer(row, by=by, there=None, words=words)
    drop_tasks(referral, by=by, words=words, kind="contact", facts__signposts=True)


def check_answer(row: SignpostFollowUp) -> None:
    """Raise `Refused` when this has been answered already."""
    if row.answered_at is not None:
        raise Refused("This has been answered already. Open the timeline to see it.")


@transaction.atomic
def got_there(*, follow_up: SignpostFollowUp, by: Actor, words: str) -> SignpostFollowUp:
    """The patient has reached the service. The referral stays ended."""
    referral, row, words = _locked(follow_up, words)
    if row.got_there is True and row.words == words:
        return row
    check_answer(row)
    move("got_there", referral, by=by, facts={"signpost": row.signpost, "name": row.name, "words": words})
    _answer(row, by=by, there=True, words=words)
    if not referral.follow_ups.filter(answered_at__isnull=True).exists():
        drop_tasks(referral, by=by, words=words, kind="contact", facts__signposts=True)
    return row


@transaction.atomic
def did_not_get_there(*, follow_up: SignpostFollowUp, by: Actor, words: str) -> SignpostFollowUp:
    """The patient has not reached the service: the referral comes back to the worklist."""
    referral, row, words = _locked(follow_up, words)
    if row.got_there is False and row.words == words:
        return row
    check_answer(row)
    move("did_not_get_there", referral, by=by, reason=words, facts={"signpost": row.signpost, "name": row.name})
    _answer(row, by=by, there=False, words=words)
    close_follow_ups(referral, by=by, words=f"Did not get to {row.name}: the referral is screened again.")
    return row


def _locked(follow_up: SignpostFollowUp, words: str) -> tuple[Referral, SignpostFollowUp, str]:
    words = words.strip()
    if not words:
        raise Refused("Say who told us, and what they said.")
    referral = lock(follow_up.referral)
    return referral, SignpostFollowUp.objects.get(pk=follow_up.pk), words
