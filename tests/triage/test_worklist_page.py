"""The worklist as a page: its rows in words, its addresses, what it remembers, and several assigned at once."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from painpath import clock
from painpath.accounts.scope import scope
from painpath.referrals import pathways, verbs
from painpath.referrals.models import Referral, RotaEntry
from painpath.referrals.worklist.queries import Cursor, Filters, rows_of
from painpath.triage.presenters.worklist import address, cursor_of, filters_of, shown
from painpath.triage.presenters.worklist_rows import rows
from painpath.triage.views import worklist
from tests.referrals.conftest import LETTER, make_team, received_referral, waiting_referral

QUERIES = 20
"""What the whole page asks, with session, scope, audit and savepoints."""


@pytest.fixture
def door(db, service_id):
    """A team, and somebody signed in: `door(member)`."""
    with scope(service_id):
        team = make_team()

    def sign_in(member):
        client = Client()
        client.force_login(member.user)
        return client

    return team, sign_in


def test_every_page_opens_and_leads_to_its_neighbours(door, service_id, monkeypatch):
    monkeypatch.setattr(worklist, "ROWS", 1)
    team, sign_in = door
    with scope(service_id):
        references = {received_referral(team, f"Letter {number}").reference for number in range(3)}
    client, href, seen = sign_in(team.consultant), "/?tab=open", []
    for expected in ((False, True), (True, True), (True, False)):
        page = client.get(href).content.decode()
        links = {rel: re.search(rf'href="([^"]+)"[^>]*rel="{rel}"', page) for rel in ("prev", "next")}
        assert tuple(bool(links[rel]) for rel in ("prev", "next")) == expected
        seen += [reference for reference in references if reference in page]
        href = links["next"][1].replace("&amp;", "&") if links["next"] else ""
    assert sorted(seen) == sorted(references)
    back = links["prev"][1].replace("&amp;", "&")
    assert seen[1] in client.get(back).content.decode()
    assert "page=" not in back


def test_an_address_says_what_it_holds_and_nonsense_is_the_first_page(team):
    pathway, _ = pathways.in_force(team.service)
    filters = Filters(tab="mine", route="gp-ers", locality="unknown", practice="12", priority="urgent", missing="adult")
    moment = datetime(2026, 11, 25, 10, 42, 0, 123456, tzinfo=clock.LONDON)
    ended, unsent = (replace(filters, tab=tab) for tab in ("ended", "not-sent"))
    places = ((filters, (1, clock.today(), 12)), (filters, (0, None, 3)), (ended, (moment, 7)), (unsent, (moment, 7)))
    for one, keys in places:
        for back in (False, True):
            cursor = Cursor(keys, back)
            asked = dict(parse_qsl(urlsplit(address(one, cursor)).query))
            assert filters_of(asked, pathway) == one
            assert cursor_of(asked, one) == cursor
    assert filters_of({"tab": "x", "route": "x", "practice": "' OR 1=1"}, pathway) == Filters()
    for nonsense in ("", "1", "1_x_2", "1_2026-11-25_x", "99_2026-11-25_1", "1_2026-13-25_1", f"1_none_{'9' * 30}"):
        assert cursor_of({"after": nonsense}, Filters()) == Cursor(), nonsense
    assert cursor_of({"after": "2026-11-25T10:42:00_1"}, Filters(tab="ended")) == Cursor()
    assert (shown(0), shown(999), shown(1000)) == ("0", "999", "999+")


@pytest.mark.parametrize("count", [3, 60])
def test_the_page_asks_as_many_questions_whatever_there_is(door, service_id, count):
    team, sign_in = door
    with scope(service_id):
        first = waiting_referral(team)
        Referral.objects.bulk_create(
            Referral(service_id=service_id, pathway_version=first.pathway_version, state="received",
                     state_since=clock.now(), received_at=clock.now(), owner_role="administrator",
                     due_on=clock.today(), practice=first.practice)
            for _ in range(count)
        )  # fmt: skip
    client = sign_in(team.consultant)
    client.get("/?tab=open")
    with CaptureQueriesContext(connection) as captured:
        page = client.get("/?tab=open").content.decode()
    assert page.count('type="checkbox"') == min(count + 1, 50)
    assert len(captured) == QUERIES, "\n".join(one["sql"][:150] for one in captured.captured_queries)


def test_a_row_says_in_words_what_must_be_seen(team, waiting, screening, monkeypatch):
    referral = waiting(LETTER + "\nHe has thoughts of ending his life.\n", patient={"safe_contact": "Not at home"})
    pathway, _ = pathways.in_force(team.service)

    def row(one, by=team.colleague):
        with CaptureQueriesContext(connection) as captured:
            [made] = rows(rows_of([one.pk]), pathway, by)
        assert len(captured) <= 3
        return made

    first = row(referral)
    assert [words for words, _ in first.flags] == ["Alert", "Safe contact"]
    assert (first.waiting, first.late) == ("0 of 7 working days", False)
    assert first.missing_words == f"{len(first.missing)} not stated"
    assert "Adult" not in " ".join(first.missing) or referral.missing
    Referral.objects.filter(pk=referral.pk).update(received_at=clock.now() - timedelta(days=21))
    assert row(referral).late
    Referral.objects.filter(pk=referral.pk).update(came_back="reply")
    assert ("Reply received", "blue") in row(referral).flags
    assert "since receipt" in row(referral).waiting
    busy = screening()
    made = row(busy)
    since = busy.state_since.astimezone(clock.LONDON)
    assert made.owner == f"Being screened by Dr Con Sultant since {since:%H:%M}"
    assert made.take_over
    assert not row(busy, team.consultant).take_over
    assert not row(busy, team.administrator).take_over
    later = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert f"since {since.day} " in row(busy).owner


def test_filters_are_remembered_can_be_linked_and_cleared(door):
    team, sign_in = door
    client = sign_in(team.consultant)
    linked = "/?tab=awaiting-screening&route=gp-ers&missing=adult"
    page = client.get(linked).content.decode()
    assert "Clear filters" in page
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, linked)
    assert sign_in(team.colleague).get("/").status_code == 200
    assert "Clear filters" not in client.get("/?tab=awaiting-screening").content.decode()
    assert client.get("/")["Location"] == "/?tab=awaiting-screening"
    for bad in ("tab=x", "practice=x", "after=x", "after=0_none_1&tab=mine", "before=0_none_1", "after=1_2026-11-25_1"):
        assert client.get(f"/?{bad}").status_code == 200, bad


def test_several_are_assigned_at_once_and_nothing_is_lost_on_a_slip(door, service_id):
    team, sign_in = door
    with scope(service_id):
        one, other = waiting_referral(team), waiting_referral(team, LETTER + "other")
        busy = verbs.start_screening(referral=waiting_referral(team, LETTER + "busy"), by=team.consultant)
    client, there = sign_in(team.administrator), reverse("triage:assign-several")
    ticked = [one.reference, busy.reference]
    sent = {"list": "worklist", "here": "tab=open&route=gp-ers", "referrals": ticked}
    page = client.post(there, sent)
    assert page.status_code == 422
    text = page.content.decode()
    assert "Choose whom to assign them to" in text
    assert len(re.findall(r'name="referrals"[^>]* checked', text)) == 2
    page = client.post(there, {"list": "worklist", "here": "", "to": str(team.colleague.pk)})
    assert "Tick at least one referral" in page.content.decode()
    answer = client.post(there, sent | {"to": str(team.colleague.pk)}, follow=True)
    assert answer.redirect_chain[0][0] == "/?tab=open&route=gp-ers"
    text = answer.content.decode()
    assert "1 referral assigned to Dr Col League" in text
    assert f"Not assigned: {busy.reference}" in text
    with scope(service_id):
        owners = dict(Referral.objects.values_list("pk", "owner"))
        assert owners == {one.pk: team.colleague.pk, other.pk: None, busy.pk: team.consultant.pk}
    assert client.post(there, sent | {"to": "999999"}).status_code == 422
    assert client.get(there).status_code == 302


def test_the_rota_is_all_the_chosen_days_or_none(door, service_id):
    team, sign_in = door
    client = sign_in(team.administrator)
    today = clock.today()
    sent = {
        "membership": str(team.consultant.pk), "weekdays": ["0", "2"], "route": "",
        "starts_on-day": today.day, "starts_on-month": today.month, "starts_on-year": today.year,
    }  # fmt: skip
    assert client.post("/rota/", sent).status_code == 302
    page = client.post("/rota/", sent | {"weekdays": ["4", "0"], "starts_on-year": today.year + 1})
    assert page.status_code == 422
    with scope(service_id):
        assert sorted(RotaEntry.objects.values_list("weekday", flat=True)) == [0, 2]
        entry = RotaEntry.objects.first()
    assert client.post(reverse("triage:rota-end", args=[entry.pk])).status_code == 302
    assert client.post(reverse("triage:rota-end", args=[entry.pk])).status_code == 404
    assert client.post("/rota/", {"membership": ""}).status_code == 422


def test_words_of_a_search_stand_in_no_address_and_no_session(door, service_id):
    team, sign_in = door
    with scope(service_id):
        referral = waiting_referral(team, LETTER + "\nShe keeps alpacas.\n")
    client = sign_in(team.consultant)
    answer = client.post("/search/", {"words": "alpacas"}, follow=True)
    assert answer.redirect_chain == [("/search/", 302)]
    text = answer.content.decode()
    assert "<mark>alpacas</mark>" in text
    assert referral.reference in text
    assert "alpacas" not in str(dict(client.session))
    sent = {"list": "search", "here": "", "referrals": [referral.reference], "to": str(team.colleague.pk)}
    assert client.post("/assign/", sent)["Location"] == "/search/"
    assert client.post("/assign/", sent | {"to": ""}).status_code == 422
