"""The pages of the workspace: what they show, to whom, and with how many queries."""

import uuid
from datetime import date, timedelta
from html import unescape
from typing import Any

import msgspec
import pytest
from django.test import Client
from django.urls import reverse

from painpath import clock, documents
from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.demo.files import make
from painpath.directory.models import Contract, Practice
from painpath.letters.signing import facts_of
from painpath.pathway import Pathway
from painpath.pathway.shapes import Catchment, Combination
from painpath.referrals import pathways, verbs
from painpath.referrals.arriving import receiving
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.decisions import deciding, decision_rules
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.models import AddedEvidence, Judgement, Patient, Referral, Transcript
from painpath.referrals.sheet import judging
from painpath.referrals.sheet.adding_evidence import Place, add_evidence
from painpath.referrals.together import discussing
from painpath.triage.presenters.words import day
from tests.referrals.conftest import LETTER, Team, make_team, waiting_referral
from tests.triage.test_pages import queries

CLAUSE = "major-psychiatric-disturbance"
PERSON = {"nhs_number": "9990000018"}


def client_of(member: Any) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def address(name: str, referral: Referral, *more: Any) -> str:
    return reverse(f"triage:{name}", args=[referral.reference, *more])


def screened(team: Team, text: str = LETTER, **changes: Any) -> Referral:
    return verbs.start_screening(referral=waiting_referral(team, text, **changes), by=team.consultant)


def mark(team: Team, referral: Referral, words: str, criterion: str = CLAUSE) -> AddedEvidence:
    transcript = Transcript.objects.get(document__referral=referral)
    start = transcript.text.index(words)
    return add_evidence(
        referral=referral, by=team.consultant, criterion=criterion, speaks="against", quote=words,
        place=Place(transcript.pk, start, start + len(words)),
    )  # fmt: skip


def delayed(team: Team) -> Referral:
    """An earlier referral of the person, which was delayed."""
    referral = screened(team, patient=PERSON)
    judging.judge(referral=referral, by=team.consultant, criterion=CLAUSE, state="against")
    content = DecisionContent(
        outcome="delay", clauses=(CLAUSE,), reason="Severe and no plan.", condition="there is a steady plan",
        watcher="the nurse", review_on=clock.today() + timedelta(days=30),
    )  # fmt: skip
    version = Referral.objects.get(pk=referral.pk).version
    deciding.decide(referral=referral, by=team.consultant, content=content, key=uuid.uuid4(), seen_version=version)
    return Referral.objects.get(pk=referral.pk)


@pytest.mark.django_db
def test_marks_comments_and_earlier_referrals_cost_no_more_queries(service_id):
    with scope(service_id):
        team = make_team()
        delayed(team)
        referral = screened(team, patient=PERSON)
        mark(team, referral, "He drinks 4 units")
        discussing.add_comment(referral=referral, by=team.consultant, text="One")
    client = client_of(team.consultant)
    pages = ("referral", "timeline", "earlier", "discussion")
    few = {name: queries(client, address(name, referral)) for name in pages}
    with scope(service_id):
        for number in range(3):
            delayed(team)
            discussing.add_comment(referral=referral, by=team.colleague, text=f"More {number}")
        Referral.objects.filter(pk=referral.pk).update(received_at=clock.now())
        for words in ("low back pain", "for 6 years", "amitriptyline", "gabapentin", "self-management"):
            mark(team, referral, words)
    assert {name: queries(client, address(name, referral)) for name in pages} == few


@pytest.mark.django_db
def test_the_mdt_list_makes_the_same_number_of_queries_and_its_look_is_audited(service_id):
    with scope(service_id):
        team = make_team()
        first = waiting_referral(team)
        discussing.put_on_meeting_list(referral=first, by=team.consultant, question="Who leads?")
    client = client_of(team.administrator)
    few = queries(client, reverse("triage:meeting"))
    with scope(service_id):
        for _ in range(4):
            more = waiting_referral(team)
            discussing.put_on_meeting_list(
                referral=more, by=team.consultant, question="And here?", meets_on=clock.today()
            )
    assert queries(client, reverse("triage:meeting")) == few
    with scope(service_id):
        assert first.pk in AuditEntry.objects.filter(action="meeting.look").latest("id").detail["referrals"]


