"""The directory changed by hand, one practice at a time, by an administrator; every change is audited."""

import re
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db import transaction

from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.directory.importing import DirectoryError, check_administers, overlap
from painpath.directory.models import Contract, Practice, PracticeQuerySet

_MAILBOX = re.compile(r"(?=[A-Z0-9]*[A-Z])(?=[A-Z0-9]*[0-9])[A-Z0-9]{5,20}")


@dataclass(frozen=True, kw_only=True)
class PracticeDetails:
    """What the directory holds of a practice, besides its contracts."""

    name: str
    ods_code: str = ""
    locality: str = ""
    address: str = ""
    postcode: str = ""
    phone: str = ""
    email: str = ""
    mesh_mailbox: str = ""
    opened_on: date | None = None
    closed_on: date | None = None


def _held(practice: Practice, by: Membership) -> Practice:
    """The practice as it stands now, held until the transaction ends. DirectoryError for one that is joined."""
    practice = Practice.objects.select_for_update(no_key=True).get(service_id=by.service_id, pk=practice.pk)
    if practice.joined_into is not None:
        raise DirectoryError(
            f"{practice.name} was entered by mistake and joined with {practice.joined_into.name}. Change that one."
        )
    return practice


@transaction.atomic
def save_practice(*, practice: Practice | None, details: PracticeDetails, by: Membership) -> Practice:
    """Change a practice, or add one (None). The same details twice change nothing. Raises DirectoryError."""
    check_administers(by)
    values: dict[str, Any] = {one.name: getattr(details, one.name) for one in fields(details)}
    values["ods_code"] = values["ods_code"].strip().upper()
    values["name"] = " ".join(values["name"].split())
    if not values["name"]:
        raise DirectoryError("Enter the practice's name.")
    if details.opened_on and details.closed_on and details.closed_on < details.opened_on:
        raise DirectoryError("The practice cannot have closed before it opened. Check both dates.")
    values["mesh_mailbox"] = "".join(values["mesh_mailbox"].split()).upper()
    others = Practice.objects.filter(service_id=by.service_id)
    if practice is not None:
        others = others.exclude(pk=practice.pk)
        practice = _held(practice, by)
    if values["ods_code"] and (other := others.filter(ods_code=values["ods_code"]).first()) is not None:
        raise DirectoryError(f"{values['ods_code']} is the code of {other.name} already. Change that practice instead.")
    _check_mailbox(values["mesh_mailbox"], values["ods_code"], others)
    if practice is None:
        practice = Practice.objects.create(service_id=by.service_id, **values)
        audit.record(by, "practice.create", practice)
        return practice
    changed = sorted(name for name, value in values.items() if getattr(practice, name) != value)
    for name in changed:
        setattr(practice, name, values[name])
    if changed:
        practice.save(update_fields=changed)
        audit.record(by, "practice.update", practice, fields=changed)
    return practice


def _check_mailbox(mailbox: str, code: str, others: PracticeQuerySet) -> None:
    """Letters about patients go there: raises DirectoryError for what can be no MESH mailbox, or is another's.

    MESH gives out ids of capitals and digits, like X26OT018 (NHS England, MESH endpoint lookup guide); it publishes no
    rule for them, so only what cannot be one is refused.
    """
    if not mailbox:
        return
    if not _MAILBOX.fullmatch(mailbox):
        raise DirectoryError("A MESH mailbox has 5 to 20 letters and digits, like X26OT018. It is no email address.")
    if mailbox == code:
        raise DirectoryError(
            f"{mailbox} is the practice's ODS code. Its MESH mailbox has an id of its own: ask for it."
        )
    if (other := others.filter(mesh_mailbox=mailbox).first()) is not None:
        raise DirectoryError(f"{mailbox} is the MESH mailbox of {other.name}. Find out whose it is: letters go there.")


@transaction.atomic
def save_contract(
    *, practice: Practice, contract: Contract | None = None, contracted: bool, starts_on: date | None,
    ends_on: date | None, source: str, by: Membership,
) -> Contract:  # fmt: skip
    """Add a row about a practice's contract, or change one. Two rows never speak of the same day: DirectoryError."""
    check_administers(by)
    source = source.strip()
    if not source:
        raise DirectoryError("Say who said so, or which list it comes from.")
    if starts_on and ends_on and ends_on < starts_on:
        raise DirectoryError("The last day cannot be before the first day.")
    practice = _held(practice, by)
    for row in practice.contracts.all():
        if (contract is None or row.pk != contract.pk) and overlap((row.starts_on, row.ends_on), (starts_on, ends_on)):
            if contract is None and (row.contracted, row.starts_on, row.ends_on, row.source) == (
                contracted, starts_on, ends_on, source,
            ):  # fmt: skip
                return row  # a double click
            raise DirectoryError(
                f"There is a row about some of these days already ({row.source}). Give that one a last day first."
            )
    if contract is None:
        contract = Contract(service_id=by.service_id, practice=practice)
    contract.contracted, contract.starts_on, contract.ends_on, contract.source = contracted, starts_on, ends_on, source
    action = "contract.create" if contract.pk is None else "contract.update"
    contract.save()
    audit.record(by, action, contract, practice=practice.pk, contracted=contracted)
    return contract
