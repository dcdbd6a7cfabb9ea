"""A letter that waits while the referral moves on is read by a person before it leaves; nothing is stopped silently."""

import pytest
from django.test import Client
from django.urls import reverse

from painpath import clock
from painpath.letters import closing, holding, outbox, printing
from painpath.letters.channels import MOVED_ON, reasons_to_hold
from painpath.letters.models import Dispatch
from painpath.referrals import verbs
from painpath.referrals.refusal import Refused
from tests.letters.posting import decided, outbox_of  # noqa: F401  # fixture
from tests.referrals.conftest import screening, team  # noqa: F401  # fixtures
from tests.referrals.deciding import decided as sign_it

POST = ("letter", "patient", "print")


def test_a_letter_is_held_once_the_referral_came_back(team, decided):  # noqa: F811
    referral = decided()
    letter = outbox_of(referral)[POST]
    assert letter.state == "queued"
    verbs.take_back(referral=referral, by=team.administrator, reason="He rang: he is well again.")
    waits = Dispatch.objects.filter(referral=referral, kind="letter")
    assert {(one.state, MOVED_ON in one.why) for one in waits} == {("held", True)}
    with pytest.raises(Refused):  # nothing is left to print
        printing.print_batch(by=team.administrator)
    client = Client()
    client.force_login(team.administrator.user)
    page = client.get(reverse("triage:post")).content.decode()
    assert page.index('href="#held-heading"') < page.index("To print (0)") < page.index('id="held-heading"')
    assert page.count(MOVED_ON) == len(waits)
    assert reverse("triage:dispatch", args=[letter.pk]) in page
    letter = outbox.lock(letter)
    holding.release(
        dispatch=letter, by=team.administrator, how="print", words="It is right all the same.",
        read=holding.digest(holding.to_read(letter)), address=letter.address,
    )  # fmt: skip
    assert reasons_to_hold(outbox.lock(letter)) == []
    verbs.start_screening(referral=referral, by=team.consultant)  # a further move: nobody has read of that
    assert outbox.lock(letter).state == "held"
    assert outbox.lock(letter).why.startswith(MOVED_ON)


@pytest.mark.parametrize("verb", ["discharge", "withdraw"])
def test_an_acceptance_that_has_not_left_is_held_once_it_does_not_stand(team, screening, verb):  # noqa: F811
    patient = {"address": "14 Sample Street\nExampleton", "postcode": "SO29 4WR"}
    referral = screening(route="practitioner-letter", ubrn="", patient=patient)
    sign_it(referral, team.consultant, "accept")
    letter = Dispatch.objects.get(referral=referral, to="patient", kind="letter")
    if verb == "discharge":
        sign_it(referral, team.consultant, "discharge")
    else:
        closing.close(referral=referral, by=team.administrator, how="withdraw", reason="He rang.", asked_by="patient")
    letter.refresh_from_db()
    assert (letter.state, letter.why.startswith(MOVED_ON)) == ("held", True)


def test_what_was_printed_before_it_moved_on_is_taken_out(team, decided):  # noqa: F811
    referral = decided()
    batch = printing.print_batch(by=team.administrator)
    verbs.take_back(referral=referral, by=team.administrator, reason="He rang.")
    assert all(why.startswith(MOVED_ON) for _, why in printing.to_take_out(batch))
    # Somebody reads of that, and prints it all the same; then it moves again, and nobody has read of this move.
    printing.put_back(batch=batch, by=team.administrator)
    letter = outbox_of(referral)[POST]
    outbox.hold(outbox.lock(letter), reasons_to_hold(outbox.lock(letter)), by=team.administrator)
    letter = outbox.lock(letter)
    holding.release(
        dispatch=letter, by=team.administrator, how="print", words="It is right.", address=letter.address,
        read=holding.digest(holding.to_read(letter)),
    )  # fmt: skip
    batch = printing.print_batch(by=team.administrator)
    assert printing.to_take_out(batch) == []
    verbs.start_screening(referral=referral, by=team.consultant)
    ((_, why),) = printing.to_take_out(batch)
    assert why.startswith(MOVED_ON)


def test_a_new_decision_is_not_held_because_of_the_one_before(team, screening):  # noqa: F811
    patient = {"address": "14 Sample Street\nExampleton", "postcode": "SO29 4WR"}
    referral = screening(route="practitioner-letter", ubrn="", patient=patient)
    sign_it(referral, team.consultant, "accept")
    first = Dispatch.objects.get(referral=referral, to="patient", kind="letter")
    assert first.state == "queued"
    verbs.return_to_screening(referral=referral, by=team.administrator, reason="He is abroad until spring.")
    verbs.start_screening(referral=referral, by=team.consultant)
    sign_it(referral, team.consultant, "not_now", condition="he is back")
    second = Dispatch.objects.filter(referral=referral, to="patient", kind="letter").latest("pk")
    assert second.state == "queued"
    assert [MOVED_ON in " ".join(reasons_to_hold(outbox.lock(one))) for one in (first, second)] == [True, False]


def test_handing_over_leaves_the_letter_as_right_as_before(team, screening):  # noqa: F811
    patient = {"address": "14 Sample Street\nExampleton", "postcode": "SO29 4WR"}
    referral = screening(route="practitioner-letter", ubrn="", patient=patient)
    sign_it(referral, team.consultant, "accept")
    verbs.hand_over(referral=referral, by=team.administrator, system="Rio", number="1", on=clock.today())
    letter = Dispatch.objects.get(referral=referral, to="patient", kind="letter")
    assert MOVED_ON not in " ".join(reasons_to_hold(outbox.lock(letter)))