@pytest.mark.django_db
def test_confirming_is_one_act_on_one_criterion_and_nothing_is_chosen_beforehand(service_id):
    with scope(service_id):
        team = make_team()
        referral = screened(team)
    client = client_of(team.consultant)
    page = client.get(address("referral", referral)).content.decode()
    assert " checked" not in page
    answer = client.post(address("judge", referral, CLAUSE), {f"{CLAUSE}-state": "mixed"})
    assert answer.status_code == 422, "another state than was read needs a reason"
    with scope(service_id):
        read = judging.read_states(referral.screenings.last())[CLAUSE]
        run = str(referral.screenings.last().pk)
    answer = client.post(address("judge", referral, CLAUSE), {f"{CLAUSE}-state": read, "run": run})
    assert answer["Location"].endswith(f"#criterion-{CLAUSE}")
    with scope(service_id):
        [judgement] = Judgement.objects.all()
        assert (judgement.criterion, judgement.is_correction, judgement.by) == (CLAUSE, False, team.consultant)
    page = client.get(address("referral", referral)).content.decode()
    assert "Dr Con Sultant confirmed it" in page
    assert "1 of " in page


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["", "x", "1:2", "1:-2:3", "9:9:9:9", "99999999999999999999:1:2", "١:٢:٣"])
def test_whatever_the_browser_says_of_the_place_the_words_are_found(service_id, place):
    with scope(service_id):
        team = make_team()
        referral = screened(team)
    form = {"mark-place": place, "mark-words": "he drinks  4 units", "mark-criterion": CLAUSE, "mark-speaks": "for"}
    answer = client_of(team.consultant).post(address("add-evidence", referral), form)
    assert answer["Location"].endswith(f"#criterion-{CLAUSE}")
    with scope(service_id):
        assert AddedEvidence.objects.get().quote == "He drinks 4 units"


@pytest.mark.django_db
def test_a_form_that_does_not_hold_keeps_what_was_written(service_id):
    with scope(service_id):
        team = make_team()
        referral = screened(team)
    form = {"mark-words": "not in the letter", "mark-criterion": CLAUSE, "mark-speaks": "for"}
    answer = client_of(team.consultant).post(address("add-evidence", referral), form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "do not stand in the documents" in page
    assert ">not in the letter</textarea>" in page
    assert client_of(team.colleague).post(address("add-evidence", referral), form).status_code == 409


@pytest.mark.django_db
def test_the_discussion_is_in_no_letter_on_no_timeline_and_not_for_managers(service_id):
    with scope(service_id):
        team = make_team()
        referral = screened(team)
        discussing.add_comment(referral=referral, by=team.colleague, text="Zebra said on the phone")
        discussing.put_on_meeting_list(referral=referral, by=team.consultant, question="Zebra, who leads?")
        judging.judge(referral=referral, by=team.consultant, criterion=CLAUSE, state="against")
        content = DecisionContent(outcome="not_now", clauses=(CLAUSE,), reason="Because.")
        facts = facts_of(referral, content, by=team.consultant, on=clock.today())
    assert "Zebra" not in str(facts)
    staff, manager = client_of(team.administrator), client_of(team.manager)
    assert "Zebra" in staff.get(address("discussion", referral)).content.decode()
    assert "Zebra" in staff.get(address("referral", referral)).content.decode()
    assert "Zebra" not in staff.get(address("timeline", referral)).content.decode()
    seen = manager.get(address("referral", referral)).content.decode()
    assert "Zebra" not in seen
    assert "Discussion" not in seen
    assert manager.get(address("discussion", referral)).status_code == 403
    assert manager.get(reverse("triage:meeting")).status_code == 403


@pytest.mark.django_db
def test_earlier_referrals_show_what_would_have_changed_the_answer_and_what_has(service_id):
    with scope(service_id):
        team = make_team()
        before = delayed(team)
        text = LETTER.replace("severe depression and there is no\ncare plan in place", "no mental health problems")
        referral = waiting_referral(team, text, patient=PERSON)
    client = client_of(team.manager)
    assert "1 earlier referral" in client.get(address("referral", referral)).content.decode()
    page = client.get(address("earlier", referral)).content.decode()
    for words in (
        "Severe and no plan.",
        "Dr Con Sultant",
        "there is a steady plan",
        "a clear plan of support",
        before.reference,
        "What has changed since",
        "confirmed by Dr Con Sultant",
    ):
        assert words in page, words
    changed, unchanged = page.split("What is as it was")
    assert "Current major psychiatric disturbance" in changed.split("What has changed since")[1]
    assert "Investigated before referral" in unchanged
    assert "No earlier referral" in client.get(address("earlier", before)).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("", "", True),  # severe depression, no plan: it speaks against
        ("severe depression and there is no\ncare plan in place", "no mental health problems", False),
        (
            "severe depression and there is no\ncare plan in place",
            "a care plan with the community mental health team",
            True,  # words of the exception, with nothing that it would be an exception to
        ),
    ],
)
def test_an_exception_stands_beside_its_clause_when_it_may_apply(service_id, old, new, shown):
    with scope(service_id):
        team = make_team()
        referral = screened(team, LETTER.replace(old, new) if old else LETTER)
    page = client_of(team.consultant).get(address("referral", referral)).content.decode()
    article = page.split(f'id="criterion-{CLAUSE}"')[1].split("</article>")[0]
    assert ("An exception may apply" in article) is shown
    assert ("where there is no clear stabilisation care plan" in article.split("painpath-judge")[0]) is shown
    assert ("who leads it" in article) is shown


