"""Somebody who sends referrals all the time, through three doors, and writes down each receipt.

A try goes on as a person's or a program's would: the same form, the same message again, until the answer says that it
was received. Only then is the reference that was shown written down, and on the disk.
"""

import hashlib
import http.client
import json
import os
import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from tests.exchange import messages
from tests.exchange.fhir.conftest import referral
from tests.faults.site import SLUG, Answer, Site

CANARY = "Quillfeather"
"""The invented patient in everything that is sent: in no log."""
BOUNDARY = "faults-boundary"
KIND = f"multipart/form-data; boundary={BOUNDARY}"
FHIR_JSON = "application/fhir+json"


@dataclass
class Sent:
    """One thing that was sent, as often as it took: `content` as it must be kept, `reference` as it was shown."""

    door: str
    content: bytes
    reference: str = ""
    tries: list[str] = field(default_factory=list)


class Uploader(threading.Thread):
    """Sends until it is stopped; waits while it is asked to rest."""

    def __init__(self, site: Site, token: str, receipts: Path) -> None:
        super().__init__(daemon=True)
        self.site, self.token, self.receipts = site, token, receipts
        self.sent: list[Sent] = []
        self.resting, self.stopped, self.at_rest = threading.Event(), threading.Event(), threading.Event()

    def run(self) -> None:
        number = 0
        while not self.stopped.is_set():
            if self.resting.is_set():
                self.at_rest.set()
                self.stopped.wait(0.05)
                continue
            self.at_rest.clear()
            number += 1
            door = (self._staff, self._fhir, self._bars)[number % 3]
            door(number)
            self.stopped.wait(0.4)

    def rest(self) -> None:
        """Come to the end of what is being sent: the site must be well again for that."""
        self.resting.set()
        assert self.at_rest.wait(60), f"never received: {self.sent[-1].door}, {self.sent[-1].tries[-5:]}"

    def go_on(self) -> None:
        self.at_rest.clear()
        self.resting.clear()

    def _until_received(self, sent: Sent, once: Callable[[], str]) -> None:
        self.sent.append(sent)
        while not self.stopped.is_set():
            try:
                sent.reference = once()
                sent.tries.append("received")
                break
            except (OSError, http.client.HTTPException, _NotReceived) as error:
                sent.tries.append(f"{type(error).__name__} {error}")
            self.stopped.wait(0.3)
        if sent.reference:
            line = {"door": sent.door, "reference": sent.reference, "sha256": hashlib.sha256(sent.content).hexdigest()}
            with self.receipts.open("a") as file:
                file.write(json.dumps(line) + "\n")
                file.flush()
                os.fsync(file.fileno())

    def _staff(self, number: int) -> None:
        name, content = "letter.txt", f"Mrs Iris {CANARY}, DOB 17/02/1958\nLow back pain. {uuid.uuid4()}\n".encode()
        if number % 4 == 0:  # large enough to be written to a file while it comes
            name, content = "scan.bin", os.urandom(3_000_000)
        form: list[tuple[str, str, str]] = []

        def once() -> str:
            if not form:  # the page was opened once: what is sent again is the same form
                form.append(self.open())
            csrf, key, cookie = form[0]
            body = multipart({"csrfmiddlewaretoken": csrf, "key": key}, name, content)
            answer = self.site.ask("/receive/", body, {"Content-Type": KIND, "Cookie": cookie})
            found = re.fullmatch(r"/referrals/([A-Z0-9-]+)/register/", answer.headers.get("Location") or "")
            if answer.status != 302 or found is None:
                raise _NotReceived(answer)
            return found[1]

        self._until_received(Sent("staff", content), once)

    def open(self) -> tuple[str, str, str]:
        """The page with the form: its token, its key, its cookies."""
        answer = self.site.ask("/receive/")
        csrf = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.text)
        key = re.search(r'value="([0-9a-f]{8}-[0-9a-f-]{27})"', answer.text)
        if answer.status != 200 or csrf is None or key is None:
            raise _NotReceived(answer)
        cookies = [said.split(";")[0] for said in answer.headers.get_all("Set-Cookie") or []]
        return csrf[1], key[1], "; ".join([f"{settings.SESSION_COOKIE_NAME}={self.site.session}", *cookies])

    def _program(self, path: str, content: bytes) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": FHIR_JSON, "Accept": FHIR_JSON}
        return self.site.ask(f"/services/{SLUG}/{path}", content, headers | {"Cookie": ""})

    def _fhir(self, number: int) -> None:
        name = [{"system": "https://practice.example/referrals", "value": str(uuid.uuid4())}]
        content = json.dumps(referral(identifier=name)).encode()

        def once() -> str:
            answer = self._program("fhir/R4/ServiceRequest", content)
            found = re.search(r"ServiceRequest/([A-Z0-9-]+)", answer.headers.get("Location") or "")
            if answer.status not in (200, 201) or found is None:
                raise _NotReceived(answer)
            return found[1]

        self._until_received(Sent("fhir", content), once)

    def _bars(self, number: int) -> None:
        patient = {"name": [{"use": "official", "family": CANARY, "given": ["Iris"]}]}
        content = json.dumps(messages.message(name=str(uuid.uuid4()), patient=patient)).encode()

        def once() -> str:
            answer = self._program("bars/$process-message", content)
            if answer.status == 409 and "successfully processed before" in answer.text:
                return "before"  # what its program is told of a repeat, and takes for a receipt
            if answer.status != 200:
                raise _NotReceived(answer)
            (said,) = [one["resource"] for one in json.loads(answer.text)["entry"][1:2]]
            return str(said["identifier"][0]["value"])

        self._until_received(Sent("bars", content), once)


