"""The door for practitioners without an account: receipts, codes to the right address, strangers who learn nothing."""

from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock
from painpath.letters import codes, door, outbox, receipts, tasks
from painpath.letters.models import Dispatch, Knock, OneTimeCode
from painpath.referrals.models import Referral
from tests.letters.mail import MailServer, mail  # noqa: F401  # fixture
from tests.letters.posting import let_the_mailer_work
from tests.letters.test_codes import code_of
from tests.referrals.conftest import (  # noqa: F401  # fixture
    details,
    make_referrer,
    received_referral,
    sent_by,
    team,
)

WORK = "phys.example@nhs.net"
HERE = "192.0.2.7"
BY_LETTER = {
    "route": "practitioner-letter", "ubrn": "", "referrer_name": "Pat Physio", "referrer_profession": "Physiotherapist",
    "referrer_registration": "HCPC PH123456", "referrer_email": WORK,
}  # fmt: skip


def registered(team: Any, **changes: Any) -> Referral:  # noqa: F811
    referral = received_referral(team)
    given = details(**BY_LETTER | changes)
    return receipts.register(referral=referral, by=team.administrator, details=given)


def ask(team: Any, reference: str, address: str = HERE) -> None:  # noqa: F811
    jobs = ProcrastinateJob.objects.filter(task_name="letters.send_code")
    before = set(jobs.values_list("pk", flat=True))
    door.ask_for_code(service=team.service, reference=reference, address=address)
    for job in jobs.exclude(pk__in=before):
        tasks.send_code(**job.args)


def try_code(team: Any, referral: Referral, code: str, address: str = HERE) -> Referral | None:  # noqa: F811
    return door.try_code(service=team.service, reference=referral.reference, code=code, address=address)


def test_the_receipt_says_where_to_look_and_nothing_about_anybody(team: Any, mail: MailServer, settings: Any) -> None:  # noqa: F811
    settings.SITE_URL = "https://referrals.example.nhs.uk"
    referral = registered(team)
    assert referral.referrer is not None
    assert (referral.referrer.registration, referral.referrer.email) == ("HCPC PH123456", WORK)
    receipts.register(referral=referral, by=team.administrator, details=details(**BY_LETTER))  # corrected
    row = Dispatch.objects.get(kind="receipt")
    assert (row.channel, row.address) == ("email", WORK)
    assert let_the_mailer_work() == [True]
    ((recipients, message),) = mail.taken
    words = message.get_payload(decode=True).decode()
    assert recipients == [WORK]
    assert f"https://referrals.example.nhs.uk/services/{team.service.slug}/referral/" in words
    assert referral.reference in words
    assert "Ashcombe" not in message.as_string()


@pytest.mark.parametrize(
    ("changes", "sends", "channel"),
    [
        ({}, True, "email"),
        ({"referrer_email": "pat@example.com"}, True, None),
        ({"referrer_email": "pat@trust.nhs.uk"}, True, "email"),
        ({"referrer_email": "pat@notnhs.net"}, True, None),
        ({}, False, None),
        ({"route": "gp-ers", "ubrn": "000000000001"}, True, None),
    ],
)
def test_who_gets_a_receipt_and_how(team: Any, settings: Any, changes: Any, sends: bool, channel: str | None) -> None:  # noqa: F811
    settings.SENDS_EMAIL = sends
    registered(team, **changes)
    found = Dispatch.objects.filter(kind="receipt").first()
    assert (found.channel if found else None) == channel


def test_a_reference_then_a_code_then_that_referral(team: Any, mail: MailServer) -> None:  # noqa: F811
    referral = registered(team)
    ask(team, referral.reference)
    row = OneTimeCode.objects.get()
    assert (row.dispatch.channel, row.dispatch.address, row.to) == ("email", WORK, "referrer")
    code = code_of(row, referral)
    assert try_code(team, referral, "2222-2222") is None
    assert try_code(team, referral, code) == referral
    assert try_code(team, referral, code) is None, "once"


