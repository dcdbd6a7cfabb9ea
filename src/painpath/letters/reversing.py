"""A decision taken back, with its letters: what has not left is stopped, and so is what nobody has opened online; what
has left is corrected by a person."""

from django.db import transaction
from django.db.models import Q

from painpath import clock
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR, CLINICIAN
from painpath.letters.models import TO, Dispatch
from painpath.letters.outbox import LEFT, NOT_SENT, is_under_way, stop
from painpath.letters.wording import day
from painpath.referrals import pathways
from painpath.referrals.decisions import reversing
from painpath.referrals.models import Decision, Referral, Reversal
from painpath.referrals.moves import reckon
from painpath.referrals.todo import give_task


@transaction.atomic
def reverse(*, referral: Referral, by: Membership, reason: str) -> Reversal:
    """Take the last decision back and see to what it sent. Raises `Refused`, and then nothing has changed.

    Letters that have left, or of which nobody has written down whether they left, give a task to a clinician: whoever
    has a letter that is not right any more is told.
    """
    row = reversing.reverse(referral=referral, by=by, reason=reason)
    decision = row.decision
    dispatches = _of(decision)
    printed = [one for one in dispatches if one.state in NOT_SENT and one.batch_id is not None]
    stop(dispatches, by=by, why="The decision was reversed.", withdraw=True)
    recorded = [one for one in dispatches if one.kind == "ers_reply" and one.letter_id is None]
    to_people = [one for one in dispatches if one not in recorded]
    told = {one.to: f"{TO[one.to]}, {one.name}" for one in to_people if one.state in LEFT}
    for one in to_people:
        if one.began_at is not None:
            when = "at that moment" if is_under_way(one) else "before, and that was cut short"
            told.setdefault(one.to, f"{TO[one.to]}, {one.name} (it was being sent {when}: see if it had left)")
    followed = {one.letter_id for one in dispatches}
    for letter in decision.letters.defer("pdf"):
        if letter.pk not in followed:
            told.setdefault(letter.audience, f"{TO[letter.audience]} (nobody has written down whether it left)")
    due_on = reckon(pathways.of(decision.pathway_version).target("correction"), clock.today())
    for to, whom in told.items():
        give_task(
            decision.referral, "correction_letter",
            f"The decision of {day(decision.at.astimezone(clock.LONDON).date())} was reversed. "
            f"Write what is right now: {whom}.",
            by=by, role=CLINICIAN, due_on=due_on, to=to, reversal=row.pk,
        )  # fmt: skip
    for one in recorded:
        if one.state not in LEFT and one.began_at is None:
            continue
        give_task(
            decision.referral, "correction_letter",
            f"The decision of {day(decision.at.astimezone(clock.LONDON).date())} was reversed, and it stands in e-RS "
            "as an accepted triage, or may stand there. Put that right in e-RS by hand, with your administrators.",
            by=by, role=CLINICIAN, due_on=due_on, reversal=row.pk, dispatch=one.pk,
        )  # fmt: skip
    if printed:
        give_task(
            decision.referral, "correction_letter",
            "Printed and not posted: take the letter of the reversed decision out of the post.",
            by=by, role=ADMINISTRATOR, due_on=clock.today(), reversal=row.pk,
        )  # fmt: skip
    return row


def _of(decision: Decision) -> list[Dispatch]:
    """Everything that this decision put into the outbox: its letters, notices, reminders and documents."""
    mine = Q(letter__decision=decision) | Q(facts__decision=decision.pk)
    notices = Q(kind="notice", made_at__gte=decision.at)
    return list(Dispatch.objects.filter(mine | notices, referral=decision.referral_id).order_by("id"))
