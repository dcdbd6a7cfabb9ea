"""The way in: reference, date of birth, one-time code. A stranger learns nothing, whatever they type."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock
from painpath.accounts.audit import Process
from painpath.accounts.scope import scope
from painpath.letters import closing, codes, following, patients_door, tasks
from painpath.letters.models import Dispatch, Knock, OneTimeCode
from painpath.referrals import verbs
from painpath.referrals.models import Referral
from tests.letters.posting import let_the_mailer_work
from tests.letters.test_codes import code_of, everything_on_record
from tests.patients.conftest import BORN, address_of, make_patient
from tests.referrals.conftest import received_referral
from tests.referrals.deciding import decided

WRONG = BORN | {"born-year": "1967"}
NOBODYS = "2222-2222"


@pytest.fixture
def referral(team, service_id, mail):
    with scope(service_id):
        return make_patient(team)


def ask(client: Client, reference: str, born=BORN, **more):
    return client.post(address_of("code"), {"reference": reference} | born | more)


def work(service_id: int) -> list[dict]:
    """Let the jobs run that were asked for; gives their arguments."""
    jobs = list(ProcrastinateJob.objects.filter(task_name="letters.send_patient_code", status="todo").order_by("id"))
    for job in jobs:
        tasks.send_patient_code(**job.args)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'letters.send_patient_code'")
    return [job.args for job in jobs]


def sent(service_id: int) -> int:
    with scope(service_id):
        return OneTimeCode.objects.count()


def code_for(referral: Referral, service_id: int) -> str:
    with scope(service_id):
        return code_of(OneTimeCode.objects.order_by("pk").last(), referral)


def get_in(client: Client, referral: Referral, code: str, born=BORN):
    ask(client, referral.reference, born, have="1")
    return client.post(address_of("code-enter"), {"code": code})


def test_reference_and_date_of_birth_bring_a_code_and_the_code_opens_that_referral(referral, service_id, mail):
    client = Client()
    shown = client.get(address_of("code"), {"reference": referral.reference}).content.decode()
    assert f'value="{referral.reference}"' in shown, "the link in a letter carries it"
    assert ask(client, referral.reference.lower().replace("-", " "))["Location"] == address_of("code-enter")
    work(service_id)
    with scope(service_id):
        assert let_the_mailer_work() == [True]
    ((recipients, message),) = mail.taken
    words = message.get_payload(decode=True).decode()
    assert recipients == ["leonard@example.com"]
    (code,) = [one for one in codes_in(words) if one != referral.reference]
    answer = client.post(address_of("code-enter"), {"code": code.lower().replace("-", " ")})
    assert answer["Location"] == address_of("status")
    assert "Waiting to be read" in client.get(address_of("status")).content.decode()
    assert "patient_asked" not in client.session
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert client.get(address_of("status"))["Location"] == address_of("code")
    assert get_in(Client(), referral, code).status_code == 422, "a code works once"


def codes_in(words: str) -> list[str]:
    from tests.letters.test_codes import SHAPE

    return SHAPE.findall(words)


def test_leaving_ends_it_and_a_code_of_one_referral_shows_no_other(referral, team, service_id):
    with scope(service_id):
        other = make_patient(team, patient={"family_name": "Other"})
    client = Client()
    ask(client, referral.reference)
    work(service_id)
    code = code_for(referral, service_id)
    assert get_in(client, other, code).status_code == 422
    assert get_in(client, referral, code).status_code == 302
    assert client.session["patient_opened_by_code"]["referral"] == referral.pk
    assert client.get(address_of("code-leave")).status_code == 405
    assert client.post(address_of("code-leave")).status_code == 200
    assert client.get(address_of("status")).status_code == 302


def test_the_door_says_and_queues_and_asks_the_same_whatever_is_typed(referral, service_id):
    found = []
    for reference, born in ((referral.reference, BORN), (referral.reference, WRONG), (NOBODYS, BORN)):
        client = Client()
        with CaptureQueriesContext(connection) as asked:
            answer = ask(client, reference, born)
        queries = len(asked)
        page = client.get(answer["Location"]).content.decode().replace(reference, "")
        with CaptureQueriesContext(connection) as tried:
            wrong = client.post(address_of("code-enter"), {"code": "3333-3333"})
        assert codes.NOT_RIGHT in wrong.content.decode()
        found.append((answer.status_code, answer["Location"], lines(page), queries, wrong.status_code,
                      lines(wrong.content.decode().replace(reference, "")), len(tried)))  # fmt: skip
    names = ("status", "address", "page", "queries", "status of a code", "page of a code", "queries of a code")
    for one, (right, wrong, nobodys) in zip(names, zip(*found, strict=True), strict=True):
        assert wrong == nobodys, one
        if one != "queries of a code":  # whoever knows both has a row of tries
            assert right == wrong, one
    arguments = work(service_id)
    assert [sorted(one) for one in arguments] == [["proof", "reference", "service"]] * 3
    assert {len(one["proof"]) for one in arguments} == {64}
    assert sent(service_id) == 1, "only what is right brings a code"


def lines(shown: str) -> list[str]:
    return [line for line in shown.splitlines() if "csrfmiddlewaretoken" not in line and "nonce" not in line]


def test_the_date_of_birth_stands_in_no_queue_session_log_or_address(referral, service_id, caplog):
    client = Client()
    answer = ask(client, referral.reference)
    page = client.get(answer["Location"])
    assert "1966" not in answer["Location"] + page.content.decode()
    session = str(Session.objects.get(pk=client.session.session_key).get_decoded())
    queued = str(list(ProcrastinateJob.objects.values_list("args", flat=True)))
    with scope(service_id):
        knocks = str(list(Knock.objects.values_list("who", "what")))
    for words in ("1966", "03/04", "3 April"):
        assert words not in session + queued + knocks + caplog.text
    assert referral.reference in session


def test_a_stranger_who_knows_the_reference_gets_nothing_and_locks_nobody_out(referral, service_id):
    """Without the date of birth: no code, no try of one, and as many tries as ever for the patient."""
    for number in range(patients_door.BY_PROOF["reference"] + 1):
        ask(Client(REMOTE_ADDR=f"192.0.2.{number}"), referral.reference, WRONG)
    work(service_id)
    assert sent(service_id) == 0
    ask(Client(), referral.reference)
    work(service_id)
    code = code_for(referral, service_id)
    for number in range(patients_door.BY_PROOF["code"] + 1):
        assert get_in(Client(REMOTE_ADDR=f"192.0.2.{number}"), referral, code, WRONG).status_code == 422
    assert get_in(Client(), referral, code).status_code == 302


def test_a_code_cannot_be_guessed_even_with_the_date_of_birth(referral, service_id):
    """The same words as for a reference that is nobody's; and after five wrong ones the right one opens nothing."""
    ask(client := Client(), referral.reference)
    work(service_id)
    code = code_for(referral, service_id)
    ask(nobodys := Client(), NOBODYS)
    for number in range(5):
        guess = {"code": f"3333-333{number + 3}"}
        told, other = (one.post(address_of("code-enter"), guess) for one in (client, nobodys))
        assert (told.status_code, other.status_code) == (422, 422)
        shown = lines(told.content.decode().replace(referral.reference, NOBODYS))
        assert shown == lines(other.content.decode())
    assert client.post(address_of("code-enter"), {"code": code}).status_code == 422
    assert client.get(address_of("status"))["Location"] == address_of("code")


