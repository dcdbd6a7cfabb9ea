"""The public pages for patients: all that the published page tells them, help in a crisis everywhere, one row read."""

from datetime import date
from html import unescape
from typing import get_args

import msgspec
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from painpath.pathway.crisis import danger_signs
from painpath.pathway.patient_pages import PageId
from painpath.pathway.shapes import Combination
from painpath.patients.presenters import about
from painpath.web.access import PUBLIC, access_table
from tests.conftest import SERVICE
from tests.patients.conftest import HOME, even
from tests.referrers.test_about import EMAIL

ABOUT = f"{HOME}about/"
PAGES = [
    HOME,
    f"{HOME}all/",
    f"{HOME}resources/",
    f"{HOME}right-time/",
    *(f"{ABOUT}{page}/" for page in ("persistent-pain", *get_args(PageId))),
]
ALSO = [f"/services/{SERVICE}/", "/services/", "/accessibility/"]
"""Of other doors, or of none; patients come there too."""
FOR_OTHERS = {
    *(f"referrers:{page}" for page in ("practitioners", "criteria", "how_to_refer", "what_happens_next", "check")),
    "language",
}  # fmt: skip
"""Public, and for practitioners alone; or no page at all."""
FILES = {
    *(f"referrers:{name}" for name in ("summary", "letter_template")),
    *(f"patients:right_time_{name}" for name in ("text", "pdf", "large")),
}

pytestmark = pytest.mark.django_db


def test_anybody_may_read_at_the_cost_of_one_row_and_without_a_cookie(client):
    for address in PAGES:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        assert answer.status_code == 200, address
        read = [query["sql"] for query in asked if " FROM " in query["sql"]]
        assert len(read) == 1, read
        assert "accounts_service" in read[0]
        assert not answer.cookies, address


def test_no_public_page_for_patients_is_forgotten():
    public = {view for view, who in access_table().items() if who == PUBLIC} - FOR_OTHERS - FILES
    reached = {resolve(address).view_name for address in (*PAGES, *ALSO)}
    assert reached == {view for view in public if not view.startswith(("account_", "mfa_", "oidc-", "keeping:"))}


def test_help_in_a_crisis_is_on_every_page(client, pathway):
    signposts = [one for one in pathway.signposts if one.kind in ("crisis", "emergency")]
    assert {way.value for one in signposts for way in one.ways} >= {"999", "111", "116 123", "85258"}
    for address in (*PAGES, *ALSO):
        answer = client.get(address, follow=True, headers={"referer": f"http://testserver{HOME}"})
        shown = even(unescape(answer.content.decode()))
        assert 'id="get-help-now"' in shown
        for number in ("tel:999", "tel:111", "tel:116123", "sms:85258", "mailto:jo@samaritans.org", "sms:999",
                       "tel:18001111", "https://www.999bsl.co.uk"):  # fmt: skip
            assert f'href="{number}"' in shown, (address, number)
        assert shown.rindex("cannot speak on a phone") < shown.rindex("sms:85258") < shown.rindex("tel:18001111")
        for one in signposts:
            assert even(one.plain) in shown, (address, one.id)
        foot = shown[shown.index('id="get-help-now"') :]
        assert all(sign in foot for sign in danger_signs(pathway)), address


def test_what_comes_first_is_told_in_the_words_of_the_criteria(words, pathway):
    shown = words(f"{ABOUT}what-your-gp-does/")
    first = pathway.referring.try_first
    named = {
        "investigations-complete",
        "ongoing-investigations-or-pathways",
        *(c for one in first for c in one.criteria),
    }
    for plain in (*(pathway.criterion(one).plain for one in named), *(one.plain for one in first)):
        assert even(plain) in shown
    assert "can still write to us" in shown
    assert f'href="{ABOUT}what-your-gp-does/"' in words(f"{ABOUT}how-to-be-referred/")


def test_help_stands_on_pages_that_say_what_went_wrong(client):
    answer = client.get(f"{ABOUT}nowhere/")
    assert answer.status_code == 404
    assert 'href="https://www.999bsl.co.uk"' in answer.content.decode()


def test_patients_are_told_what_the_published_page_tells_them(words, pathway):
    where = {
        "how_to_be_referred": "how-to-be-referred",
        "what_to_consider": "how-to-be-referred",
        "can": "what-we-do",
        "cannot": "what-we-do",
        "after_referral": "what-happens-next",
        "not_now": "not-now",
    }
    for statement in pathway.statements:
        assert even(statement.plain) in words(f"{ABOUT}{where[statement.topic]}/")
    referred = words(f"{ABOUT}how-to-be-referred/")
    for one in (*pathway.routes, *pathway.readiness):
        assert even(one.plain) in referred
    questionnaire = pathway.questionnaires[0]
    for text in (questionnaire.plain, questionnaire.plain_help):
        assert even(text) in words(f"{ABOUT}questionnaires/")


