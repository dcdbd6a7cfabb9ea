"""The team's side of questionnaires and communication needs, page by page, without a browser."""

import json

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from painpath import clock
from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.documents import read
from painpath.referrals import verbs
from painpath.referrals.arriving.needs import record_needs
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.models import Answering, Referral, ReportedChange, RotaEntry, SiteQuestionnaire
from painpath.referrals.questionnaires import answering, library, looking, site
from painpath.referrals.rights import asking
from painpath.referrals.transitions import State
from painpath.triage.presenters.questions import all_questions
from painpath.web.answer_fields import name_of
from tests.referrals.conftest import make_team, waiting_referral
from tests.referrals.questionnaires import MOOD, OFTEN, OURS, ask, ext, fill_rota, item, options, publish, questionnaire

pytestmark = pytest.mark.django_db

BOUND = questionnaire(
    "goals", "Your goals",
    item("hope", "string", "What do you hope for?",
         extension=[ext(f"{OURS}criterion", valueCode="accepts-persistent-and-self-management")]),
    item("one", "choice", "Sleep", answerOption=options("Good", "Fair", "Bad", weighed=True)),
    item("why", "string", "Why is it bad?", enableWhen=[
        {"question": "one", "operator": "=", "answerCoding": {"code": "c2", "system": "urn:test"}}]),
)  # fmt: skip


class Desk:
    """Somebody of the team in front of a referral that waits for a questionnaire."""

    def __init__(self, service_id: int, source) -> None:
        self.service_id = service_id
        with scope(service_id):
            self.team = make_team()
            fill_rota(self.team.consultant)
            referral = verbs.start_screening(referral=waiting_referral(self.team), by=self.team.consultant)
            self.referral = ask(referral, self.team.consultant, publish(self.team.manager, source))
            request = answering.asked_of_patient(self.referral)
            assert request is not None
            self.form = library.forms_of(request)[0]
        self.client = Client()
        self.client.force_login(self.team.administrator.user)

    def to(self, name: str, *more) -> str:
        return reverse(f"triage:{name}", args=[self.referral.reference, *more])

    def enter(self, **answers):
        """`a0` is the first question of the page, and so on."""
        asked = all_questions(library.parsed(self.form), {}, one_more=True)
        names = {f"a{number}": name_of(one.place) for number, one in enumerate(asked)}
        given = {"who": "patient", "channel": "paper", "do": "send"}
        given |= {names.get(name, name): value for name, value in answers.items()}
        return self.client.post(self.to("enter-answers", self.form.pk), given, follow=True)

    def page(self, name: str, *more) -> str:
        return self.client.get(self.to(name, *more)).content.decode()


@pytest.fixture
def desk(service_id):
    def make(source=MOOD) -> Desk:
        return Desk(service_id, source)

    return make


def test_paper_is_typed_in_with_its_scan_and_stands_beside_its_clause(desk, service_id):
    desk = desk(BOUND)
    assert "Enter answers from paper or by phone" in desk.page("answers")
    scan = SimpleUploadedFile("paper.png", PNG, content_type="image/png")
    answer = desk.enter(a0="To walk again", a1="c0", scan=scan, note="Question 3 is smudged")
    assert answer.status_code == 200
    text = answer.content.decode()
    for words in ("To walk again", "Good", "On paper", "Ada Min", "Open the scan"):
        assert words in text, words
    with scope(service_id):
        referral = Referral.objects.get(pk=desk.referral.pk)
        row = Answering.objects.get()
        assert referral.state == State.AWAITING_SCREENING
        assert row.entered_by == desk.team.administrator
        assert row.scan.name == "paper.png"
        assert "Question 3 is smudged" in referral.comments.get().text
        assert AuditEntry.objects.filter(action="answering.look").exists()
    read_in(service_id=service_id, referral_id=desk.referral.pk, reader=read)
    sheet = desk.page("referral")
    assert "Patient: answered." in sheet
    assert "“What do you hope for?” To walk again (The patient, on paper," in sheet
    assert "Something is still being read" not in sheet


def test_what_cannot_stand_is_said_at_its_question_and_the_rest_is_kept(desk, service_id):
    desk = desk(BOUND)
    answer = desk.enter(a0="To walk again", a1="c0", a2="My neighbour", who="")
    assert answer.status_code == 422
    assert "Choose who answered" in answer.content.decode()
    with scope(service_id):
        assert Answering.objects.get().answers["hope"] == ["To walk again"]
    answer = desk.enter(a0="To walk again", a1="c0", a2="My neighbour")
    assert answer.status_code == 422
    assert "This is not asked, given the other answers" in answer.content.decode()
    assert 'value="My neighbour"' in answer.content.decode()
    assert desk.enter(a0="To walk again", a1="c2", a2="My neighbour").redirect_chain
    late = desk.enter(a0="x")
    assert late.status_code == 422, "sent already: nobody waits for it"
    assert 'value="x"' in late.content.decode(), "what was typed is there to copy"