def test_a_code_that_has_run_out(team: Any, mail: MailServer) -> None:  # noqa: F811
    referral = registered(team)
    ask(team, referral.reference)
    row = OneTimeCode.objects.get()
    code = code_of(row, referral)
    with clock.at(row.expires_at + timedelta(seconds=1)):
        assert try_code(team, referral, code) is None


def test_without_a_work_address_it_goes_by_post(team: Any, mail: MailServer) -> None:  # noqa: F811
    referral = registered(team, referrer_email="pat@example.com")
    ask(team, referral.reference)
    assert OneTimeCode.objects.get().dispatch.channel == "print"


def test_a_stranger_learns_nothing_and_writes_nothing(team: Any, mail: MailServer) -> None:  # noqa: F811
    referral = registered(team)
    known, unknown = referral.reference, "2222-2222"
    for reference in (known, unknown):
        door.ask_for_code(service=team.service, reference=reference, address=HERE)
    jobs = ProcrastinateJob.objects.filter(task_name="letters.send_code")
    assert [job.args["reference"] for job in jobs] == [known, unknown], "the page does the same for both"
    ask(team, unknown)
    assert not OneTimeCode.objects.exists()
    assert HERE not in str(list(Knock.objects.values_list()))
    assert known not in str(list(Knock.objects.values_list()))


def test_somebody_whose_account_is_not_verified_gets_round_nothing_by_a_code(team: Any, mail: MailServer) -> None:  # noqa: F811
    referral = registered(team)
    ask(team, referral.reference)
    code = code_of(OneTimeCode.objects.get(), referral)
    sent_by(referral, make_referrer())
    assert try_code(team, referral, code) is None
    ask(team, referral.reference)
    assert OneTimeCode.objects.count() == 1


def test_another_referrer_on_record_makes_codes_void(team: Any, mail: MailServer) -> None:  # noqa: F811
    referral = registered(team)
    ask(team, referral.reference)
    row = OneTimeCode.objects.get()
    code = code_of(row, referral)
    given = details(**BY_LETTER | {"referrer_name": "Some Other", "referrer_email": "other@nhs.net"})
    receipts.register(referral=referral, by=team.administrator, details=given)
    assert try_code(team, referral, code) is None
    assert Dispatch.objects.filter(kind="receipt").count() == 2


def test_an_email_is_held_when_the_address_on_record_changes(team: Any, mail: MailServer) -> None:  # noqa: F811
    referral = registered(team)
    assert referral.referrer is not None
    referral.referrer.email = "moved@nhs.net"
    referral.referrer.save()
    let_the_mailer_work()
    assert outbox.whole(kind="receipt").get().state == "held"
    assert mail.taken == []


def test_tries_are_counted_by_address_and_by_reference(team: Any, mail: MailServer) -> None:  # noqa: F811
    referral = registered(team)
    for _ in range(door.BY_REFERENCE["reference"] + 2):
        ask(team, referral.reference, address="192.0.2.1")
    assert OneTimeCode.objects.count() == door.BY_REFERENCE["reference"]
    for number in range(door.BY_ADDRESS["reference"]):
        ask(team, f"2222-22{number:02d}".replace("0", "Z").replace("1", "Y"), address="192.0.2.2")
    with pytest.raises(door.TooOften):
        ask(team, referral.reference, address="192.0.2.2")
    with clock.at(clock.now() + timedelta(minutes=61)):
        ask(team, referral.reference, address="192.0.2.2")
    assert OneTimeCode.objects.count() == door.BY_REFERENCE["reference"] + 1


def test_codes_cannot_be_guessed_by_many_addresses_together(team: Any, mail: MailServer) -> None:  # noqa: F811
    referral = registered(team)
    ask(team, referral.reference)
    code = code_of(OneTimeCode.objects.get(), referral)
    for number in range(5):
        assert try_code(team, referral, "2222-2222", address=f"192.0.2.{number}") is None
    assert try_code(team, referral, code, address="192.0.2.99") is None
    assert codes.NOT_RIGHT  # and the page says this one sentence for all of it