@pytest.mark.parametrize("how", ["died", "closed in error", "unknown date of birth", "not registered"])
def test_nothing_is_sent_and_nothing_opens(how, team, service_id, mail):
    with scope(service_id):
        if how == "not registered":
            referral = received_referral(team)
        else:
            known = {"date_of_birth": None} if how == "unknown date of birth" else {}
            referral = make_patient(team, patient=known)
        if how == "died":
            closing.close(
                referral=referral, by=team.administrator, how="record_death", reason="Told by the GP.", told="All."
            )
        if how == "closed in error":
            verbs.close(referral=referral, by=team.administrator, how="close_in_error", reason="Sent twice.")
    ask(Client(), referral.reference)
    work(service_id)
    assert sent(service_id) == 0


def test_what_a_code_opened_closes_when_the_patient_has_died(referral, team, service_id):
    ask(client := Client(), referral.reference)
    work(service_id)
    get_in(client, referral, code_for(referral, service_id))
    assert client.get(address_of("status")).status_code == 200
    with scope(service_id):
        closing.close(referral=referral, by=team.administrator, how="record_death", reason="The GP.", told="All.")
    assert client.get(address_of("status")).status_code == 302


def test_tries_are_counted_by_address_and_by_reference_and_birth_apart_from_the_referrers_door(referral, service_id):
    for number in range(7):
        ask(Client(REMOTE_ADDR=f"192.0.2.{number}"), referral.reference)
    assert len(work(service_id)) == patients_door.BY_PROOF["reference"]
    here = Client(REMOTE_ADDR="192.0.2.99")
    for number in range(20):
        letters = f"{number:02d}".replace("0", "Z").replace("1", "Y")
        assert ask(here, f"2222-22{letters}").status_code == 302
    refused = ask(here, NOBODYS)
    assert (refused.status_code, "Wait an hour" in refused.content.decode()) == (422, True)
    assert 'value="2222-2222"' in refused.content.decode(), "nothing typed is lost"
    own = here.post("/services/southampton-portsmouth/referral/", {"reference": NOBODYS})
    assert own.status_code == 302, "the other door counts for itself"
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert ask(here, referral.reference).status_code == 302
    work(service_id)
    for number in range(patients_door.BY_PROOF["code"]):
        get_in(Client(REMOTE_ADDR=f"198.51.100.{number}"), referral, NOBODYS)
    with scope(service_id):
        tries = OneTimeCode.objects.order_by("pk").last().tries
    answer = get_in(Client(REMOTE_ADDR="198.51.100.200"), referral, code_for(referral, service_id))
    assert codes.NOT_RIGHT in answer.content.decode()
    with scope(service_id):
        assert OneTimeCode.objects.order_by("pk").last().tries == tries, "it was compared with nothing"


