"""The audit as pages and files show it: when, who, what was done, to which referral. No patient's name."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from painpath import clock
from painpath.accounts.models import AuditEntry
from painpath.referrals.audited import references
from painpath.triage.presenters.words import moment
from painpath.web.acts import LOOKS, words_of

HEADINGS = ("at", "person", "job", "program", "what", "action", "look_or_change", "reference")


@dataclass(frozen=True)
class Row:
    """One entry."""

    when: str
    who: str
    job: str
    what: str
    reference: str
    href: str


def _who(entry: AuditEntry) -> tuple[str, str, str]:
    """Name, job, and the program where no person acted."""
    if entry.by is None:
        return "", "", entry.process
    return entry.by.name, entry.by.job, ""


def rows(shown: Sequence[AuditEntry]) -> list[Row]:
    """The entries of one page; the number of queries does not depend on how many there are."""
    at = references(shown)
    found = []
    for one in shown:
        name, job, program = _who(one)
        reference = at.get((one.subject_type, one.subject_id), "")
        found.append(
            Row(
                when=moment(one.at),
                who=name or program.capitalize(),
                job=job or "The program itself, or somebody with a code",
                what=words_of(one.action),
                reference=reference,
                href=reverse("triage:audit-record", args=[reference]) if reference else "",
            )
        )
    return found


def table(shown: Iterable[AuditEntry]) -> bytes:
    """The entries as CSV. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    entries = list(shown)
    at = references(entries)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for one in entries:
        name, job, program = _who(one)
        writer.writerow(
            _harmless(cell)
            for cell in (
                one.at.astimezone(clock.LONDON).isoformat(timespec="seconds"), name, job, program,
                words_of(one.action), one.action, "look" if one.action in LOOKS else "change",
                at.get((one.subject_type, one.subject_id), ""),
            )
        )  # fmt: skip
    return out.getvalue().encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