@pytest.mark.django_db
def test_a_correction_does_not_hide_the_exception_and_stands_beside_what_was_read(service_id):
    with scope(service_id):
        team = make_team()
        referral = screened(team)
        judging.judge(
            referral=referral, by=team.consultant, criterion=CLAUSE, state="for", reason="The plan came by phone."
        )
    page = client_of(team.colleague).get(address("referral", referral)).content.decode()
    article = page.split(f'id="criterion-{CLAUSE}"')[1].split("</article>")[0]
    assert "An exception may apply" in article
    assert "Read: speaks against: applies. Dr Con Sultant: speaks for: ruled out" in article
    assert "because “The plan came by phone.”" in article


@pytest.mark.django_db
def test_an_exclusion_that_is_ruled_out_never_reads_as_if_it_applied(service_id):
    """`Speaks for` alone, after the name of an exclusion, would say the opposite of what was judged."""
    with scope(service_id):
        team = make_team()
        referral = screened(team)
        judging.judge(referral=referral, by=team.consultant, criterion="self-exclusion", state="for", reason="Agrees.")
    client = client_of(team.consultant)
    timeline = client.get(address("timeline", referral)).content.decode()
    assert "The patient does not want to be seen is “Speaks for: ruled out”" in timeline
    decide = client.get(address("decide", referral)).content.decode()
    assert "The patient does not want to be seen: speaks for: ruled out" in decide


@pytest.mark.django_db
def test_what_brought_it_back_stands_beside_the_letter(service_id):
    with scope(service_id):
        team = make_team()
        referral = delayed(team)
    client = client_of(team.consultant)
    facts = client.get(address("referral", referral)).content.decode().split("painpath-actions")[0]
    assert "<dt>Waits until</dt><dd>there is a steady plan</dd>" in facts
    assert "<dt>Watched by</dt><dd>the nurse</dd>" in facts
    with scope(service_id):
        verbs.say_ready(referral=referral, by=team.administrator, said_by="patient", words="Her mood is steady.")
    page = client.get(address("referral", referral)).content.decode()
    assert "<dt>Waits until</dt>" not in page
    assert f"Says they are ready on {day(clock.today())}: “Her mood is steady.”" in page


@pytest.mark.django_db
def test_what_the_directory_settles_is_not_asked(service_id):
    with scope(service_id):
        team = make_team()
        referral = screened(team)
        page = address("referral", referral)
        asks = "Please tell us with which practice the patient is registered"
        assert asks in client_of(team.consultant).get(page).content.decode()
        Contract.objects.create(
            service_id=service_id, practice=referral.practice, contracted=True, source="The list",
            starts_on=date(2020, 1, 1),
        )  # fmt: skip
    article = client_of(team.consultant).get(page).content.decode().split('id="criterion-contracted-gp"')[1]
    article = article.split("</article>")[0]
    assert "Directory: Speaks for: ruled out." in article
    assert asks not in article


