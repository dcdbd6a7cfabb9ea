"""Reusable advice: an owner, an expiry, and a new row for every change."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from painpath import clock
from painpath.referrals.guidance import advice
from painpath.referrals.models import AdviceParagraph
from painpath.referrals.refusal import Refused


def kept(by, **changes) -> AdviceParagraph:
    given = {
        "title": "Duloxetine", "text": "Start at 30 mg.", "criteria": ["interventions-exhausted"],
        "expires_on": clock.today() + timedelta(days=90),
    }  # fmt: skip
    return advice.add(by=by, **(given | changes))


def test_kept_once_by_its_owner(team):
    first = kept(team.consultant)
    assert kept(team.consultant) == first
    assert first.owner == team.consultant
    for who in (team.administrator, team.manager):
        with pytest.raises(Refused, match="Only a clinician"):
            kept(who)


@pytest.mark.parametrize("days", [0, -1, 731])
def test_the_expiry_is_within_two_years(team, days):
    with pytest.raises(Refused):
        kept(team.consultant, expires_on=clock.today() + timedelta(days=days))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20, deadline=None)
@given(life=st.integers(1, 730), after=st.integers(0, 800))
def test_it_is_offered_up_to_its_last_day_and_no_longer(team, life, after):
    AdviceParagraph.objects.all().delete()
    paragraph = kept(team.consultant, expires_on=clock.today() + timedelta(days=life))
    with clock.at(clock.today() + timedelta(days=after)):
        assert (paragraph in advice.offered(team.colleague)) == (after <= life)
        assert paragraph in advice.standing(team.colleague)


def test_what_is_about_the_cited_criteria_stands_first(team):
    kept(team.consultant, title="A walk", criteria=[])
    about = kept(team.consultant, title="Zopiclone", criteria=["drug-alcohol-dependence"])
    assert advice.offered(team.colleague)[0].title == "A walk"
    assert advice.offered(team.colleague, ["drug-alcohol-dependence"])[0] == about


def test_a_change_is_a_new_row_of_who_made_it(team):
    old = kept(team.consultant)
    given = {"paragraph": old, "title": "Duloxetine", "text": "Start at 20 mg.", "criteria": [],
             "expires_on": clock.today() + timedelta(days=10)}  # fmt: skip
    new = advice.change(by=team.colleague, **given)
    assert advice.change(by=team.colleague, **given) == new
    old.refresh_from_db()
    assert (old.text, old.replaced_by, new.owner) == ("Start at 30 mg.", new, team.colleague)
    assert advice.offered(team.consultant) == [new]
    with pytest.raises(Refused, match="has changed this advice meanwhile"):
        advice.change(by=team.consultant, **(given | {"text": "Start at 40 mg."}))


def test_only_the_owner_renews_and_retires_until_they_leave(team):
    paragraph = kept(team.consultant)
    later = clock.today() + timedelta(days=400)
    for verb in (lambda: advice.renew(paragraph=paragraph, by=team.colleague, expires_on=later),
                 lambda: advice.retire(paragraph=paragraph, by=team.colleague)):  # fmt: skip
        with pytest.raises(Refused, match="Dr Con Sultant owns this advice"):
            verb()
    assert advice.renew(paragraph=paragraph, by=team.consultant, expires_on=later).expires_on == later
    team.consultant.ended_at = clock.now()
    team.consultant.save()
    advice.retire(paragraph=paragraph, by=team.colleague)
    advice.retire(paragraph=paragraph, by=team.colleague)
    assert advice.offered(team.colleague) == []
    with pytest.raises(Refused, match="changed or retired"):
        advice.renew(paragraph=paragraph, by=team.colleague, expires_on=later)
