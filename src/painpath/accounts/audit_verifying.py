"""Hold the audit against its seals, and the seals against each other: a sentence for each place that was changed."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Min, Q

from painpath.accounts.audit_chain import digest, parted
from painpath.accounts.audit_sealing import BEFORE, entries, head, is_ours, written
from painpath.accounts.models import AuditEntry, AuditSeal, Service


@dataclass
class Verified:
    """What was found of one service."""

    faults: list[str] = field(default_factory=list)
    seals: int = 0
    sealed: int = 0
    """Entries that stand as they were sealed."""
    unsealed: int = 0
    unsealed_since: datetime | None = None
    """The earliest moment that an entry without a seal gives itself."""
    head: str = ""
    """Digest of the last seal; empty without one."""


def verify(service: Service, heads: Collection[tuple[int, str]] = ()) -> Verified:
    """Look through the service's whole audit, in its scope. `heads`: number and digest of seals as kept elsewhere."""
    found = Verified()
    ends: dict[int | None, int] = {}
    digests: dict[int, str] = {}
    before: AuditSeal | None = None
    numbers = list(AuditSeal.objects.filter(service=service).order_by("number").values_list("pk", flat=True))
    for pk in numbers:  # one at a time: the leaves of all are large
        seal = AuditSeal.objects.get(pk=pk)
        found.faults += _linked(seal, before)
        _compare(service, seal, found)
        digests[seal.number] = seal.digest
        if seal.until is not None:
            ends[seal.written_on] = max(seal.until, ends.get(seal.written_on, 0))
        before = seal
    found.seals = len(numbers)
    if before is not None:
        found.head = before.digest
        if not is_ours(before):
            found.faults.append(f"Seal {before.number}, the last, is not signed with this site's key.")
    _count_unsealed(service, ends, found, any_seal=before is not None)
    found.faults += _against(heads, digests)
    return found


def _linked(seal: AuditSeal, before: AuditSeal | None) -> list[str]:
    """What is wrong with the seal itself and its place in the chain."""
    faults = []
    due = before.number + 1 if before else 1
    if seal.number != due:
        missing = f"Seal {due} is" if seal.number == due + 1 else f"Seals {due} to {seal.number - 1} are"
        faults.append(f"{missing} missing.")
    if seal.digest != head(seal).digest():
        faults.append(f"Seal {seal.number} was changed.")
    if seal.previous != (before.digest if before else ""):
        faults.append(f"Seal {seal.number} does not follow the seal before it.")
    return faults


def _compare(service: Service, seal: AuditSeal, found: Verified) -> None:
    """Each entry against what was sealed of it."""
    sealed = parted(bytes(seal.leaves))
    missing = dict(sealed)
    changed: dict[int, bytes] = {}
    for entry in entries(service.pk, written(seal.written_on, seal.since, seal.until)):
        now, then = digest(entry), missing.pop(entry.id, None)
        if then is None:
            found.faults.append(f"Entry {entry.id} was inserted: seal {seal.number} does not hold it.")
        elif then == now:
            found.sealed += 1
        else:
            changed[entry.id] = now
    was = {sealed[pk]: pk for pk in (*changed, *missing)}
    for pk, now in changed.items():
        if (other := was.get(now)) is not None:
            found.faults.append(f"Entry {pk} says what seal {seal.number} holds as entry {other}: reordered.")
        else:
            found.faults.append(f"Entry {pk} was changed after seal {seal.number}.")
    elsewhere = set(AuditEntry.objects.filter(pk__in=list(missing)).values_list("pk", flat=True))
    for pk in missing:
        what = "moved out of it" if pk in elsewhere else "deleted"
        found.faults.append(f"Entry {pk}, which seal {seal.number} holds, was {what}.")


def _count_unsealed(service: Service, ends: dict[int | None, int], found: Verified, any_seal: bool) -> None:
    """What was written since the last seal: nobody can say yet whether it was changed."""
    sealed = BEFORE if any_seal else Q(pk__in=[])
    for on, until in ends.items():
        sealed |= Q(written_on=on, written_in__lt=until)
    rows = AuditEntry.objects.filter(service=service).exclude(sealed)
    found.unsealed = rows.count()
    found.unsealed_since = rows.aggregate(first=Min("at"))["first"]
    if found.unsealed and not any_seal:
        found.faults.append("There are entries and no seal: nothing was sealed yet, or the seals were deleted.")


def _against(heads: Collection[tuple[int, str]], digests: dict[int, str]) -> list[str]:
    """The seals against what was kept elsewhere."""
    faults = []
    last = max(digests, default=0)
    for number, kept in sorted(heads):
        if number > last:
            faults.append(f"Seal {number}, which was kept elsewhere, is gone: the last one here is {last}.")
        elif number in digests and digests[number] != kept:
            faults.append(f"Seal {number} is another than the one that was kept elsewhere.")
    return faults