@pytest.mark.django_db
def test_the_palliative_route_is_told_with_its_circumstances_and_exceptions(service_id):
    with scope(service_id):
        team = make_team()
        referral = screened(team, route="palliative-team", ubrn="", circumstances="A clot; no surgery possible.")
    page = client_of(team.consultant).get(address("referral", referral)).content.decode()
    banner = page.split("Exceptional route: ")[1].split("painpath-workspace")[0]
    assert "A clot; no surgery possible." in banner
    assert "in exceptional circumstances on case by case basis" in banner
    for criterion in ("non-malignant-persistent-pain", "active-cancer-or-palliative"):
        article = page.split(f'id="criterion-{criterion}"')[1].split("</article>")[0]
        assert "An exception may apply" in article


@pytest.mark.django_db
def test_every_page_of_a_pdf_is_one_click_away(service_id):
    with scope(service_id):
        team = make_team()
        content, name = make(LETTER + "\n\nMore of it.\n" * 60, "pdf", name="Long", on=date(2026, 11, 4))
        referral = receiving.receive(by=team.administrator, files=[File(name, content)], key=uuid.uuid4())
        read_in(service_id=service_id, referral_id=referral.pk, reader=documents.read)
        document = referral.documents.get()
        pages = document.transcripts.get().pages
        assert len(pages) > 1
    page = client_of(team.consultant).get(address("referral", referral)).content.decode()
    for number in range(1, len(pages) + 1):
        assert f'{address("original", referral, document.pk)}#page={number}"' in page
        assert f'href="#page-{document.pk}-{number}"' in page
        assert f'id="page-{document.pk}-{number}"' in page


@pytest.mark.django_db
def test_the_shapes_of_a_page_stand_on_the_workspace_and_its_limited_tier_is_no_reason(service_id, monkeypatch):
    def shaped(version: Any) -> Pathway:
        pathway = of(version)
        change, named = msgspec.structs.replace, {one.id: one for one in pathway.criteria}
        changed = {
            CLAUSE: change(named[CLAUSE], tier="limited", case_by_case=False),
            "adult": change(named["adult"], urgency="urgent", attached="A birth certificate", bypasses=(CLAUSE,)),
        }
        both = Combination(id="both", name="Both of them", how="all", of=("adult", CLAUSE))
        return change(
            pathway, criteria=tuple(changed.get(one.id, one) for one in pathway.criteria), combinations=(both,),
            catchment=Catchment(practices="contracted", postcodes=("SO14",), redirect="Their own service."),
        )  # fmt: skip

    of = pathways.of
    monkeypatch.setattr(pathways, "of", shaped)
    with scope(service_id):
        team = make_team()
        surgery = Practice.objects.create(service=team.service, name="Ash Surgery")
        Contract.objects.create(service=team.service, practice=surgery, contracted=False, source="The list")
        referral = screened(team, patient=PERSON)
        Referral.objects.filter(pk=referral.pk).update(practice=surgery)
        Patient.objects.filter(referrals=referral).update(postcode="PO7 5AB")
        judging.judge(referral=referral, by=team.consultant, criterion=CLAUSE, state="against", reason="No plan.")
        content = DecisionContent(outcome="not_now", clauses=(CLAUSE,), reason="Severe and no plan.")
        problems = decision_rules.problems(Referral.objects.get(pk=referral.pk), content, by=team.consultant)
        (kept,) = referral.screenings.get().combinations.all()
    assert "who may be helped less, or how soon" in problems["clauses"]
    assert (kept.combination, kept.state) == ("both", "for")  # one of the two is passed over
    page = client_of(team.consultant).get(address("referral", referral)).content.decode()
    place = unescape(page.split("Where the patient lives")[1].split("Both of them")[0])
    assert "Outside the area" in place
    assert "Ash Surgery had no contract on the day of receipt" in place
    assert "postcode, PO7 5AB, is outside what the page names: SO14" in place
    assert page.index("Look at these first") < page.index("Both of them") < page.index('id="group-judgement"')
    article = page.split(f'id="criterion-{CLAUSE}"')[1].split("</article>")[0]
    assert "Can be seen, may be helped less" in article
    assert CLAUSE in page.split('id="group-limited"')[1].split('id="group-not_stated"')[0]
    assert "To come with the referral: A birth certificate." in page
    assert "Passed over: “" in article