def test_an_answer_about_safety_that_staff_type_in_raises_the_alert_and_says_what_to_do(desk, service_id):
    desk = desk(MOOD)
    answer = desk.enter(a0="c1", a1="c3", who="proxy")  # no name yet: refused, and seen at once all the same
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "An answer needs somebody now" in text
    assert "call 999" in text
    with scope(service_id):
        change = ReportedChange.objects.get()
        assert change.kind == "safety_answer"
        assert change.owner == desk.team.consultant
    answer = desk.enter(a0="c1", a1="c3", who="proxy", proxy_name="Joan", proxy_relationship="Wife")
    text = answer.content.decode()
    assert "Joan (Wife), for the patient" in text
    assert "Nobody has recorded yet what was done" in text
    with scope(service_id):
        assert ReportedChange.objects.count() == 1, "the same answer again is the same alert"


def test_what_staff_type_in_too_late_still_reaches_a_clinician(desk, service_id):
    desk = desk(MOOD)
    answer = desk.enter(a0="c0", a1="c9")  # it cannot stand, and was said all the same
    assert (answer.status_code, "An answer needs somebody now" in answer.content.decode()) == (422, True)
    with scope(service_id):
        assert ReportedChange.objects.get().facts["answer"] == "c9"
        assert "dead" not in Answering.objects.get().answers
    assert desk.enter(a0="c0", a1="c0").redirect_chain
    answer = desk.enter(a0="c0", a1="c3")
    assert answer.status_code == 422
    assert "An answer needs somebody now" in answer.content.decode()
    with scope(service_id):
        assert [one.facts["answer"] for one in ReportedChange.objects.order_by("pk")] == ["c9", OFTEN[3]]
        assert Answering.objects.get().answers["dead"] == ["c0"], "what was sent stays as it was sent"


def test_a_page_opened_before_takes_nothing_out_that_it_did_not_show(desk, service_id):
    desk = desk(BOUND)
    assert desk.enter(a1="c0", do="save").redirect_chain  # somebody else, meanwhile
    assert desk.enter(a0="To walk again", do="save", shown="").redirect_chain
    with scope(service_id):
        assert Answering.objects.get().answers == {"one": ["c0"], "hope": ["To walk again"]}


def test_a_scan_that_cannot_be_kept_takes_no_answer_with_it(desk, service_id):
    desk = desk(MOOD)
    scan = SimpleUploadedFile("notes.txt", b"no scan")
    answer = desk.enter(a0="c1", a1="c3", scan=scan)
    assert answer.status_code == 422
    with scope(service_id):
        assert ReportedChange.objects.get().kind == "safety_answer"
        assert Answering.objects.get().scan is None


def test_going_on_with_what_is_there_needs_a_reason(desk, service_id):
    desk = desk(MOOD)
    answer = desk.enter(a0="c1")
    assert answer.status_code == 422, "the required question is missing"
    assert "Go on with what is there" in desk.page("answers")
    assert desk.client.post(desk.to("take-answers"), {"reason": ""}).status_code == 422
    done = desk.client.post(desk.to("take-answers"), {"reason": "The page is torn"}, follow=True)
    text = done.content.decode()
    for words in ("Not answered", "Taken as far as it went"):
        assert words in text
    with scope(service_id):
        assert Referral.objects.get(pk=desk.referral.pk).state == State.AWAITING_SCREENING


def test_paper_and_phone_script_are_made_for_the_patient(desk):
    desk = desk(MOOD)
    for size in ("", "?layout=large-print"):
        made = desk.client.get(desk.to("answers-paper", desk.form.pk) + size)
        assert made["Content-Type"] == "application/pdf"
        assert made.content.startswith(b"%PDF")
    page = desk.page("enter-answers", desk.form.pk)
    assert "Phone script" in page
    assert "better off dead" in page


