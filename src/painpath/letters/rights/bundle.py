"""The copy itself: one ZIP file, made when it is downloaded and kept nowhere. One document is in memory at a time."""

import json
import tempfile
import zipfile
from collections import Counter
from collections.abc import Sequence
from datetime import date
from html import escape
from typing import IO, Any

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import AuditEntry, Membership
from painpath.accounts.roles import ROLES
from painpath.letters.models import Letter
from painpath.letters.rights.copying import choices_of, to_choose
from painpath.letters.rights.items import KINDS, Item, day, moment
from painpath.referrals.models import Document, Patient, Referral, RightsRequest
from painpath.referrals.refusal import Refused
from painpath.referrals.restricting import check_open
from painpath.referrals.rights.asking import check_gives, of_the_person

_DETAILS = {
    "name": "Name", "date_of_birth": "Date of birth", "nhs_number": "NHS number", "sex": "Sex",
    "ethnicity": "Ethnicity", "address": "Address", "postcode": "Postcode", "phone": "Phone", "email": "Email",
    "language": "Language", "interpreter": "Interpreter", "communication_needs": "What you need to read and hear us",
    "safe_contact": "How to reach you safely", "proxy_name": "Who acts for you", "proxy_relationship": "How related",
}  # fmt: skip
_STYLE = (
    "body{font:1.1rem/1.5 Arial,sans-serif;max-width:45em;margin:1em auto;padding:0 1em}"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}"
    "th,td{text-align:left;vertical-align:top;padding:.2em 1em .2em 0}"
)


@transaction.atomic
def write(*, request: RightsRequest, by: Membership) -> IO[bytes]:
    """The copy as an open file that is gone when it is closed. Each making is on record. Raises `Refused`."""
    check_gives(by)
    if request.outcome != "released":
        raise Refused("The copy has not been given yet: somebody has to read everything first.")
    audit.record(by, "rights.copy", request.referral, request=request.pk)
    referrals = list(of_the_person(request.referral))
    for referral in referrals:
        check_open(referral, by=by)
    said = choices_of(request)
    chosen = [item for item in to_choose(request) if item.key in said]  # as it was when the copy was given
    inside = [item for item in chosen if said[item.key].included]
    left_out = [(item, said[item.key].reason) for item in chosen if not said[item.key].included]
    names = _names(inside)
    looks = who_looked(referrals)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("summary.html", _page(request, referrals, inside, left_out, names, looks))
        bundle.writestr("record.json", _json(request, referrals, inside, left_out, names, looks))
        for item in inside:
            if item.key in names:
                with bundle.open(names[item.key], "w") as part:
                    part.write(_content(item))
    file.seek(0)
    return file


def _content(item: Item) -> bytes:
    model: Any = Document if item.kind == "document" else Letter
    field = "content" if item.kind == "document" else "pdf"
    return bytes(model.objects.values_list(field, flat=True).get(pk=item.pk))


def _names(inside: Sequence[Item]) -> dict[tuple[str, int], str]:
    """Where each file stands in the bundle: numbered, so that two of one name are two."""
    found = {}
    for number, item in enumerate((one for one in inside if one.kind in ("document", "letter")), 1):
        if item.kind == "document":
            plain = "".join(char if char.isalnum() or char in " ._-" else "_" for char in item.label).strip(" .")
            found[item.key] = f"documents/{number:03d} {plain[-120:]}"
        else:
            found[item.key] = f"letters/{number:03d} {item.label}.pdf"
    return found


def who_looked(referrals: Sequence[Referral]) -> list[tuple[str, str, int]]:
    """Day, role, how often: everything that somebody looked at or did about these referrals. One query."""
    ids = [str(referral.pk) for referral in referrals]
    rows = AuditEntry.objects.filter(service_id=referrals[0].service_id, subject_type="referral", subject_id__in=ids)
    counted = Counter(
        (at.astimezone(clock.LONDON).date().isoformat(), ROLES.get(role or "", "The program"))
        for at, role in rows.values_list("at", "by__role").iterator()
    )
    return [(on, role, count) for (on, role), count in sorted(counted.items())]


