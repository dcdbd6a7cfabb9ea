"""A letter that was written with a document of somebody else, or of a decision that was taken back, goes nowhere."""

from typing import Any

from painpath.accounts.audit import Process
from painpath.letters import arrival, online, outbox, refiling, reversing
from painpath.letters.channels import NOT_THEIRS, reasons_to_hold
from painpath.letters.models import Dispatch, DispatchState
from painpath.letters.where_it_is import letters_of
from painpath.referrals.models import Referral, Task
from painpath.referrals.todo import do_task
from tests.letters.notify_server import Notify, notify  # noqa: F401  # fixture
from tests.letters.posting import decided_for, let_the_mailer_work, outbox_of
from tests.letters.test_online import LINK, POST, let_the_clock_run_out
from tests.referrals.conftest import team  # noqa: F401  # fixture

GP = ("letter", "gp", "notify")


def online_letter(team: Any) -> Referral:  # noqa: F811
    """A patient has been told that their letter is online, and has not opened it; the GP's has left."""
    referral = decided_for(team, confirmed=("email",), letters_online=True, also="Pelvic pain for two years.")
    let_the_mailer_work()
    assert {outbox_of(referral)[LINK].state, outbox_of(referral)[GP].state} == {DispatchState.SENT}
    assert len(letters_of(referral)) == 1
    return referral


def test_a_letter_with_a_document_of_somebody_else_is_withdrawn_and_held(team: Any, notify: Notify) -> None:  # noqa: F811
    referral = online_letter(team)
    gp = outbox_of(referral)[GP]
    by_mesh = outbox.queue(
        referral, by=team.administrator, kind="letter", to="gp", channel="mesh", name="", letter=gp.letter
    )
    Dispatch.objects.filter(pk=by_mesh.pk).update(state=DispatchState.SENT, why="")
    document = referral.documents.get(name="second.txt")
    refiling.move_document(document=document, to=None, by=team.administrator, reason="It is about Mrs Otherwise.")
    letter = outbox_of(referral)[LINK]
    assert (letter.state, letter.why) == (DispatchState.CANCELLED, refiling.WHY)
    assert letters_of(referral) == [], "nobody can open it any more"
    let_the_clock_run_out(letter)
    assert POST not in outbox_of(referral)

    # What would go once more is held, and says so to whoever has it to do.
    mailer = Process(team.service, "mailer")
    arrival.mark_returned(dispatch=by_mesh, by=mailer, reason="unknown", words="Nobody fetched it.")
    again = Dispatch.objects.get(key=arrival._again(Dispatch.objects.get(pk=by_mesh.pk)))
    assert (again.state, again.why) == (DispatchState.HELD, NOT_THEIRS)
    told = Task.objects.get(facts__dispatch=again.pk, kind="contact").words
    assert f"waits for you on the page “Post”: {NOT_THEIRS}" in told
    assert "post it today" not in told
    arrival.mark_returned(dispatch=gp, by=team.administrator, reason="refused", words="")
    assert NOT_THEIRS in arrival.send_again(dispatch=gp, by=team.administrator).why
    assert online.post(outbox.lock(letter), online.NOT_OPENED, by=mailer).state == DispatchState.HELD
    assert letters_of(referral) == [], "nor while it waits for that"

    # A clinician has seen to it.
    task = Task.objects.get(referral=referral, kind="correction_letter")
    do_task(task=task, by=team.consultant, words="Nothing in it came from there. I have told the patient.")
    assert NOT_THEIRS not in reasons_to_hold(outbox.lock(again))


def test_a_letter_online_that_nobody_opened_is_not_there_after_a_reversal(team: Any, notify: Notify) -> None:  # noqa: F811
    referral = online_letter(team)
    reversing.reverse(referral=referral, by=team.consultant, reason="I read the wrong letter.")
    assert outbox_of(referral)[LINK].state == DispatchState.CANCELLED
    assert letters_of(referral) == []
    words = Task.objects.filter(referral=referral, kind="correction_letter").values_list("words", flat=True)
    assert any("To the patient" in one for one in words), "they were told of a letter"
