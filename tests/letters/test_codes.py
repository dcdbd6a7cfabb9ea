"""One-time codes: right once, for a while, for one person and one referral; nowhere in clear."""

import re
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from painpath import clock
from painpath.accounts.audit import Process
from painpath.letters import codes, holding, outbox, printing
from painpath.letters.errors import LetterError
from painpath.letters.models import Dispatch, DispatchState, OneTimeCode
from painpath.letters.sealing import seal, unseal
from painpath.referrals.models import Referral, Task
from tests.letters.mail import MailServer, mail  # noqa: F401  # fixture
from tests.letters.posting import ADDRESS, confirm, let_the_mailer_work
from tests.referrals.conftest import team, waiting_referral  # noqa: F401  # fixture

SHAPE = re.compile(r"\b[2-9BCDFGHJKMNPQRTVWXY]{4}-[2-9BCDFGHJKMNPQRTVWXY]{4}\b")


@pytest.fixture
def referral(team: Any) -> Referral:  # noqa: F811
    return waiting_referral(team, patient=ADDRESS)


def code_of(row: OneTimeCode, referral: Referral) -> str:
    """The code in the message that has not left yet, as only the program can read it."""
    found = [one for one in SHAPE.findall(codes.clear_text(row.dispatch)) if one != referral.reference]
    assert len(found) == 1
    return found[0]


def issue(referral: Referral, team: Any, to: str = "patient") -> tuple[OneTimeCode, str]:  # noqa: F811
    row = codes.issue_code(referral=referral, to=to, by=team.administrator)
    return row, code_of(row, referral)


def check(referral: Referral, code: str, to: str = "patient") -> bool:
    return codes.check_code(referral=referral, to=to, code=code, by=Process(referral.service, "codes"))