def test_earlier_answers_to_the_same_questionnaire_stand_beside_the_latest(desk, service_id):
    desk = desk(BOUND)
    desk.enter(a0="To walk again", a1="c0")
    with scope(service_id):
        by = desk.team.administrator
        later = answering.begin(referral=desk.referral, form=desk.form, by=by, who="staff", channel="phone")
        given = {"hope": ("To dance",), "one": ("c2",)}
        answering.send(answering=answering.save(answering=later, given=given, by=by).answering, by=by)
    text = desk.page("answers")
    assert text.count(f'id="answers-{later.pk}"') == 1
    row = text.split("What do you hope for?")[1].split("</tr>")[0]
    assert row.index("To dance") < row.index("To walk again")
    with scope(service_id):
        assert "To dance" in str([one.answer for one in looking.beside_clauses(desk.referral)])


def test_nothing_of_a_restricted_referral_stands_beside_another_one_of_the_person(desk, service_id):
    desk = desk(BOUND)
    desk.enter(a0="To dance", a1="c0")
    with scope(service_id):
        by = desk.team.administrator
        asking.record_request(
            referral=desk.referral, by=by, kind="rectification", received_on=clock.today(), asked_by="patient",
            words="I never fell",
        )  # fmt: skip
        closed = Referral.objects.get(pk=desk.referral.pk)
        other = verbs.start_screening(referral=waiting_referral(desk.team), by=desk.team.consultant)
        Referral.objects.filter(pk=other.pk).update(patient=closed.patient, received_at=clock.now())
        request = answering.asked_of_patient(ask(other, desk.team.consultant, SiteQuestionnaire.objects.get()))
        form = library.forms_of(request)[0]
        row = answering.begin(referral=other, form=form, by=by, who="staff", channel="phone")
        given = {"hope": ("To walk again",), "one": ("c2",)}
        answering.send(answering=answering.save(answering=row, given=given, by=by).answering, by=by)
        there = other.reference

    def pages():
        return "".join(desk.client.get(reverse(f"triage:{name}", args=[there])).content.decode()
                       for name in ("answers", "rights", "referral"))  # fmt: skip

    marks = ("To dance", "I never fell", "1 earlier referral", closed.reference)
    assert all(mark in pages() for mark in marks)
    with scope(service_id):
        Referral.objects.filter(pk=closed.pk).update(restricted=True, owner=desk.team.consultant)
    assert not [mark for mark in marks if mark in pages()]


def test_an_upload_with_faults_names_them_all(desk, service_id):
    desk = desk(MOOD)
    desk.client.force_login(desk.team.manager.user)
    bad = json.dumps(MOOD | {"item": [{"linkId": "a", "type": "riddle"}, {"linkId": "a", "type": "string"}]})
    answer = desk.client.post(reverse("triage:questionnaire-upload"), {
        "file": SimpleUploadedFile("bad.json", bad.encode()), "rights": "bundled"})  # fmt: skip
    assert answer.status_code == 422
    assert "What has to be mended" in answer.content.decode()
    assert "Questionnaire.item[0]" in answer.content.decode()


def test_a_sample_on_paper_says_so_is_on_record_and_needs_the_licence(desk, service_id):
    desk = desk(MOOD)
    with scope(service_id):
        row = publish(desk.team.manager, BOUND | {"id": "restricted"})
        SiteQuestionnaire.objects.filter(pk=row.pk).update(rights="local")
    page = reverse("triage:questionnaire", args=[row.pk])
    for who in (desk.team.administrator, desk.team.consultant, desk.team.manager):
        desk.client.force_login(who.user)
        assert "?paper=" not in desk.client.get(page).content.decode()
        refused = desk.client.get(f"{page}?paper=standard")
        assert refused["Content-Type"].startswith("text/html")
        assert "may be printed only under a licence" in refused.content.decode()
    with scope(service_id):
        assert not AuditEntry.objects.filter(action="questionnaire.print_sample").exists()
        site.add_licence(name=row.version.name, by=desk.team.manager, holder="Its authors", words="Reference 17")
    shipped = reverse("triage:questionnaire-shipped", args=["phq-4"])
    for address in (page, shipped):
        made = desk.client.get(f"{address}?paper=standard")
        assert made["Content-Type"] == "application/pdf"
        with pypdfium2.PdfDocument(made.content) as pdf:
            assert "SAMPLE, not for patients" in pdf[0].get_textpage().get_text_bounded()
    with scope(service_id):
        names = AuditEntry.objects.filter(action="questionnaire.print_sample").order_by("pk")
        assert [one.detail["name"] for one in names] == ["restricted", "phq-4"]


