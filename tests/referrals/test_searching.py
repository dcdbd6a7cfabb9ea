"""The search of the worklist: by name, number and words in the letters, and never in another service."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from painpath.accounts.models import Membership, Service, User
from painpath.accounts.scope import scope
from painpath.postgres.owner import as_owner
from painpath.referrals.models import Quarantine, Referral
from painpath.referrals.worklist.searching import search
from tests.referrals.conftest import LETTER, make_team, waiting_referral

PEOPLE = {
    "Ashcombe": {"given_name": "Leonard James", "family_name": "Ashcombe", "nhs_number": "9990000018"},
    "Ashton": {"given_name": "Mary", "family_name": "Ashton"},
    "van der Berg": {"title": "Ms", "given_name": "Jo", "family_name": "van der Berg"},
    "O'Neill": {"given_name": "Siân", "family_name": "O'Neill"},
}


@pytest.fixture
def people(team):
    return {
        name: waiting_referral(team, f"A plain letter about back pain, number {number}.", patient=details)
        for number, (name, details) in enumerate(PEOPLE.items())
    }


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ash", {"Ashcombe", "Ashton"}),
        ("ASHCOMBE", {"Ashcombe"}),
        ("Leonard Ashcombe", {"Ashcombe"}),
        ("ashcombe, leo", {"Ashcombe"}),
        ("Mr Leonard Ashcombe", {"Ashcombe"}),
        ("James Ashcombe", {"Ashcombe"}),
        ("mary ashcombe", set()),
        ("shcombe", set()),
        ("van der Berg", {"van der Berg"}),
        ("Jo van der", {"van der Berg"}),
        ("O’Neill", {"O'Neill"}),
        ("siân", {"O'Neill"}),
        ("999 000 0018", {"Ashcombe"}),
        ("9990000019", set()),
        ("%", set()),
        ("_", set()),
        ("'", set()),
        ("a | b & (", set()),
    ],
)
def test_people_are_found_by_the_beginning_of_their_names_and_by_number(team, people, words, found):
    names = {one.pk: name for name, one in people.items()}
    assert {names[one.pk] for one in search(team.consultant, words).referrals} == found


def test_a_reference_and_a_ubrn_name_one_referral(team, people):
    referral = Referral.objects.get(pk=people["Ashton"].pk)
    for words in (referral.reference, referral.reference.lower().replace("-", " "), referral.ubrn):
        assert [one.pk for one in search(team.consultant, words).referrals] == [referral.pk]


def test_words_in_letters_are_found_with_the_place(team, people):
    told = waiting_referral(team, LETTER + "\nShe keeps alpacas on a smallholding near Fareham.\n")
    found = search(team.consultant, "alpaca smallholding")
    assert [one.pk for one in found.referrals] == [told.pk]
    [quote] = found.quotes[told.pk]
    assert quote.document == told.documents.get()
    assert [words for words, marked in quote.parts if marked] == ["alpacas", "smallholding"]
    assert search(team.consultant, '"smallholding alpacas"').referrals == []
    Quarantine.objects.create(
        service=team.service, document=quote.document, by=team.consultant, reason="Another person"
    )
    assert search(team.consultant, "alpaca smallholding").referrals == []


def test_a_name_comes_before_letters_that_hold_it_and_queries_do_not_grow(team, people):
    for number in range(4):
        waiting_referral(team, f"Brought in by Mrs Ashton, her neighbour. {number}", patient={"family_name": "Zed"})
    with CaptureQueriesContext(connection) as captured:
        found = search(team.consultant, "ashton")
    assert found.referrals[0].pk == people["Ashton"].pk
    assert len(found.referrals) == 5
    assert len(captured) <= 6


def test_nothing_of_another_service_is_found(transactional_db, service_id):
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(
            team, LETTER + "\nShe keeps alpacas.\n", patient={"family_name": "Ashcombe", "nhs_number": "9990000018"}
        )
    with as_owner():
        other = Service.objects.create(slug="elsewhere", name="Elsewhere")
        user = User.objects.create_user("elsewhere@example.nhs.uk", "Else Where")
        member = Membership.objects.create(service=other, user=user, role="clinician", grade="consultant")
    for words in ("Ashcombe", "9990000018", "alpacas", referral.reference, referral.ubrn):
        with scope(service_id):
            assert search(team.consultant, words).referrals, words
        with scope(other):
            assert search(member, words).referrals == [], words
            assert search(team.consultant, words).referrals == [], words
        with scope(None):
            assert search(member, words).referrals == [], words
