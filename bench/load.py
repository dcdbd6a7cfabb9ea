"""50 clinicians and 500 referrers at once, on a running server: is everybody answered, and how soon?

Two web processes and the task worker on one machine, which also holds the database and all who ask. First all 550 press
at the same moment, several times; then they work at a pace (`PACE`) for two minutes. A page counts as an error when it
is not answered, or with anything but what was asked for. Before both, one clinician alone.

`python bench/load.py 10000` fills the record with as many referrals before.
"""

import http.client
import random
import socket
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from statistics import quantiles
from typing import TYPE_CHECKING

from kit import show
from kit.database import in_a_process_of_its_own, migrated
from kit.many import record
from pages import clinician, receive

if TYPE_CHECKING:
    from django.test import Client

    from painpath.accounts.models import User

COUNT = 10_000
CLINICIANS, REFERRERS = 50, 500
TOGETHER = 3
"""How often all press at the same moment."""
PACE = {"clinician": 20.0, "referrer": 60.0}
"""Seconds between two pages of one person: reading a letter takes longer; a referrer looks where a referral is."""
MINUTES = 2
PATIENCE = 120
"""Seconds after which a person has not been answered."""
ALONE = 20


class Person(threading.Thread):
    """Somebody with a session, who opens their pages one after the other."""

    def __init__(self, kind: str, cookie: str, pages: list[str]) -> None:
        super().__init__(daemon=True)
        self.kind, self.cookie, self.pages = kind, cookie, pages
        self.taken: list[tuple[str, float]] = []
        self.wrong: Counter[str] = Counter()
        self.asked = 0

    def open(self, port: int) -> None:
        """Open the next page, on a connection of its own, as a browser would after a while."""
        page = self.pages[self.asked % len(self.pages)]
        self.asked += 1
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", page, headers={"Cookie": self.cookie})
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                self.taken.append((page.partition("?")[0], time.perf_counter() - began))
            else:
                self.wrong[f"{answer.status}"] += 1
        except (OSError, http.client.HTTPException) as error:
            self.wrong[type(error).__name__] += 1
        finally:
            connection.close()


def main() -> None:
    in_a_process_of_its_own(__file__, measure_in, COUNT)


def measure_in(home: str, many: int) -> None:
    """Make a database in this folder, fill it, serve it, and measure."""
    # As the demonstration, in which nobody needs a second factor to have a session.
    migrated(home, PAINPATH_DEMO="1")
    people = filled(many)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = f"from painpath.serve import serve; serve(port={port}, workers=2)"
    server = subprocess.Popen([sys.executable, "-c", serve], stdout=subprocess.DEVNULL)
    try:
        _wait(port, people[0])
        measure(port, people)
    finally:
        server.terminate()
        server.wait()


def filled(many: int) -> list[Person]:
    """A long record, 50 clinicians and 500 referrers, each of whom has sent one of its referrals."""
    from django.test import Client

    from painpath.accounts.models import Membership, User
    from painpath.accounts.scope import scope
    from painpath.directory.models import Referrer
    from painpath.referrals import pathways
    from painpath.referrals.models import Referral

    by = clinician()
    with scope(by.service_id):
        _, version = pathways.in_force(by.service)
    record(by, version, many, many // 10)
    receive(20, by)
    people = []
    with scope(by.service_id):
        newest = list(Referral.objects.order_by("-pk").values_list("reference", flat=True)[:20])
        for number in range(CLINICIANS + REFERRERS):
            kind = "clinician" if number < CLINICIANS else "referrer"
            user = User.objects.create_user(f"{kind}{number}@example.nhs.uk", f"{kind} {number}")
            member = Membership.objects.create(
                service=by.service, user=user, role=kind, grade="consultant" if kind == "clinician" else ""
            )
            pages = ["/?tab=open", f"/referrals/{newest[number % 20]}/", f"/referrals/{newest[number % 20]}/timeline/"]
            if kind == "referrer":
                theirs = Referral.objects.order_by("pk")[number]
                referrer = Referrer.objects.create(service=by.service, name=user.name, member=member, kind="gp")
                Referral.objects.filter(pk=theirs.pk).update(sent_by=member, referrer=referrer)
                pages = ["/my/referrals/", f"/my/referrals/{theirs.reference}/"]
            people.append(Person(kind, _signed_in(Client(), user), pages))
    return people


def _signed_in(client: "Client", user: "User") -> str:
    client.force_login(user)
    return "; ".join(f"{name}={cookie.value}" for name, cookie in client.cookies.items())


def _wait(port: int, first: Person) -> None:
    """Until the pages come, and every process has opened them once."""
    for _ in range(300):
        first.open(port)
        if len(first.taken) > 8:
            break
        time.sleep(0.2)
    else:
        raise SystemExit(f"The server does not answer: {dict(first.wrong)}")
    first.taken.clear()
    first.wrong.clear()


def measure(port: int, people: list[Person]) -> None:
    """Print what all together, and all at their pace, are answered."""
    alone = people[0]
    for _ in range(ALONE * len(alone.pages)):
        alone.open(port)
    table("Alone, one after the other", [alone], None)
    for title, work in (
        (f"All {len(people)} at the same moment, {TOGETHER} times", _together),
        (f"At their pace, {MINUTES} minutes", _at_their_pace),
    ):
        for one in people:
            one.taken.clear()
            one.wrong.clear()
        began = time.perf_counter()
        threads = [threading.Thread(target=work, args=(port, one), daemon=True) for one in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        table(title, people, time.perf_counter() - began)


_start = threading.Barrier(CLINICIANS + REFERRERS)


def _together(port: int, person: Person) -> None:
    for _ in range(TOGETHER):
        _start.wait()
        person.open(port)


def _at_their_pace(port: int, person: Person) -> None:
    end = time.monotonic() + MINUTES * 60
    time.sleep(random.uniform(0, PACE[person.kind]))
    while time.monotonic() < end:
        person.open(port)
        pause = random.expovariate(1 / PACE[person.kind])
        time.sleep(max(0.0, min(pause, end - time.monotonic())))


def table(title: str, people: list[Person], whole: float | None) -> None:
    """Print how soon each kind of page came, and what went wrong."""
    taken: dict[str, list[float]] = defaultdict(list)
    wrong: Counter[str] = Counter()
    for one in people:
        wrong += one.wrong
        for page, spent in one.taken:
            kind = "timeline" if page.endswith("timeline/") else page
            kind = kind if kind in ("/", "/my/referrals/", "timeline") else "one referral"
            taken[f"{one.kind}: {'worklist' if kind == '/' else kind}"].append(spent * 1000)
    rows = []
    for name, times in sorted(taken.items()):
        twentieths = quantiles(times, n=20)
        rows.append((name, str(len(times)), f"{twentieths[9]:.0f}", f"{twentieths[18]:.0f}", f"{max(times):.0f}"))
    show(title, ("", "answered", "p50 ms", "p95 ms", "longest"), rows)
    answered = sum(map(len, taken.values()))
    pace = f", {answered / whole:.0f} a second" if whole else ""
    print(f"{answered} answered{pace}; errors: {dict(wrong) or 'none'}")


if __name__ == "__main__":
    main()
