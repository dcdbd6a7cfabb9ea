"""Files that go by post with the letter to the GP: a person encloses them, and has until a published day to do it."""

from collections.abc import Sequence

from painpath import clock
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR
from painpath.letters.models import TO, Dispatch
from painpath.referrals import pathways
from painpath.referrals.guidance import attaching
from painpath.referrals.models import Decision, Task
from painpath.referrals.moves import reckon
from painpath.referrals.todo import give_task


def ask_to_enclose(decision: Decision, copies: Sequence[Dispatch], *, by: Membership) -> Task | None:
    """Give the task to enclose a decision's files with the printed `copies` of its letter, inside the transaction that
    signs it. None where nothing was chosen, or where nothing is printed: then the files stand on the e-RS page.
    """
    files = attaching.enclosed(decision)
    if not files or not copies:
        return None
    to = " and ".join(TO[one.to].replace("To", "to", 1) for one in copies)
    names = ", ".join(f"“{one.name}”" for one in files)
    return give_task(
        decision.referral, "send_documents", f"Enclose with the letter {to}: {names}.",
        by=by, role=ADMINISTRATOR,
        due_on=reckon(pathways.of(decision.pathway_version).target("documents-sent"), clock.today()),
        decision=decision.pk, documents=[one.pk for one in files],
    )  # fmt: skip