def test_every_page_is_found_from_the_front_page_of_the_service(words, pathway):
    assert f'href="{HOME}"' in words(HOME.removesuffix("patients/"))
    shown = words(HOME)
    for address in PAGES[1:]:
        assert f'href="{address}"' in shown
    for page in pathway.patient_pages.pages:
        read = words(f"{ABOUT}{page.id}/")
        for part in page.parts:
            for text in (part.plain_heading, *part.plain, *part.plain_points, *part.plain_last):
                assert even(text) in read, text
        assert f"Looked after by: {page.owner}" in read
        assert "26 November 2026" in read


def test_all_of_it_can_be_printed_at_once(words, pathway):
    shown = words(f"{HOME}all/")
    for page in pathway.patient_pages.pages:
        for part in page.parts:
            assert shown.count(f'id="{page.id}-{part.id}"') == 1
            for text in (page.plain_title, part.plain_heading, *part.plain, *part.plain_points, *part.plain_last):
                assert even(text) in shown, text


def test_dangers_come_first_on_their_page(words, pathway):
    shown = words(f"{ABOUT}urgent-help/")
    emergency = shown.index("nhsuk-card--care--emergency")
    for sign in danger_signs(pathway):
        assert emergency < shown.index(f"<li>{sign}</li>") < shown.index("If you feel that you cannot go on"), sign


def test_how_soon_and_how_long(words, published):
    shown = words(f"{ABOUT}what-happens-next/")
    assert "within 1 working day." in shown
    assert "within 7 working days." in shown
    assert shown.count("We cannot say yet how long people wait.") == 1
    outcomes = published / "outcomes.yaml"
    wait = "    wait: {weeks_from: 8, weeks_to: 14, as_of: 2026-11-02, source: The service.}\n"
    text = outcomes.read_text()
    outcomes.write_text(text.replace("  - id: questionnaire-first\n", f"{wait}  - id: questionnaire-first\n", 1))
    shown = words(f"{ABOUT}what-happens-next/")
    assert "People wait from 8 to 14 weeks for this. This was true on 2 November 2026." in shown
    assert shown.count("For this, we cannot say yet how long people wait.") == 3


def test_a_contact_reaches_only_whom_it_is_for(words):
    page = f"{ABOUT}what-happens-next/"
    assert f'href="mailto:{EMAIL}"' in words(f"{page}?locality=southampton")
    assert "people from Portsmouth yet" in words(f"{page}?locality=portsmouth")
    for address in (*PAGES, f"{page}?locality=portsmouth", f"{page}?locality=Southampton"):
        assert "solent" not in words(address).lower(), address


def test_resources_have_an_owner_and_the_day_of_their_last_check(words, pathway):
    shown = words(f"{HOME}resources/")
    for one in pathway.signposts:
        for text in (
            one.plain_name,
            one.plain,
            one.owner,
            one.plain_kind,
            one.plain_reading,
            *one.languages,
            *one.formats,
        ):
            assert even(text) in shown, text
    assert "23 November 2026" in shown
    assert "a long time ago" not in shown


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        ("topic=mood", ["Samaritans", "NHS Talking Therapies"], ["Pain Toolkit", "Rheumatology"]),
        ("format=Booklet", ["Pain Toolkit"], ["Pain Concern"]),
        ("format=without-internet", ["Community pharmacy team"], ["Pain Toolkit", "Pain Concern"]),
        ("topic=mood&format=Text+message&language=English", ["Shout"], ["NHS Talking Therapies"]),
        ("topic=medicines&format=Booklet", ["We know no place like this"], ["Pain Toolkit"]),
        ("topic=none&language=Klingon&format=", ["Pain Toolkit", "Samaritans"], ["Show everything"]),
    ],
)
def test_resources_are_narrowed_down(words, query, there, not_there):
    shown = words(f"{HOME}resources/?{query}").partition('id="get-help-now"')[0]
    for text in there:
        assert text in shown
    for text in not_there:
        assert text not in shown


def test_an_old_check_is_admitted(words):
    with time_machine.travel(date(2027, 11, 24), tick=False):
        assert "We last checked this a long time ago" in words(f"{HOME}resources/")


@pytest.mark.parametrize("address", ["/services/no-such-service/patients/", f"{ABOUT}no-such-page/"])
def test_what_is_not_there_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_how_criteria_go_together_is_told_where_all_of_them_stand(pathway):
    page = pathway.patient_pages.page("what-your-gp-does")
    here = next(one for one in page.parts if len(one.criteria) == 3)
    others = [one.id for one in pathway.criteria if one.id not in here.criteria]
    tied = (
        Combination(id="both", name="Both", how="all", of=here.criteria[:2], plain="We need both."),
        Combination(id="nested", name="Nested", how="any", of=("both", here.criteria[2]), plain="Or the third."),
        Combination(id="partly", name="Partly", how="any", of=("both", others[0]), plain="Or another page."),
    )
    shown = about.page(msgspec.structs.replace(pathway, combinations=tied), page.id, None)
    told = {one["id"]: one["together"] for one in shown["parts"]}
    assert told.pop(here.id) == ["We need both.", "Or the third."]
    assert not any(told.values())
