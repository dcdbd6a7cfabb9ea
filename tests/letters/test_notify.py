"""GOV.UK Notify through its own client library, against a server that answers as it is documented to."""

import base64
from typing import Any

import pypdfium2
import pytest

from painpath.accounts import notify_keys
from painpath.letters import outbox
from painpath.letters.carriers import Later, Permanent
from painpath.letters.carriers.notify import Notify as Carrier
from painpath.letters.carriers.notify import carrier
from painpath.letters.carriers.notify_address import wrong_with_address
from painpath.letters.carriers.notify_letter import pages, wrong_with
from painpath.letters.channels import printed_by_notify
from painpath.letters.copies import draft_of
from painpath.letters.models import Dispatch, DispatchState, Letter
from painpath.letters.pdf import render_pdf
from painpath.letters.reaching import uk_mobile
from tests.letters.notify_server import Notify, notify  # noqa: F401  # fixture
from tests.letters.posting import decided_for, let_the_mailer_work, outbox_of
from tests.referrals.conftest import team  # noqa: F401  # fixture


def text_of(pdf: bytes, page: int = 0) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return str(document[page].get_textpage().get_text_bounded())


def test_letters_go_to_notify_with_the_address_where_it_is_looked_for(team: Any, notify: Notify) -> None:  # noqa: F811
    referral = decided_for(team, letter_format="large-print")
    letter, copy = outbox_of(referral)["letter", "patient", "notify"], outbox_of(referral)["letter", "gp", "notify"]
    code = outbox_of(referral)["code", "patient", "notify"]
    assert set(let_the_mailer_work()) == {True}
    assert {row["type"] for row in notify.messages.values()} == {"letter"}
    given = {row["reference"]: base64.b64decode(row["given"]["content"]) for row in notify.messages.values()}
    assert set(given) >= {str(letter.key), str(copy.key), str(code.key)}
    for pdf in given.values():
        with pypdfium2.PdfDocument(pdf) as document:
            page = document[0]
            # From 24.6 mm and 39.5 mm, 95.4 by 26.8 mm: the address block of Notify's letter specification.
            block = page.get_textpage().get_text_bounded(left=69.7, top=842 - 112, right=340, bottom=842 - 188)
            assert len(block.split("\n")) >= 3
            assert len(document) <= 10
    mine = given[str(letter.key)]
    assert "14 Sample Street" in text_of(mine)
    assert "Dear Mr" not in text_of(mine, 1), "the letter begins on a sheet of its own"
    letter.refresh_from_db()
    assert (letter.state, letter.provider_id) == (DispatchState.SENT, next(
        key for key, row in notify.messages.items() if row["reference"] == str(letter.key)
    ))  # fmt: skip
    code.refresh_from_db()
    assert code.text == "", "a code that has left is forgotten"

    # What lies outside the printed area is found before it is sent, and comes to a person with what to do.
    signed = bytes(Letter.objects.get(pk=letter.letter_id).pdf)
    (found,) = wrong_with(signed, letter)
    assert found == "Something stands where GOV.UK Notify does not print: look at page 1."
    assert wrong_with(pages(letter), letter) == []
    letter.address = "14 Sample Street"
    assert "GOV.UK Notify needs a UK postcode as the last line of the address." in wrong_with(mine, letter)
    assert wrong_with_address("Ada", "SO29 4WR")
    assert not wrong_with_address("Ada", "1 The Road\nSO29 4WR")

    # What Notify does not print as it should be, or takes no address of, is printed here.
    def notify_prints(**changes: Any) -> bool:
        what = {"kind": "letter", "to": "patient", "name": "Ada", "address": "1 The Road\nSO29 4WR", "letter": None}
        return printed_by_notify(referral, **(what | changes))

    assert notify_prints()
    assert not notify_prints(address="1 Rue\nParis\nFrance")
    assert not notify_prints(kind="documents", to="service")
    assert referral.patient is not None
    referral.patient.letter_format = "yellow-on-black"
    assert not notify_prints()
    dark = render_pdf(draft_of(Letter.objects.get(pk=letter.letter_id)), layout="yellow-on-black")
    assert "look at page 1, 2" in wrong_with(dark, letter)[-1], "black to the edge"


@pytest.mark.parametrize(
    ("status", "body", "later", "words"),
    [
        (400, {"errors": [{"error": "ValidationError", "message": "email_address Not a valid email address"}]}, False,
         "Check the address with the patient."),
        (403, {"errors": [{"error": "AuthError", "message": "Error: Your system clock must be accurate"}]}, True,
         "Whoever runs this site must look at its settings for GOV.UK Notify."),
        (404, {"message": "Not found"}, True, "was not found at its address"),
        (413, "<html>413 Request Entity Too Large</html>", False, "too large"),
        (429, {"errors": [{"error": "TooManyRequestsError", "message": "Exceeded send limits (50) for today"}]}, True,
         "takes no more now"),
        (500, {"errors": [{"error": "Exception", "message": "Internal server error"}]}, True, "(code 500)"),
        (503, "<html>Service unavailable</html>", True, "(code 503)"),
        (200, "<html>Sign in to the wireless network</html>", True, "a way that we do not understand"),
        (201, [], True, "a way that we do not understand"),
        (201, {"reference": "x"}, True, "a way that we do not understand"),
    ],
)  # fmt: skip
def test_each_error_says_what_to_do(
    notify: Notify, status: int, body: Any, later: bool, words: str, service_id: int, caplog: Any  # noqa: F811
) -> None:  # fmt: skip
    notify.fail_next = [(status, body)]
    dispatch = Dispatch(channel="email", address="leonard@example.com", subject="News", text="There is news.")
    with pytest.raises(Later if later else Permanent) as said:
        _carrier(service_id).hand_over(dispatch)
    assert words in str(said.value)
    if later:
        assert said.value.perhaps_taken == (status in (200, 201, 500, 503))
    assert "leonard" not in str(said.value) + caplog.text


