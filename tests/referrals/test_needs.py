"""Communication needs: recorded once, told to every open referral, offered from what letters say, asked again."""

from datetime import date, timedelta

import pytest

from painpath import clock
from painpath.accounts.audit import Process
from painpath.accounts.models import AuditEntry
from painpath.accounts.roles import PATIENT
from painpath.letters.door import PATIENT_WITH_CODE
from painpath.referrals import pathways
from painpath.referrals.arriving import needs
from painpath.referrals.arriving.needs import record_needs
from painpath.referrals.models import Patient, Referral
from painpath.referrals.refusal import Refused
from tests.referrals.conftest import LETTER

pytestmark = pytest.mark.django_db


def record(referral: Referral, by, *ids: str, **more) -> Patient:
    assert referral.patient is not None
    return record_needs(patient=referral.patient, referral=referral, by=by, needs=ids, **more)


def test_what_is_recorded_is_the_whole_list_and_stands_on_the_timeline(team, waiting):
    referral = waiting()
    patient = record(referral, team.administrator, "bsl", "large-print", other="Rings before she opens the door")
    assert patient.needs == ["large-print", "bsl"]
    assert patient.letter_format == "large-print"  # the need asks for it; nobody had to choose it
    assert patient.needs_checked_on == clock.today()
    step = referral.transitions.last()
    assert (step.verb, step.by) == ("record_needs", team.administrator)
    assert "bsl" in step.facts["needs"]
    entry = AuditEntry.objects.filter(action="patient.needs").get()
    assert "Rings" not in str(entry.detail)
    again = record(referral, team.administrator, "large-print", "bsl")
    assert referral.transitions.last() == step, "the same on the same day is once"
    assert again.communication_needs == "Rings before she opens the door"
    assert record(referral, team.consultant).needs == []


def test_other_open_referrals_of_the_person_are_told(team, waiting):
    one = waiting(patient={"nhs_number": "9990000018", "date_of_birth": date(1966, 4, 3)})
    other = waiting(patient={"nhs_number": "9990000018", "date_of_birth": date(1966, 4, 3)})
    before = other.version
    code = Process(team.service, PATIENT_WITH_CODE, PATIENT, only=one.pk)
    record(one, code, "braille")
    other.refresh_from_db()
    assert other.version == before + 1
    assert other.transitions.last().facts["with"] == one.reference
    with pytest.raises(Refused, match="no referral of yours"):
        record(other, code, "audio")


def test_what_is_not_in_the_list_is_refused(team, waiting):
    referral = waiting()
    for ids, more in ((("telepathy",), {}), ((), {"letter_format": "papyrus"})):
        with pytest.raises(Refused, match="Choose from the list"):
            record(referral, team.administrator, *ids, **more)
    with pytest.raises(Refused):
        record(referral, team.manager, "audio")
    assert Patient.objects.get(pk=referral.patient_id).needs_checked_on is None


def test_it_is_asked_again_after_a_year(team, waiting):
    referral = waiting()
    lists = needs.communication_of(referral)
    assert needs.is_to_be_asked(referral.patient, lists), "nobody has asked yet"
    patient = record(referral, team.administrator)
    assert not needs.is_to_be_asked(patient, lists)
    patient.needs_checked_on = date(2024, 2, 29)
    assert needs.ask_again_on(patient, lists) == date(2025, 2, 28)
    patient.needs_checked_on = clock.today() - timedelta(days=366)
    assert needs.is_to_be_asked(patient, lists)


def test_what_a_letter_says_is_offered_with_its_words_and_not_recorded(team, waiting):
    text = LETTER.replace("Thank you", "She is deaf and uses a BSL interpreter; please send large\nprint. Thank you")
    referral = waiting(text)
    found = {one.need.id: one for one in needs.suggestions(referral)}
    assert set(found) == {"bsl", "large-print"}
    assert "uses a BSL interpreter" in found["bsl"].quote
    assert found["bsl"].where == "letter.txt"
    assert referral.patient.needs == []
    record(referral, team.administrator, "bsl")
    referral.refresh_from_db()
    assert [one.need.id for one in needs.suggestions(Referral.objects.get(pk=referral.pk))] == ["large-print"]


def test_the_lists_hold_a_way_to_tell_each_need(team, waiting):
    lists = pathways.of(waiting().pathway_version).communication
    kinds = {one.kind for one in lists.needs}
    assert kinds == {"format", "language", "senses", "support", "contact"}
    assert lists.format_of(("audio", "braille")) == "audio"
    assert lists.format_of(("audio",), "large-print") == "large-print"
    assert lists.format_of(()) == "standard"