class _NotReceived(Exception):
    """The answer was no receipt."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def multipart(fields: dict[str, str], name: str, content: bytes) -> bytes:
    """A form with one document, as a browser sends it."""
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
             for key, value in fields.items()]  # fmt: skip
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="documents"; filename="{name}"\r\n'
    head += "Content-Type: text/plain\r\n\r\n"
    return b"".join([*parts, head.encode(), content, f"\r\n--{BOUNDARY}--\r\n".encode()])


KEPT: dict[str, str] = {
    "staff": "SELECT d.content, r.reference FROM referrals_document d JOIN referrals_referral r ON r.id = d.referral_id"
             " WHERE d.sha256 = encode(sha256(%s), 'hex')",
    "fhir": "SELECT m.content, r.reference FROM letters_inboundmessage m JOIN referrals_referral r"
            " ON r.id = m.referral_id WHERE m.source = 'fhir' AND sha256(m.content) = sha256(%s)",
    "bars": "SELECT m.content, r.reference FROM letters_inboundmessage m JOIN referrals_referral r"
            " ON r.id = m.referral_id WHERE m.source = 'bars' AND sha256(m.content) = sha256(%s)",
}  # fmt: skip
"""By door: how what was sent stands in the record."""


def check(site: Site, sent: list[Sent], receipts: Path, *, before: int) -> None:
    """Each receipt stands in the record, byte for byte and once; what has none is whole or not there. `before`: how
    many referrals were there when it began."""
    written = {one["sha256"]: one for one in map(json.loads, receipts.read_text().splitlines())}
    referrals = 0
    for one in sent:
        found = site.rows(KEPT[one.door], one.content)
        referrals += len(found)
        if (receipt := written.get(hashlib.sha256(one.content).hexdigest())) is not None:
            assert len(found) == 1, (one.door, len(found), one.tries)
            assert receipt["reference"] in (found[0][1], "before"), one.tries
        assert len(found) <= 1, (one.door, one.tries)
        assert all(bytes(content) == one.content for content, _ in found)
    assert site.rows("SELECT count(*) FROM referrals_referral") == [(referrals + before,)]
