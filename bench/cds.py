"""How long a card takes (CDS Hooks), from the request to the answer, through every middleware.

Beside it, in turns, a page that says nothing. On a database of its own, in a folder that is gone afterwards. The aim is
200 ms for the slowest of twenty calls (p95): whoever writes a referral waits for it. "At work here" is the processor's
time of this process: what it took, however busy the machine is with something else.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable
from functools import partial
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from kit import LETTERS, seconds, show
from kit.database import in_a_process_of_its_own, migrated
from pages import SERVICE, clinician, one_more_page, opened

if TYPE_CHECKING:
    from django.test import Client

    from painpath.accounts.models import Membership

ROUNDS = 100
AIM = 200
ISSUER = "https://bench.example/cds"
ADDRESS = f"/services/{SERVICE}/cds-services/check-referral-select"


def main() -> None:
    in_a_process_of_its_own(__file__, measure_in)


def measure_in(home: str) -> None:
    """Make a database in this folder, and measure."""
    migrated(home)
    from msgspec.structs import replace

    from painpath import pathway

    ours = pathway.load(pathway.find(SERVICE))
    on = replace(ours, exchange=replace(ours.exchange, cds_hooks="on"))
    load = pathway.load  # the real loader still reads the files, as it does for every call
    pathway.load = lambda folder: (load(folder), on)[1]
    with one_more_page():
        measure(clinician())


def measure(by: "Membership") -> None:
    """Print the median and p95 of each kind of call."""
    from django.test import Client

    browser = Client(SERVER_NAME="localhost")
    browser.force_login(by.user)
    sign = signer(by)
    letters = [file.read_text() for file in sorted(LETTERS.glob("*.txt"))]
    calls: dict[str, Callable[[int], Callable[[], object]]] = {
        "nothing": lambda number: partial(opened, browser, "/nothing/"),
        "first draft": lambda number: partial(called, browser, draft(""), sign()),
        "with a letter": lambda number: partial(called, browser, draft(letters[number % len(letters)]), sign()),
        "10,000 characters": lambda number: partial(called, browser, draft("\n".join(letters)[:10_000]), sign()),
    }
    ready = seconds(made_ready) * 1000
    first = seconds(calls["with a letter"](0)) * 1000
    taken: dict[str, list[float]] = {name: [] for name in calls}
    worked: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(ROUNDS):
        for name, prepared in calls.items():
            call, before = prepared(number), time.process_time()
            taken[name].append(seconds(call) * 1000)
            worked[name].append((time.process_time() - before) * 1000)
    rows = [
        (name, f"{median(times):.1f}", f"{quantiles(times, n=20)[-1]:.1f}", f"{median(worked[name]):.1f}")
        for name, times in taken.items()
    ]
    show(
        f"A card, milliseconds of {ROUNDS} calls in turns (the aim: {AIM})",
        ("call", "median", "p95", "of that, at work here"), rows,
    )  # fmt: skip
    print(f"A process of the server makes itself ready for {ready:.0f} ms; its first card then takes {first:.0f} ms")


def made_ready() -> None:
    """What each process of the web server does beside its first answers."""
    from painpath import wsgi  # noqa: F401

    for thread in threading.enumerate():
        if thread.name == "warm":
            thread.join()


def signer(by: "Membership") -> Callable[[], str]:
    """Makes signed statements of a registered client."""
    import jwt
    from cryptography.hazmat.primitives.asymmetric import ec
    from jwt.algorithms import ECAlgorithm

    from painpath import clock
    from painpath.accounts.scope import scope
    from painpath.exchange.models import Client

    key = ec.generate_private_key(ec.SECP384R1())
    public = json.loads(ECAlgorithm.to_jwk(key.public_key())) | {"kid": "bench"}
    with scope(by.service_id):
        Client.objects.create(
            service_id=by.service_id, client_id="bench", name="Bench", contact="nobody", issuer=ISSUER,
            keys={"keys": [public]}, added_by=by,
        )  # fmt: skip

    def sign() -> str:
        now = int(clock.now().timestamp())
        claims = {"iss": ISSUER, "aud": f"http://localhost{ADDRESS}", "iat": now, "exp": now + 240}
        return jwt.encode(claims | {"jti": uuid.uuid4().hex}, key, "ES384", headers={"kid": "bench"})

    return sign


def draft(note: str) -> str:
    """The body of a call: a referral for pain, with this note."""
    order = {
        "resourceType": "ServiceRequest", "id": "draft", "status": "draft", "intent": "plan",
        "code": {"coding": [{}]}, "reasonCode": [{"coding": [{"code": "22253000", "display": "Pain (finding)"}]}],
        "note": [{"text": note}] if note else [],
    }  # fmt: skip
    bundle: dict[str, Any] = {"entry": [{"resource": order}]}
    context = {"userId": "Practitioner/1", "patientId": "1", "draftOrders": bundle, "selections": []}
    patient = {"resourceType": "Patient", "id": "1", "birthDate": "1966-04-03"}
    return json.dumps({
        "hook": "order-select", "hookInstance": str(uuid.uuid4()), "context": context, "prefetch": {"patient": patient},
    })  # fmt: skip


def called(browser: "Client", body: str, token: str) -> None:
    """One call, which must give a card."""
    answer = browser.post(ADDRESS, body, content_type="application/json", headers={"Authorization": f"Bearer {token}"})
    if answer.status_code != 200 or not answer.json()["cards"]:
        raise SystemExit(f"No card came: {answer.status_code}.")


if __name__ == "__main__":
    main()