@pytest.mark.parametrize(
    "given",
    [
        {}, {"reference": "x"}, {"reference": "<script>" * 40}, {"reference": "2222-2222\u202e"},
        {"reference": NOBODYS, "born-day": "31", "born-month": "2", "born-year": "1966"},
        {"reference": NOBODYS, "born-day": "1", "born-month": "1", "born-year": "2999"},
        {"reference": NOBODYS, "born-day": "٣", "born-month": "4", "born-year": "99999999999"},
        {"reference": NOBODYS, "born-day": "3"},
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_said_and_asks_for_nothing(given, db):
    answer = Client().post(address_of("code"), given)
    assert answer.status_code == 422
    assert "nhsuk-error-summary" in answer.content.decode()
    assert not ProcrastinateJob.objects.filter(task_name="letters.send_patient_code").exists()


def test_a_code_cannot_be_entered_before_somebody_has_said_which_referral(db):
    assert Client().post(address_of("code-enter"), {"code": "x"})["Location"] == address_of("code")
    assert Client().get("/services/nowhere/my-referral/code/").status_code == 404


def test_by_post_a_code_comes_with_the_letter_and_says_where_to_go_and_what_else_is_needed(team, service_id, settings):
    settings.SITE_URL = "https://referrals.example.nhs.uk"
    with scope(service_id):
        referral = make_patient(team, email=False)
        verbs.start_screening(referral=referral, by=team.consultant)
        decided(referral, team.consultant, "delay", review_on=clock.today() + timedelta(days=60))
        row = OneTimeCode.objects.get()
        assert (row.to, row.dispatch.channel) == ("patient", "print")
        words = codes.clear_text(row.dispatch)
        letter = referral.letters.get(audience="patient").text
        assert "/my-referral/code/" in letter, "whoever has e-mail learns it there"
        code = code_of(row, referral)
    assert f"https://referrals.example.nhs.uk{address_of('code')}" in words
    assert "your date of birth" in words
    assert referral.reference in words
    ask(Client(), referral.reference)
    work(service_id)
    assert sent(service_id) == 1, "one that is on its way is not made void"
    assert get_in(Client(), referral, code).status_code == 302
    ask(Client(), referral.reference)
    work(service_id)
    assert sent(service_id) == 2


@pytest.mark.parametrize(
    ("outcome", "email", "changes", "expected"),
    [
        ("send_questionnaire", False, {}, 1),
        ("accept", False, {}, 0),
        ("send_questionnaire", True, {}, 0),
        ("send_questionnaire", False, {"date_of_birth": None}, 0),
        ("send_questionnaire", False, {"safe_contact": "Do not write to her home."}, 0),
        ("send_questionnaire", False, {"address": ""}, 0),
    ],
)
def test_who_gets_a_code_with_the_letter(outcome, email, changes, expected, team, service_id, settings):
    settings.SENDS_EMAIL = True
    with scope(service_id):
        referral = make_patient(team, email=email, patient=changes)
        verbs.start_screening(referral=referral, by=team.consultant)
        decided(referral, team.consultant, outcome)
        assert OneTimeCode.objects.count() == expected
        assert not Dispatch.objects.filter(kind="code", to="referrer").exists()


def test_a_new_code_goes_with_the_reminder_when_the_first_has_run_out(team, service_id):
    with scope(service_id):
        referral = make_patient(team, email=False)
        verbs.start_screening(referral=referral, by=team.consultant)
        decided(referral, team.consultant, "send_questionnaire")
        request = referral.requests.get()
    with clock.at(clock.now() + timedelta(days=22)), scope(service_id):
        following.chase(request=request, by=Process(team.service, "calendar"))
        first, second = OneTimeCode.objects.order_by("pk")
        assert first.expires_at < clock.now() < second.expires_at
        assert Dispatch.objects.filter(kind="reminder").count() == 1


def test_the_code_stands_nowhere_in_clear(referral, service_id, mail):
    client = Client()
    ask(client, referral.reference)
    work(service_id)
    code = code_for(referral, service_id)
    get_in(client, referral, code)
    with scope(service_id):
        assert code not in everything_on_record()
