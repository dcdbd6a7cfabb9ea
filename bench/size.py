"""What the record's size costs: each page and each act with 10,000, 100,000 and 1,000,000 referrals on record.

Beside each, in turns, a page that says nothing and yet opens the scope of a service (`bench/pages.py`): the ratio to it
can be compared between machines, the milliseconds cannot. `python bench/size.py 10000 100000` for other sizes. Each
size has a database of its own, in a folder that is gone afterwards; a million takes some minutes and 6 GB.
"""

import re
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING, Any

from kit import LETTERS, seconds, show
from kit.database import migrated
from kit.many import record
from pages import SERVICE, clinician, one_more_page, queries, receive

from painpath import postgres

if TYPE_CHECKING:
    from django.test import Client

    from painpath.accounts.models import Membership
    from painpath.referrals.models import Referral

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 40
NOTHING = "nothing"
CLAUSE = "major-psychiatric-disturbance"

Prepared = Callable[[], object]
Act = Callable[[], Prepared]
"""Makes ready what is not measured, and gives what is."""


def main() -> None:
    """With sizes: each in a process of its own, which leaves what it found in a file; then all of them as one table."""
    given = sys.argv[1:]
    if given[:1] == ["in"]:
        measure_in(Path(given[1]), int(given[2]))
        return
    sizes = [int(one) for one in given] or list(SIZES)
    found: dict[int, dict[str, tuple[float, float, int]]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="painpath-bench-") as home:
            made = subprocess.run([sys.executable, __file__, "in", home, str(size)], stdout=subprocess.PIPE, text=True)
            postgres.remove(Path(home))
        if made.returncode:
            sys.exit(made.returncode)
        print(made.stdout.partition("\n")[0])
        found[size] = dict(_read(made.stdout))
    table(found)


def _read(printed: str) -> Iterator[tuple[str, tuple[float, float, int]]]:
    for line in printed.splitlines()[1:]:
        name, middle, slow, asked = line.split("\t")
        yield name, (float(middle), float(slow), int(asked))


def table(found: dict[int, dict[str, tuple[float, float, int]]]) -> None:
    """Print each act at each size, and how the ratio to nothing grows from the smallest to the largest."""
    sizes = sorted(found)
    for size in sizes:
        nothing = found[size][NOTHING][0]
        show(
            f"{size} referrals of the service, in turns, {ROUNDS} rounds",
            ("", "queries", "p50 ms", "p95 ms", "times nothing"),
            [
                (name, str(asked) if asked else "", f"{middle:.1f}", f"{slow:.1f}", f"{middle / nothing:.1f}")
                for name, (middle, slow, asked) in found[size].items()
            ],
        )
    if len(sizes) > 1:
        first, last = found[sizes[0]], found[sizes[-1]]
        grown = {name: (last[name][0] / last[NOTHING][0]) / (first[name][0] / first[NOTHING][0]) for name in first}
        show(
            f"Growth of the ratio from {sizes[0]} to {sizes[-1]}",
            ("", "times"),
            [(name, f"{by:.2f}") for name, by in grown.items()],
        )


