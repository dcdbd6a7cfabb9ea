"""Letters out: drafted, checked and set as PDF/UA, beside the drafting alone; and a thousand of them by the worker.

`python bench/letters.py 200` for another number than a thousand.
"""

import json
import os
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

from kit import medians, seconds, show

from painpath import pathway
from painpath.letters.checking import checks
from painpath.letters.drafting import draft
from painpath.letters.pdf import render_pdf
from painpath.letters.rendering import FORMS, render
from painpath.letters.sample import sample_facts
from painpath.pathway.letters import Audience

BOTH: tuple[Audience, ...] = ("patient", "gp")
ROUNDS = 5
COUNT = 1000
SIGNED = 10
"""So many letters are signed; each is queued as often as makes up the count."""


def main() -> None:
    """Print both tables."""
    if len(sys.argv) == 4:
        print(json.dumps(STEPS[sys.argv[1]](int(sys.argv[2]), sys.argv[3])))
        return
    small()
    bulk(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)


def small() -> None:
    """Every outcome to both."""
    service = pathway.load(pathway.find("southampton-portsmouth"))
    facts = [sample_facts(service, outcome.id, locality="southampton") for outcome in service.outcomes]
    drafts = [(draft(one, audience, service), one) for one in facts for audience in BOTH]
    first = seconds(lambda: render_pdf(drafts[0][0]))
    taken = medians(
        [
            lambda: [draft(one, audience, service) for one in facts for audience in BOTH],
            lambda: [checks(letter, one, service) for letter, one in drafts],
            lambda: [render_pdf(letter) for letter, _ in drafts],
        ],
        ROUNDS,
    )
    steps = ("drafted", "checked", "set as PDF/UA")
    show(
        f"{len(drafts)} letters (every outcome, to the patient and to the GP), median of {ROUNDS}",
        ("step", "letters/s", "ms a letter"),
        (
            *(
                (name, f"{len(drafts) / s:.0f}", f"{s / len(drafts) * 1000:.2f}")
                for name, s in zip(steps, taken, strict=True)
            ),
            ("first PDF of a process (loads the fonts)", "", f"{first * 1000:.0f}"),
        ),
    )
    taken = medians([lambda form=form: [render(letter, form) for letter, _ in drafts] for form in FORMS], ROUNDS)  # type: ignore[misc]
    sizes = [sum(len(render(letter, form)) for letter, _ in drafts) / len(drafts) / 1024 for form in FORMS]
    show(
        f"the same {len(drafts)} letters, by form",
        ("form", "letters/s", "ms a letter", "KB a letter"),
        (
            (FORMS[form].name, f"{len(drafts) / s:.0f}", f"{s / len(drafts) * 1000:.2f}", f"{size:.0f}")
            for form, s, size in zip(FORMS, taken, sizes, strict=True)
        ),
    )


def bulk(count: int) -> None:
    """Each way in a process of its own, so that its peak of memory is its own; the embedded server is not counted."""
    with tempfile.TemporaryDirectory(prefix="painpath-bench-") as home:
        rows = []
        for name, step in STEPS.items():
            done = subprocess.run(
                [sys.executable, __file__, name, str(count), home], check=True, stdout=subprocess.PIPE, text=True
            )
            if taken := json.loads(done.stdout.splitlines()[-1]):
                words = (step.__doc__ or "").partition(".")[0]
                rows.append((words, f"{count / taken[0]:.0f}", f"{taken[1]:.0f}", f"{taken[2]:.0f}"))
        from painpath import postgres

        postgres.remove(Path(home))
    show(f"{count:,} letters to patients", ("way", "letters/s", "MiB at rest", "MiB at most"), rows)


def set_up(home: str) -> None:
    """Django on the database of this folder."""
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"PAINPATH_HOME": home, "DJANGO_SETTINGS_MODULE": "painpath.settings"}
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    import django

    django.setup()


def fill(count: int, home: str) -> None:
    """A team, signed letters, and the patients' copies queued."""
    set_up(home)
    from django.core.management import call_command
    from tests.letters.posting import ADDRESS, decide
    from tests.referrals.conftest import make_team, waiting_referral

    from painpath.accounts.models import Service
    from painpath.accounts.scope import scope
    from painpath.letters import outbox
    from painpath.letters.models import Dispatch
    from painpath.postgres.owner import as_owner

    with as_owner():
        call_command("migrate", verbosity=0)
        service = Service.objects.create(slug="southampton-portsmouth", name="Persistent pain service").pk
    with scope(service):
        team = make_team()
        for _ in range(SIGNED):
            referral = waiting_referral(team, patient=ADDRESS)
            decide(team, referral)
            letter = referral.letters.get(audience="patient")
            for _ in range(count // SIGNED):
                outbox.queue(
                    referral, by=team.administrator, kind="letter", to="patient", channel="print", name="",
                    letter=letter, key=uuid.uuid4(),
                )  # fmt: skip
        outbox.stop(Dispatch.objects.filter(letter__audience="gp"), by=team.administrator, why="Not measured.")
        outbox.stop(Dispatch.objects.filter(kind="code"), by=team.administrator, why="Not measured.")


def peak() -> float:
    """The most memory that this process has had, in MiB."""
    # Not `getrusage`: that counts what the process had before it became this program.
    line = next(one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def work(count: int, layout: str) -> list[float]:
    """Share out what waits, and let the worker of the site make every file: seconds, MiB before, MiB at most."""
    from django.core.management import call_command

    from painpath.accounts.models import Membership
    from painpath.accounts.scope import scope
    from painpath.letters import printing
    from painpath.letters.models import Dispatch

    with scope(1):
        printing.print_in_parts(by=Membership.objects.get(role="administrator"))
    rest = peak()
    taken = seconds(lambda: call_command("procrastinate", "worker", "--one-shot"))
    with scope(1):
        made = Dispatch.objects.exclude(batch=None).exclude(batch__pdf=b"").filter(facts__printed_as=layout)
        if made.count() < count:
            raise SystemExit(f"The worker has made {made.count()} of {count} letters.")
    return [taken, rest, peak()]


def as_signed(count: int, home: str) -> list[float]:
    """The worker: bound as they were signed. Then everything waits again."""
    set_up(home)
    from painpath.accounts.models import Membership
    from painpath.accounts.scope import scope
    from painpath.letters import printing
    from painpath.letters.models import PrintBatch
    from painpath.referrals.models import Patient

    taken = work(count, "standard")
    with scope(1):
        for batch in PrintBatch.objects.all():
            printing.put_back(batch=batch, by=Membership.objects.get(role="administrator"))
        Patient.objects.update(communication_needs="Large print")
    return taken


def set_anew(count: int, home: str) -> list[float]:
    """The worker: set anew in large print, and bound."""
    set_up(home)
    return work(count, "large-print")


def alone(count: int, home: str) -> list[float]:
    """One core: set in large print one after the other, nothing else."""
    set_up(home)
    from painpath.accounts.scope import scope
    from painpath.letters.copies import draft_of
    from painpath.letters.models import Letter
    from painpath.letters.rendering import render

    with scope(1):
        letters = list(Letter.objects.filter(audience="patient"))
    rest = peak()

    def set_all() -> None:
        for number in range(count):
            render(draft_of(letters[number % SIGNED]), "large-print")

    return [seconds(set_all), rest, peak()]


STEPS = {"fill": fill, "alone": alone, "as-signed": as_signed, "set-anew": set_anew}


if __name__ == "__main__":
    main()
