"""The FHIR facade on a running server: requests a second, and how long 95 in 100 of them take at most.

Beside each, in turns, the CapabilityStatement: what a call costs that looks at no referral and needs no token. Four
programs call at once. The record holds 5,000 referrals (`python bench/exchange.py 500` for another number).
"""

import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
from kit import seconds, show
from kit.database import in_a_process_of_its_own, migrated
from pages import SERVICE, clinician

if TYPE_CHECKING:
    from painpath.accounts.models import Membership

COUNT = 5_000
PROGRAMS = 4
CALLS = 40
"""Of each program, in each round."""
ROUNDS = 3
_numbers = count(1)


def main() -> None:
    in_a_process_of_its_own(__file__, measure_in, COUNT)


def switched_on(home: Path) -> Path:
    """A copy of the pathways in which the service speaks FHIR."""
    copy = home / "pathways"
    shutil.copytree(Path(__file__).resolve().parents[1] / "pathways", copy)
    file = copy / SERVICE / "exchange.yaml"
    file.write_text(file.read_text().replace('fhir: "off"', 'fhir: "on"'))
    return copy


def measure_in(home: str, many: int) -> None:
    """Make a database in this folder, fill it, serve it, and measure."""
    migrated(home, PAINPATH_PATHWAYS=str(switched_on(Path(home))))
    token = filled(many)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "painpath.serve", "web", "127.0.0.1", str(port), "2"],
                              stdin=subprocess.PIPE)  # fmt: skip
    try:
        measure(f"http://127.0.0.1:{port}/services/{SERVICE}/fhir/R4", token, many)
    finally:
        server.terminate()
        server.wait()


def filled(many: int) -> str:
    """So many referrals, and a program that may see them all; gives its token."""
    from painpath.accounts.scope import scope
    from painpath.referrals import pathways

    by = clinician()
    with scope(by.service_id):
        _, version = pathways.in_force(by.service)
        record(by.service_id, version.pk, many)
        return program(by)


def program(by: "Membership") -> str:
    """A program of the service of `by`, whose scope is open, that may see and send all; gives its token."""
    from painpath import clock
    from painpath.exchange.authorising import digest
    from painpath.exchange.models import AccessToken, Client

    token = secrets.token_urlsafe(32)
    client = Client.objects.create(
        service=by.service, client_id="bench", name="Bench", contact="bench", keys={"keys": []},
        scopes=["system/*.cruds"], reach="service", added_by=by,
    )  # fmt: skip
    AccessToken.objects.create(
        service=by.service, client=client, digest=digest(token), scopes=client.scopes,
        expires_at=clock.now() + timedelta(hours=8),
    )  # fmt: skip
    return token


def record(service: int, version: int, many: int) -> None:
    """So many referrals on record: one in four has ended, each of somebody else."""
    from painpath import clock
    from painpath.referrals.models import Patient, Referral, Transition

    now = clock.now()
    people = Patient.objects.bulk_create(
        Patient(service_id=service, given_name="Iris", family_name=f"Sparrow{n}") for n in range(many)
    )
    rows = Referral.objects.bulk_create(
        Referral(
            service_id=service, patient=person, pathway_version_id=version, route="gp-ers", state_since=now,
            state="advice_given" if n % 4 == 0 else "awaiting_screening", received_at=now - timedelta(minutes=n),
            owner_role="" if n % 4 == 0 else "clinician", due_on=None if n % 4 == 0 else now.date(),
        )
        for n, person in enumerate(people)
    )  # fmt: skip
    Transition.objects.bulk_create(
        Transition(service_id=service, referral=row, number=1, verb="receive", to_state="received", process="bench")
        for row in rows
    )


def referral() -> dict[str, Any]:
    """A referral that was never sent before: invented."""
    number = next(_numbers)
    return {
        "resourceType": "ServiceRequest", "status": "active", "intent": "order",
        "identifier": [{"system": "https://practice.example/requests", "value": f"bench-{number}"}],
        "contained": [{
            "resourceType": "Patient", "id": "p", "birthDate": "1958-02-17",
            "name": [{"given": ["Iris"], "family": f"Quillfeather{number}"}],
        }],
        "subject": {"reference": "#p"}, "requester": {"display": "Dr Owen Larch"},
        "reasonCode": [{"text": "Low back pain for 6 years. No red flags."}],
        "note": [{"text": "She has tried amitriptyline and physiotherapy without benefit. " * 10}],
    }  # fmt: skip


def measure(base: str, token: str, many: int) -> None:
    """Print what each kind of call costs."""
    for _ in range(300):
        try:
            if requests.get(f"{base}/metadata", timeout=60).ok:
                break
        except requests.RequestException:
            time.sleep(0.2)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/fhir+json"}
    form = headers | {"Content-Type": "application/x-www-form-urlencoded"}
    one = requests.post(f"{base}/ServiceRequest", json=referral(), headers=headers, timeout=30).json()["id"]
    kinds: dict[str, Callable[[requests.Session], requests.Response]] = {
        "metadata (nothing looked at)": lambda on: on.get(f"{base}/metadata"),
        "create a referral": lambda on: on.post(f"{base}/ServiceRequest", json=referral(), headers=headers),
        "read one": lambda on: on.get(f"{base}/ServiceRequest/{one}", headers=headers),
        "search, 20 on a page": lambda on: on.get(f"{base}/ServiceRequest?_count=20", headers=headers),
        "search by status, with patients": lambda on: on.get(
            f"{base}/ServiceRequest?status=active&_count=20&_include=ServiceRequest:patient", headers=headers),
        "search by identifier (POST)": lambda on: on.post(
            f"{base}/ServiceRequest/_search", data="identifier=https://practice.example/requests|bench-1",
            headers=form),
    }  # fmt: skip
    taken: dict[str, list[float]] = {name: [] for name in kinds}
    whole = dict.fromkeys(kinds, 0.0)
    for call in kinds.values():  # what is shown for the first time gets a version
        _at_once(call, [])
    for _ in range(ROUNDS):
        for name, call in kinds.items():
            whole[name] += _at_once(call, taken[name])
    rows = []
    for name, times in taken.items():
        times.sort()
        rows.append([
            name, f"{len(times) / whole[name]:.0f}", f"{times[len(times) // 2] * 1000:.0f}",
            f"{times[int(len(times) * 0.95)] * 1000:.0f}",
        ])  # fmt: skip
    show(
        f"FHIR facade: {PROGRAMS} programs at once, 2 web processes, {many} referrals on record",
        ("", "requests/s", "median ms", "p95 ms"), rows,
    )  # fmt: skip


def _at_once(call: Callable[[requests.Session], requests.Response], into: list[float]) -> float:
    """All programs call together; gives how long it took until the last was answered."""
    failed: list[int] = []

    def work() -> None:
        with requests.Session() as on:
            for _ in range(CALLS):
                began = time.perf_counter()
                answer = call(on)
                into.append(time.perf_counter() - began)
                if not answer.ok:
                    failed.append(answer.status_code)

    threads = [threading.Thread(target=work) for _ in range(PROGRAMS)]

    def together() -> None:
        for one in threads:
            one.start()
        for one in threads:
            one.join()

    took = seconds(together)
    if failed:
        raise SystemExit(f"{len(failed)} calls failed: {sorted(set(failed))}")
    return took


if __name__ == "__main__":
    main()
