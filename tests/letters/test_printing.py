"""The print queue: one PDF, a posting list, posted or put back, and nothing posted that was stopped meanwhile."""

from typing import Any

import pypdfium2
import pytest
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath.letters import outbox, printing, tasks
from painpath.letters.models import Dispatch, DispatchState, PrintBatch
from painpath.referrals.models import Task
from painpath.referrals.refusal import Refused
from tests.letters.posting import decided, outbox_of  # noqa: F401  # fixture
from tests.referrals.conftest import team  # noqa: F401  # fixture

LETTER, GP = ("letter", "patient", "print"), ("letter", "gp", "print")


def pages(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded() for page in document]


def printed(team: Any) -> tuple[PrintBatch, list[str]]:  # noqa: F811
    batch = printing.print_batch(by=team.administrator)
    assert batch is not None
    return batch, pages(printing.open_batch(batch.pk, by=team.administrator)[1])


def test_a_batch_is_the_signed_letters_each_on_its_own_sheets(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided(patient={"given_name": "Zoe", "family_name": "Zander"})
    batch, text = printed(team)
    signed = {one.audience: pages(bytes(one.pdf)) for one in referral.letters.all()}
    assert text[0].startswith("Posting list")
    assert all(name in text[0] for name in ("Larkfield Medical Practice", "Mr Zoe Zander", referral.reference))
    assert "crisis" not in text[0]
    assert text[1] == "", "the back of the posting list"
    expected = text[:2]
    for audience in ("gp", "patient"):  # in the order of the recipients' names
        expected += signed[audience] + [""] * (len(signed[audience]) % 2)
    assert text == expected
    assert {one.batch_id for one in Dispatch.objects.filter(state=DispatchState.QUEUED)} == {batch.pk}
    with pytest.raises(Refused, match="Nothing waits to be printed"):
        printing.print_batch(by=team.administrator)


def test_posted_is_who_and_when_and_then_the_file_is_gone(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided()
    batch, _ = printed(team)
    for _ in range(2):
        printing.mark_posted(batch=batch, by=team.consultant, taken_out=[])
    letter = outbox_of(referral)[LETTER]
    assert (letter.state, letter.sent_by, letter.sent_at is not None) == (DispatchState.SENT, team.consultant, True)
    batch.refresh_from_db()
    assert (batch.posted_by, bytes(batch.pdf)) == (team.consultant, b"")
    with pytest.raises(Refused, match="was posted"):
        printing.put_back(batch=batch, by=team.administrator)
    with pytest.raises(Refused, match="Its file is not kept"):
        printing.open_batch(batch.pk, by=team.administrator)


def test_a_batch_that_was_not_posted_waits_again(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided()
    batch, before = printed(team)
    for _ in range(2):
        printing.put_back(batch=batch, by=team.administrator)
    assert outbox_of(referral)[LETTER].state == DispatchState.QUEUED
    with pytest.raises(Refused, match="put back into the queue"):
        printing.mark_posted(batch=batch, by=team.administrator, taken_out=[])
    again, after = printed(team)
    assert again.pk != batch.pk
    assert after[1:] == before[1:]
    printing.put_back(batch=again, by=team.administrator)
    assert referral.patient is not None
    referral.patient.communication_needs = "Large print"
    referral.patient.save()
    printed(team)
    letter = outbox_of(referral)[LETTER]
    assert (letter.state, letter.facts["printed_as"]) == (DispatchState.QUEUED, "large-print"), "made anew"


def test_what_was_stopped_or_changed_after_printing_is_taken_out_of_the_pile(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided()
    batch, _ = printed(team)
    out = outbox_of(referral)
    outbox.stop([out[GP]], by=team.consultant, why="The decision was reversed.")
    assert referral.patient is not None
    referral.patient.safe_contact = "Never write home"
    referral.patient.save()
    assert {one.pk: why for one, why in printing.to_take_out(batch)} == {
        out[GP].pk: "The decision was reversed.",
        out[LETTER].pk: "How to contact safely: “Never write home”. Read it, then choose how this goes.",
    }
    for taken in ([], [out[GP].pk]):
        with pytest.raises(Refused, match="Take out what must not be posted"):
            printing.mark_posted(batch=batch, by=team.administrator, taken_out=taken)
    printing.mark_posted(batch=batch, by=team.administrator, taken_out=[out[GP].pk, out[LETTER].pk])
    after = outbox_of(referral)
    assert (after[GP].state, after[LETTER].state) == (DispatchState.CANCELLED, DispatchState.HELD)


def test_a_letter_that_shows_another_address_goes_behind_a_page_with_the_right_one(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided(practice="")
    held = outbox_of(referral)[GP]
    assert referral.practice is not None
    referral.practice.address = "1 Practice Road\nExampleton"
    referral.practice.save()
    from tests.letters.test_outbox import release

    release(held, team.administrator, "print", "The practice told us.", address="1 Practice Road\nExampleton")
    _, text = printed(team)
    front = next(page for page in text if "We enclose a letter." in page)
    assert "1 Practice Road" in front
    assert referral.reference in front
    assert "crisis" not in front
    assert "To the GP" in text[text.index(front) + 1] or "Dear Colleague" in text[text.index(front) + 1]


def test_words_without_a_letter_are_set_as_one_in_the_size_that_is_needed(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided(patient={"communication_needs": "Large print"})
    outbox.queue(
        referral, by=team.administrator, kind="reminder", to="patient", channel="print", name="Mr Leonard Ashcombe",
        subject="We asked you something", text="We wrote to you last month.\n\n- Do you still want to come?\n- When?",
    )  # fmt: skip
    _, text = printed(team)
    page = next(page for page in text if "We wrote to you last month." in page)
    for words in ("Dear Mr Leonard Ashcombe", "14 Sample Street", "Do you still want to come?", "The Pain Team"):
        assert words in page


def test_what_no_font_can_print_comes_to_a_person_and_the_rest_is_printed(decided: Any, team: Any) -> None:  # noqa: F811
    referral = decided()
    outbox.queue(
        referral, by=team.administrator, kind="reminder", to="patient", channel="print", name="Mr Leonard Ashcombe",
        subject="Hello 😀", text="Hello.",
    )  # fmt: skip
    _, text = printed(team)
    assert len(text) > 2
    reminder = outbox_of(referral)["reminder", "patient", "print"]
    assert (reminder.state, reminder.why) == (
        DispatchState.FAILED, "No font here can print the character “😀”.",
    )  # fmt: skip
    assert Task.objects.get().kind == "contact"


def test_a_manager_prints_nothing(decided: Any, team: Any) -> None:  # noqa: F811
    decided()
    with pytest.raises(Refused, match="Only an administrator"):
        printing.print_batch(by=team.manager)


def test_many_letters_are_shared_out_and_made_by_the_worker_one_file_after_the_other(
    decided: Any, team: Any, monkeypatch: Any, client: Any  # noqa: F811
) -> None:  # fmt: skip
    for name, value in (("MOST", 2), ("AT_ONCE", 3)):
        monkeypatch.setattr(printing, name, value)
    referral = decided()
    for number in range(4):
        outbox.queue(
            referral, by=team.administrator, kind="documents", to="service", channel="print", name=f"Clinic {number}",
            address=f"{number} Street", subject=f"Subject {number}", text="Words.",
        )  # fmt: skip
    names = sorted((one.name for one in printing.waiting(team.administrator)), key=str.casefold)
    client.force_login(team.administrator.user)
    client.post(reverse("triage:print"))
    with pytest.raises(Refused, match="Nothing waits to be printed"):
        printing.print_in_parts(by=team.administrator)
    jobs = list(ProcrastinateJob.objects.filter(task_name="letters.print", status="todo").order_by("id"))
    assert len(jobs) == len(names) // 2
    outbox.stop([Dispatch.objects.get(name="Clinic 3")], by=team.consultant, why="Wrong.")
    tasks.make(**jobs[0].args)
    page = client.get(reverse("triage:post")).content.decode()
    assert f"2 of {len(names)} letters are ready, 1 of {len(jobs)} files" in " ".join(page.split())
    for job in jobs * 2:
        tasks.make(**job.args)
    assert "Being made" not in client.get(reverse("triage:post")).content.decode()
    rows: list[str] = []
    for batch in PrintBatch.objects.order_by("pk"):
        text = pages(printing.open_batch(batch.pk, by=team.administrator)[1])
        assert text[0].startswith("Posting list")
        rows += [one.name for one in batch.dispatches.all()]
        assert all(one.name in text[0] for one in batch.dispatches.all())
        printing.mark_posted(batch=batch, by=team.administrator, taken_out=[])
    assert sorted(rows, key=str.casefold) == [name for name in names if name != "Clinic 3"]
    assert not Dispatch.objects.filter(state=DispatchState.QUEUED).exists()