def test_publishing_needs_the_word_that_every_question_was_looked_through(desk, service_id):
    desk = desk(MOOD)
    desk.client.force_login(desk.team.manager.user)
    with scope(service_id):
        row = site.upload(content=json.dumps(BOUND).encode(), by=desk.team.manager, rights="bundled")
    page, publish_it = (reverse(f"triage:questionnaire{name}", args=[row.pk]) for name in ("", "-publish"))
    assert "I have looked through every question below" in desk.client.get(page).content.decode()
    refused = desk.client.post(publish_it)
    assert (refused.status_code, "Look through every question, then tick" in refused.content.decode()) == (422, True)
    assert desk.client.post(publish_it, {"looked": "on"}).status_code == 302
    with scope(service_id):
        assert SiteQuestionnaire.objects.get(pk=row.pk).published_by == desk.team.manager


def test_that_no_email_tells_anybody_stands_on_to_do_and_beside_the_questionnaires(desk, service_id, settings):
    desk = desk(MOOD)
    pages = [reverse(f"triage:{name}") for name in ("to-do", "questionnaires")]
    decide = reverse("triage:questionnaire-safety")
    for page in pages:
        assert "This site sends no email to staff" in desk.client.get(page).content.decode()
    desk.client.force_login(desk.team.manager.user)
    given = {"asks": "yes", "reason": "Our safety officer.", "looks": "The clinician on duty, at 9am and 2pm."}
    assert "Who looks at To do" in desk.client.get(decide).content.decode()
    assert "at 9am and 2pm." in desk.client.post(decide, given, follow=True).content.decode()
    settings.DEMO = True
    for page in pages:
        assert "This demonstration sends no email" in desk.client.get(page).content.decode()
    settings.DEMO, settings.SENDS_EMAIL = False, True
    for page in pages:
        assert "sends no email" not in desk.client.get(page).content.decode()
    assert "Who looks at To do" not in desk.client.get(decide).content.decode()


def test_a_day_without_a_reader_and_the_decision_to_ask_are_said_on_their_pages(desk, service_id):
    desk = desk(MOOD)
    with scope(service_id):
        end = reverse("triage:rota-end", args=[RotaEntry.objects.get(weekday=2).pk])
    asked = desk.client.post(end)
    assert (asked.status_code, "are with 1 patient" in asked.content.decode()) == (200, True)
    assert desk.client.post(end, {"reader": " "}).status_code == 422
    assert desk.client.post(end, {"reader": "Dr Con Sultant, who has said so."}).status_code == 302
    for page in ("rota", "to-do"):
        assert (
            "A day without anybody for answers about safety"
            in desk.client.get(reverse(f"triage:{page}")).content.decode()
        )
    decide, page = reverse("triage:questionnaire-safety"), reverse("triage:questionnaires")
    assert "Record a decision" not in desk.client.get(page).content.decode()
    assert desk.client.get(decide).status_code == 403
    desk.client.force_login(desk.team.manager.user)
    assert "No decision is recorded" in desk.client.get(page).content.decode()
    assert desk.client.post(decide, {"asks": "no"}).status_code == 422
    given = {"asks": "no", "reason": "Our safety officer."}
    said = desk.client.post(decide, given, follow=True).content.decode()
    assert "The PHQ-4 is asked instead" in said
    assert "Man Ager" in said


def test_needs_stand_at_the_top_of_every_page(desk, service_id):
    desk = desk(BOUND)
    with scope(service_id):
        record_needs(patient=desk.referral.patient, referral=desk.referral, by=desk.team.administrator,
                     needs=["bsl", "easy-read"])  # fmt: skip
    pages = ["referral", "timeline", "conversation", "contacts", "discussion", "answers", "needs", "assign", "reply",
             "close", "register", "add-documents"]  # fmt: skip
    for page in pages:
        text = desk.page(page)
        assert "Before you get in touch" in text, page
        assert "Book a BSL interpreter" in text, page
        assert "letters wait for a person" in text, page


def test_needs_are_recorded_on_their_page_with_what_the_letter_says(desk, service_id):
    desk = desk(BOUND)
    assert "Nobody has asked about communication needs yet" in desk.page("referral")
    answer = desk.client.post(desk.to("needs"), {"format": ["large-print"], "language": ["bsl"], "other": "Slowly"},
                              follow=True)  # fmt: skip
    assert "Communication needs are recorded" in answer.content.decode()
    with scope(service_id):
        patient = Referral.objects.get(pk=desk.referral.pk).patient
        assert (patient.needs, patient.letter_format) == (["large-print", "bsl"], "large-print")
    row = desk.client.get(reverse("triage:worklist") + "?tab=open").content.decode()
    assert "Needs: Large print, British Sign Language (BSL), more" in row


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)