def _details(patient: Patient | None) -> list[tuple[str, str]]:
    if patient is None:
        return []
    return [(words, str(value)) for name, words in _DETAILS.items() if (value := getattr(patient, name))]


def _page(
    request: RightsRequest, referrals: Sequence[Referral], inside: Sequence[Item],
    left_out: Sequence[tuple[Item, str]], names: dict[tuple[str, int], str], looks: Sequence[tuple[str, str, int]],
) -> str:  # fmt: skip
    """The summary, for the person: plain words, headings in order, readable without the program or a network."""
    parts = [
        "<h1>A copy of what we hold about you</h1>",
        f"<p>Made on {day(clock.today())}. You, or somebody for you, asked for it on {day(request.received_on)}.</p>",
        "<h2>What is in this copy</h2><ul>"
        "<li>This page.</li><li>record.json: the same for other programs to read.</li>"
        + "".join(f"<li><a href='{escape(name)}'>{escape(name)}</a></li>" for name in names.values()) + "</ul>",
        "<h2>What is left out, and why</h2>" + (
            "<ul>" + "".join(
                f"<li>{escape(KINDS[item.kind])}, {escape(moment(item.at))}: {escape(reason)}</li>"
                for item, reason in left_out
            ) + "</ul>" if left_out else "<p>Nothing.</p>"
        ),
        "<h2>Your details</h2>" + _table(_details(referrals[0].patient)),
        "<h2>Your referrals</h2>" + _table([
            (one.reference, f"Came on {moment(one.received_at)}. Now: {one.state_label.lower()}.") for one in referrals
        ]),
    ]  # fmt: skip
    for kind, heading in KINDS.items():
        of_kind = [item for item in inside if item.kind == kind and kind != "document"]
        if of_kind:
            parts.append(f"<h2>{escape(heading)}</h2>" + "".join(
                f"<h3>{escape(item.label)}, {escape(moment(item.at))}</h3><pre>{escape(item.text)}</pre>"
                for item in of_kind
            ))  # fmt: skip
    parts.append(
        "<h2>Who looked at it, or did something about it</h2><p>By day and by what they work as here.</p>"
        + _table([(f"{day(date.fromisoformat(on))}, {role}", _count(count, "time")) for on, role, count in looks])
    )
    parts.append(
        "<h2>If something is wrong</h2><p>Tell us, and we look into it. You can ask us to put it right. You can also "
        "complain to the Information Commissioner: ico.org.uk.</p>"
    )
    head = (
        "<meta charset='utf-8'><meta name='viewport' content='width=device-width'>"
        f"<title>A copy of what we hold about you</title><style>{_STYLE}</style>"
    )
    return f"<!doctype html><html lang='en-GB'><head>{head}</head><body><main>{''.join(parts)}</main></body></html>"


def _table(rows: Sequence[tuple[str, str]]) -> str:
    cells = "".join(f"<tr><th scope='row'>{escape(label)}</th><td>{escape(value)}</td></tr>" for label, value in rows)
    return f"<table>{cells}</table>"


def _count(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _json(
    request: RightsRequest, referrals: Sequence[Referral], inside: Sequence[Item],
    left_out: Sequence[tuple[Item, str]], names: dict[tuple[str, int], str], looks: Sequence[tuple[str, str, int]],
) -> str:  # fmt: skip
    content: dict[str, Any] = {
        "asked_on": request.received_on.isoformat(),
        "made_on": clock.today().isoformat(),
        "person": dict(_details(referrals[0].patient)),
        "referrals": [
            {"reference": one.reference, "received": one.received_at.isoformat(), "state": one.state}
            for one in referrals
        ],
        "items": [
            {
                "kind": item.kind, "referral": item.referral.reference, "what": item.label, "at": item.at.isoformat(),
                "text": item.text, "file": names.get(item.key, ""),
            }
            for item in inside
        ],
        "left_out": [
            {"kind": item.kind, "at": item.at.isoformat(), "why": reason} for item, reason in left_out
        ],
        "looked": [{"day": on, "role": role, "times": count} for on, role, count in looks],
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, indent=1)