def measure_in(home: Path, size: int) -> None:
    """Fill a database in this folder, measure, and print the lines that `_read` understands."""
    from exchange import switched_on

    migrated(str(home), PAINPATH_PATHWAYS=str(switched_on(home)))
    with one_more_page():
        by = clinician()
        with in_scope(by):
            from painpath.referrals import pathways

            _, version = pathways.in_force(by.service)
        took = seconds(partial(record, by, version, size, size // 10))
        print(f"{size} referrals of one service and {size // 10 * 3} of three others made in {took:.0f} s")
        acts, asked = prepared(by)
        taken: dict[str, list[float]] = {name: [] for name in acts}
        for number in range(ROUNDS + 3):
            for name, act in acts.items():
                spent = seconds(act())
                if number >= 3:  # what is opened for the first time is compiled
                    taken[name].append(spent * 1000)
        for name, times in taken.items():
            twentieths = quantiles(times, n=20)
            print(name, twentieths[9], twentieths[18], asked.get(name, 0), sep="\t")


def in_scope(by: "Membership") -> Any:
    """The scope of the service of `by`."""
    from painpath.accounts.scope import scope

    return scope(by.service_id)


def prepared(by: "Membership") -> tuple[dict[str, Act], dict[str, int]]:
    """Each act by its name; and for those that are pages, how many questions they ask."""
    from django.test import Client
    from django.urls import reverse

    client = Client(SERVER_NAME="localhost")
    client.force_login(by.user)
    receive(1, by)
    with in_scope(by):
        from painpath.referrals.models import Referral

        real = Referral.objects.latest("pk")
        someone = Referral.objects.select_related("patient").earliest("pk")
        assert someone.patient is not None
        names = {"search for a name": someone.patient.name, "search for words of letters": "alpacas smallholding"}
    patient = _patient(real)
    pages = {
        NOTHING: (client, "/nothing/"),
        "worklist": (client, "/?tab=open"),
        "screening page": (client, reverse("triage:referral", args=[real.reference])),
        "timeline": (client, reverse("triage:timeline", args=[real.reference])),
        "patient's status page": (patient, reverse("patients:status", args=[SERVICE])),
    }
    acts: dict[str, Act] = {name: partial(_page, *page) for name, page in pages.items()}
    asked = {name: queries(*page) for name, page in pages.items()}
    acts |= {name: partial(_search, client, words) for name, words in names.items()}
    acts["sign a decision with both letters"] = partial(_decision, client, by)
    acts["FHIR create"] = _fhir(by)
    return acts, asked


def _page(client: "Client", address: str) -> Prepared:
    return partial(_answered, client.get, address)


def _answered(call: Callable[..., Any], address: str, *given: Any, status: int = 200, **more: Any) -> Any:
    answer = call(address, *given, **more)
    if answer.status_code != status:
        raise SystemExit(f"{address} answers {answer.status_code}.")
    return answer


def _search(client: "Client", words: str) -> Prepared:
    """What was searched for is kept; then the page of what was found is measured."""
    _answered(client.post, "/search/", {"words": words}, status=302)
    return partial(_answered, client.get, "/search/")


def _patient(referral: "Referral") -> "Client":
    """The browser of a patient whose code has opened their referral."""
    from importlib import import_module
    from types import SimpleNamespace

    from django.conf import settings
    from django.test import Client

    from painpath.patients import seen

    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    store.create()
    with in_scope_of(referral):
        seen.open_by_code(SimpleNamespace(session=store), referral.service, referral)  # type: ignore[arg-type]
    store.save()
    client = Client(SERVER_NAME="localhost")
    client.cookies[settings.SESSION_COOKIE_NAME] = str(store.session_key)
    return client


def in_scope_of(referral: "Referral") -> Any:
    """The scope of this referral's service."""
    from painpath.accounts.scope import scope

    return scope(referral.service_id)


_letters = count()


def _decision(client: "Client", by: "Membership") -> Prepared:
    """A referral received, read, screened, and its decision drafted; the signature under both letters is measured."""
    from django.urls import reverse

    from painpath.letters.signing import prepare, to_overrule
    from painpath.referrals import verbs
    from painpath.referrals.decisions import deciding
    from painpath.referrals.decisions.decision_content import DecisionContent
    from painpath.referrals.models import Referral
    from painpath.referrals.sheet import judging

    _one_more(by)
    content = DecisionContent(
        outcome="advise", clauses=(CLAUSE,), reason="As the letter says.", to_gp="Please review the medicines.",
        no_question=True, recommendation="ADVICE_ONLY_NO_REFERRAL_RECOMMENDED",
    )  # fmt: skip
    with in_scope(by):
        referral = verbs.start_screening(referral=Referral.objects.latest("pk"), by=by)
        judging.judge(referral=referral, by=by, criterion=CLAUSE, state="against", reason="As the letter says.")
        referral = Referral.objects.get(pk=referral.pk)
        deciding.save_draft(referral=referral, by=by, content=content, seen_version=referral.version)
        reasons = dict.fromkeys(to_overrule(prepare(referral, content, by=by)), "It is right as it is.")
    address = reverse("triage:decide-letters", args=[referral.reference])
    page = _answered(client.get, address).content.decode()
    sent = {name: _hidden(page, name) for name in ("key", "letters")} | reasons
    return partial(_answered, client.post, address, sent, status=302)


def _one_more(by: "Membership") -> None:
    """A referral with a sample letter, waiting for screening."""
    from painpath import documents
    from painpath.referrals.arriving import persons, receiving, registering
    from painpath.referrals.arriving.filing import File
    from painpath.referrals.arriving.reading_in import read_in
    from painpath.referrals.models import Referral

    letter = (LETTERS / "L001.txt").read_bytes()
    with in_scope(by):
        key = uuid.uuid4()
        made = receiving.receive(by=by, files=[File("letter.txt", letter)], key=key)
        read_in(service_id=by.service_id, referral_id=made.pk, reader=documents.read)
        details = registering.Registration(
            patient=persons.PatientDetails(given_name="Iris", family_name=f"Bench {key.hex[:8]}"),
            route="gp-ers",
            ubrn=f"{key.int % 10**12:012d}",
        )
        registering.register(referral=Referral.objects.get(pk=made.pk), by=by, details=details)


def _hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page) or re.search(
        rf'value="([^"]*)"[^>]*name="{name}"', page
    )
    if found is None:
        blocked = re.search(r"Not ready to sign.*?<p>(.*?)</p>", page, re.DOTALL)
        raise SystemExit(f"The page to sign on has no {name}. {blocked[1] if blocked else ''}")
    return found[1]


def _fhir(by: "Membership") -> Act:
    """Creates of a program with a token; each referral was never sent before."""
    import json

    from django.test import Client as Browser

    from exchange import program, referral

    with in_scope(by):
        token = program(by)
    browser = Browser(SERVER_NAME="localhost", HTTP_AUTHORIZATION=f"Bearer {token}")
    address = f"/services/{SERVICE}/fhir/R4/ServiceRequest"

    def act() -> Prepared:
        sent = json.dumps(referral())
        return partial(_answered, browser.post, address, sent, "application/fhir+json", status=201)

    return act


if __name__ == "__main__":
    main()