def everything_on_record() -> str:
    """Every value of every table that the program may read, queue and audit too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{table}\" t")
            found.append(cursor.fetchone()[0])
    return "\n".join(found)


def test_by_email_to_a_confirmed_contact_for_half_an_hour(referral: Any, team: Any, mail: MailServer) -> None:  # noqa: F811
    confirm(team, referral)
    row, code = issue(referral, team)
    assert (row.dispatch.channel, row.expires_at - row.made_at) == ("email", timedelta(minutes=30))
    assert let_the_mailer_work() == [True]
    ((_, message),) = mail.taken
    assert code in message.get_payload(decode=True).decode()
    assert code not in message["Subject"]
    assert "Ashcombe" not in message.as_string()
    assert Dispatch.objects.get(pk=row.dispatch_id).text == "", "forgotten once it has left"
    assert check(referral, code)


def test_by_post_for_fourteen_days_and_printed_with_the_batch(referral: Any, team: Any) -> None:  # noqa: F811
    row, code = issue(referral, team)
    assert row.dispatch.channel == "print"
    assert (row.expires_at.astimezone(clock.LONDON).date() - clock.today()).days == 14
    batch = printing.print_batch(by=team.administrator)
    assert batch is not None
    assert code not in everything_on_record()
    with pypdfium2.PdfDocument(printing.open_batch(batch.pk, by=team.administrator)[1]) as pdf:
        text = "".join(page.get_textpage().get_text_bounded() for page in pdf)
    assert code in text
    assert "14 Sample Street" in text
    printing.mark_posted(batch=batch, by=team.administrator, taken_out=[])
    assert Dispatch.objects.get(pk=row.dispatch_id).text == ""


def test_a_code_that_could_not_be_sent_is_forgotten_and_only_a_new_one_goes(
    referral: Any, team: Any, mail: MailServer  # noqa: F811
) -> None:  # fmt: skip
    confirm(team, referral)
    row, _ = issue(referral, team)
    mail.on_rcpt = "550 no"
    let_the_mailer_work()
    failed = outbox.whole(pk=row.dispatch_id).get()
    assert (failed.state, failed.text, holding.ways(failed)) == (DispatchState.FAILED, "", ["stop"])


def test_the_code_stands_nowhere_in_clear(referral: Any, team: Any, mail: MailServer, caplog: Any) -> None:  # noqa: F811
    confirm(team, referral)
    _, code = issue(referral, team)
    check(referral, "2222-2222")
    for words in (code, code.replace("-", "")):
        assert words not in everything_on_record()
        assert words not in caplog.text
    assert referral.reference in everything_on_record(), "the search itself finds what is there"


def test_once_and_for_this_person_and_this_referral_only(referral: Any, team: Any) -> None:  # noqa: F811
    _, code = issue(referral, team)
    other = waiting_referral(team, patient=ADDRESS | {"family_name": "Other"})
    assert not check(referral, code, "referrer")
    assert not check(other, code)
    assert check(referral, f" {code.lower().replace('-', ' ')} ")
    assert not check(referral, code)


def test_five_tries(referral: Any, team: Any) -> None:  # noqa: F811
    _, code = issue(referral, team)
    for _ in range(5):
        assert not check(referral, "2222-2222")
    assert not check(referral, code)


def test_run_out_codes_do_not_work_and_are_not_sent(referral: Any, team: Any) -> None:  # noqa: F811
    row, code = issue(referral, team)
    with clock.at(clock.now() + timedelta(days=15)):
        assert not check(referral, code)
        assert printing.print_batch(by=team.administrator) is None
    gone = Dispatch.objects.get(pk=row.dispatch_id)
    assert (gone.state, gone.text) == (DispatchState.FAILED, "")
    assert "Send a new one from the referral" in Task.objects.get(facts__dispatch=gone.pk).words, "who sent it hears"

    # One that the patient asked for themselves is stopped: they ask again. Printed, it is taken out of the pile.
    row = codes.issue_code(referral=referral, to="patient", by=Process(referral.service, "door"))
    batch = printing.print_batch(by=team.administrator)
    assert batch is not None
    assert printing.to_take_out(batch) == []
    with clock.at(clock.now() + timedelta(days=15)):
        assert [why for _, why in printing.to_take_out(batch)] == [printing.RAN_OUT]
        printing.mark_posted(batch=batch, by=team.administrator, taken_out=[row.dispatch_id])
    assert Dispatch.objects.get(pk=row.dispatch_id).state == DispatchState.CANCELLED
    assert Task.objects.count() == 1


def test_a_code_does_not_wait_for_a_format_until_it_has_run_out(team: Any, mail: MailServer) -> None:  # noqa: F811
    needs = {"interpreter": "Sylheti", "communication_needs": "Braille"}
    referral = waiting_referral(team, patient=ADDRESS | needs)
    confirm(team, referral)
    row, _ = issue(referral, team)
    assert (row.dispatch.channel, row.dispatch.state) == ("email", DispatchState.QUEUED)
    assert referral.patient is not None
    referral.patient.needs = ["phone-not-letter"]
    referral.patient.save()
    row, _ = issue(referral, team)
    assert row.dispatch.state == DispatchState.HELD
    assert row.dispatch.why.startswith("A phone call rather than a letter")


def test_a_new_code_makes_the_old_one_void_and_stops_its_letter(referral: Any, team: Any) -> None:  # noqa: F811
    first, old = issue(referral, team)
    _, new = issue(referral, team)
    stopped = Dispatch.objects.get(pk=first.dispatch_id)
    assert (stopped.state, stopped.text) == (DispatchState.CANCELLED, "")
    assert not check(referral, old)
    assert check(referral, new)


def test_words_on_safe_contact_hold_a_code_and_email_is_not_used(team: Any, mail: MailServer) -> None:  # noqa: F811
    referral = waiting_referral(team, patient=ADDRESS | {"safe_contact": "Never write home"})
    confirm(team, referral)
    row, _ = issue(referral, team)
    assert (row.dispatch.channel, row.dispatch.state) == ("print", DispatchState.HELD)
    row, _ = issue(referral, team, "referrer")
    assert row.dispatch.why.startswith("There is no postal address on record for Dr A Example")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(guess=st.text(max_size=60))
def test_nothing_but_the_code_is_right(guess: str) -> None:
    digest = codes._digest("BCDF-2345", "salt")
    plain = re.sub(r"[^A-Z0-9]", "", guess[:40].upper())
    assert codes._matches(guess, digest) == (plain == "BCDF2345")


@settings(max_examples=60, deadline=None)
@given(words=st.text())
def test_what_is_sealed_is_opened_again_and_by_nobody_else(words: str) -> None:
    from django.test import override_settings

    sealed = seal(words.encode())
    assert unseal(sealed).decode() == words
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[]), pytest.raises(LetterError):
        unseal(sealed)
