"""After a death: nobody goes on asking the person about any referral; their other open ones come to somebody.

What is on its way to them is stopped by `letters.closing`.
"""

from painpath import clock
from painpath.accounts.audit import Actor
from painpath.accounts.roles import ADMINISTRATOR
from painpath.referrals.decisions.following_up import close_follow_ups
from painpath.referrals.models import Referral
from painpath.referrals.moves import lock
from painpath.referrals.questionnaires.stopping import stop_open
from painpath.referrals.todo import drop_tasks, give_task

WORDS = "The patient has died."


def lock_all(referral: Referral) -> tuple[Referral, list[Referral]]:
    """This referral and the others of the same person, as they stand now; the first to come is locked first."""
    whose = Referral.objects.filter(pk=referral.pk, patient__isnull=False).values("patient")
    same = set(Referral.objects.filter(patient__in=whose).values_list("pk", flat=True))
    held = {pk: lock(Referral(pk=pk)) for pk in sorted(same | {referral.pk})}
    this = held.pop(referral.pk)
    return this, [other for other in held.values() if other.patient_id == this.patient_id]


def leave_in_peace(referral: Referral, others: list[Referral], *, by: Actor) -> None:
    """Close what the person would still be asked, inside the transaction of the closing; `others` are locked too."""
    drop_tasks(referral, by=by, words=WORDS, kind="contact", facts__death=True)
    for one in (referral, *others):
        close_follow_ups(one, by=by, words=WORDS)
        stop_open(by=by, referral=one)
        drop_tasks(one, by=by, words=WORDS, kind="door_open_letter")
        drop_tasks(one, by=by, words=WORDS, kind="correction_letter", facts__to="patient")
        asked = list(one.requests.filter(of="patient").values_list("pk", flat=True))
        drop_tasks(one, by=by, words=WORDS, kind="contact", facts__request__in=asked)
    for other in others:
        if other.is_open and not other.tasks.filter(done_at__isnull=True, facts__death=True).exists():
            give_task(
                other, "contact",
                f"The death of this patient was recorded with referral {referral.reference}. Nobody writes to them any "
                "more. Tell whoever waits for an answer about this referral, and close it too.",
                by=by, role=ADMINISTRATOR, due_on=clock.today(), death=True,
            )  # fmt: skip