def _carrier(service_id: int) -> Carrier:
    from painpath.accounts.models import Service

    return Carrier(Service(pk=service_id, slug="southampton-portsmouth"))


def test_a_dead_or_slow_notify_and_one_that_took_it_before_the_line_broke(
    team: Any, notify: Notify, monkeypatch: Any  # noqa: F811
) -> None:  # fmt: skip
    referral = decided_for(team, confirmed=("email",))
    key = "notice", "patient", "email"
    mine = outbox_of(referral)[key]
    outbox.stop(Dispatch.objects.exclude(pk=mine.pk), by=team.consultant, why="Not in this test.")

    notify.take_and_die = True
    assert False in let_the_mailer_work()
    assert outbox_of(referral)[key].state == DispatchState.QUEUED
    assert len(notify.messages) == 1, "it has it, and we do not know"
    assert set(let_the_mailer_work()) == {True}
    sent = outbox_of(referral)[key]
    assert (sent.state, sent.provider_id) == (DispatchState.SENT, notify.last["id"])
    assert len(notify.messages) == 1, "asked by its reference first: nothing goes twice"
    given = notify.last["given"]
    assert given["personalisation"]["subject"] == "News about your referral"
    for word in ("Ashcombe", "Sultant", "depress", "Pain Team"):
        assert word not in str(given)

    by = _carrier(referral.service_id)
    monkeypatch.setenv("PAINPATH_NOTIFY_TIMEOUT", "0.2")
    notify.slow.set()
    with pytest.raises(Later, match="did not answer in time") as slow:
        by.find(sent)
    assert slow.value.perhaps_taken
    monkeypatch.setenv("PAINPATH_NOTIFY_URL", "http://127.0.0.1:9")
    with pytest.raises(Later, match="could not be reached") as dead:
        by.hand_over(sent)
    assert not dead.value.perhaps_taken
    monkeypatch.setenv("PAINPATH_NOTIFY_KEY", "not a key")
    with pytest.raises(Later, match="the key is not right"):
        by.find(sent)


def test_what_became_of_it_and_what_is_not_there(notify: Notify, service_id: int, monkeypatch: Any) -> None:  # noqa: F811
    by = _carrier(service_id)
    expected = {
        "email": {"created": None, "sending": None, "delivered": "delivered", "permanent-failure": "failed",
                  "temporary-failure": "failed", "technical-failure": "failed"},
        "sms": {"pending": None, "sent": None, "delivered": "delivered", "permanent-failure": "failed",
                "temporary-failure": "failed", "technical-failure": "failed"},
        "notify": {"pending-virus-check": None, "accepted": None, "received": "sent", "cancelled": "failed",
                   "validation-failed": "failed", "virus-scan-failed": "failed", "permanent-failure": "failed",
                   "technical-failure": "failed", "returned-letter": "returned"},
    }  # fmt: skip
    for channel, became in expected.items():
        dispatch = Dispatch(channel=channel)
        taken = notify.take(notify_keys.CHANNELS[channel], {"reference": str(dispatch.key)})
        dispatch.provider_id = taken["id"]
        for status, state in became.items():
            notify.last["status"] = status
            told = by.what_became(dispatch)
            assert (told and told.state.value) == state, (channel, status)
            assert told is None or state in ("delivered",) or told.why.endswith((".", "go.")), (channel, status)
        # A person sends it anew: what Notify has of the first time is not the second.
        notify.last["status"] = "received"
        assert by.find(dispatch) is None
        dispatch.provider_id = ""
        assert by.find(dispatch) is not None
        notify.last["status"] = "technical-failure"
        assert by.find(dispatch) is None, "what did not go may go again"
    assert by.what_became(Dispatch(channel="sms", provider_id="forgotten")) is None

    assert carrier(by.service) is not None
    monkeypatch.setenv("PAINPATH_NOTIFY_SMS_TEMPLATE", "")
    assert not notify_keys.has_all_for(by.service, "sms")
    assert notify_keys.has_all_for(by.service, "notify")
    monkeypatch.setenv("PAINPATH_NOTIFY_SMS_TEMPLATE_SOUTHAMPTON_PORTSMOUTH", "own")
    assert notify_keys.setting(by.service, "PAINPATH_NOTIFY_SMS_TEMPLATE") == "own"
    monkeypatch.delenv("PAINPATH_NOTIFY_KEY")
    assert carrier(by.service) is None
    numbers = {"07700 900123": "07700900123", "+44 (0)7700 900123": "07700900123", "023 8000 0000": "",
               "07012345678": "", "07700900123 or 02380": "", "+33 6 12 34 56 78": ""}  # fmt: skip
    assert {number: uk_mobile(number) for number in numbers} == numbers
