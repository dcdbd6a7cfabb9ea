"""The directory as pages show it: practices with what is known of their contract, and signposts by their last check."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from painpath import clock
from painpath.accounts.lost_factor import with_factor
from painpath.directory.models import Contract, Practice, PracticeMember
from painpath.pathway import Pathway
from painpath.pathway.model import Signpost
from painpath.triage.presenters.words import day

A_YEAR = timedelta(days=365)
"""After so long what stands about a service may no longer be so. A setting of ours: page and clauses name no limit."""
KINDS = {"service": "Service", "self_help": "Self-help", "crisis": "Crisis", "emergency": "Emergency"}


@dataclass(frozen=True)
class PracticeRow:
    """One practice in the list."""

    name: str
    href: str
    code: str
    postcode: str
    locality: str
    contract: str
    colour: str
    closed: str


def practice_row(practice: Practice, places: dict[str, str], today: date) -> PracticeRow:
    """A practice whose contracts were fetched before."""
    contract = practice.contract_on(today)
    return PracticeRow(
        name=practice.name,
        href=reverse("triage:practice", args=[practice.pk]),
        code=practice.ods_code,
        postcode=practice.postcode,
        locality=places.get(practice.locality, "Not known"),
        contract="Not stated" if contract is None else "Yes" if contract.contracted else "No",
        colour="grey" if contract is None else "green" if contract.contracted else "red",
        closed=f"Closed on {day(practice.closed_on)}" if practice.closed_by(today) else "",
    )


def staff_rows(members: Iterable[PracticeMember]) -> list[dict[str, Any]]:
    """Who has, or had, an account for a practice. Two queries."""
    members = list(members)
    with_one = with_factor(one.member.user_id for one in members)
    return [
        {
            "pk": one.member_id,
            "name": one.member.name,
            "job": one.member.job_title,
            "known": f"{one.how_known} ({one.given_by.name}, {day(one.member.started_at)})",
            "until": day(one.member.ended_at),
            "has_factor": one.member.user_id in with_one,
        }
        for one in members
    ]


def practice_facts(practice: Practice, places: dict[str, str]) -> list[tuple[str, str]]:
    """What is known of a practice; what is not is left out."""
    facts = [
        ("ODS code", practice.ods_code or "None: entered by hand"),
        ("Locality", places.get(practice.locality, "Not known")),
        ("Address", ", ".join(practice.address_lines)),
        ("Phone", practice.phone),
        ("Email", practice.email),
        ("MESH mailbox", practice.mesh_mailbox),
        ("Opened on", day(practice.opened_on)),
        ("Closed on", day(practice.closed_on)),
    ]
    return [(label, value) for label, value in facts if value]


def contract_rows(practice: Practice) -> list[dict[str, str]]:
    """Every row about its contract, the latest first."""
    return [_contract(practice, row) for row in practice.contracts.all()]


def _contract(practice: Practice, row: Contract) -> dict[str, str]:
    return {
        "contracted": "Yes" if row.contracted else "No",
        "from": day(row.starts_on) or "Not known",
        "to": day(row.ends_on) or "Goes on",
        "source": row.source,
        "href": reverse("triage:edit-contract", args=[practice.pk, row.pk]),
    }


@dataclass(frozen=True)
class SignpostView:
    """One place that people may be pointed to."""

    id: str
    name: str
    kind: str
    what: str
    ways: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    old: bool


def signpost_views(pathway: Pathway) -> list[SignpostView]:
    """All signposts: those that nobody has checked for a year first, then by the day of their last check."""
    today = clock.today()
    ordered = sorted(pathway.signposts, key=lambda one: (one.last_checked > today - A_YEAR, one.last_checked, one.name))
    return [_signpost(one, pathway, today) for one in ordered]


def _signpost(one: Signpost, pathway: Pathway, today: date) -> SignpostView:
    places = {place.id: place.name for place in pathway.localities}
    old = one.last_checked <= today - A_YEAR
    return SignpostView(
        id=one.id,
        name=one.name,
        kind=KINDS[one.kind],
        what=" ".join((one.plain, *one.plain_signs)),
        ways=tuple(
            f"{way.plain.rstrip('.')}: {way.value}" if way.value and way.value not in way.plain else way.plain
            for way in one.ways
        ),
        facts=(
            ("Serves the clauses", "; ".join(pathway.criterion(name).name for name in one.criteria) or "None"),
            ("Locality", _joined(places[name] for name in one.localities) or "All"),
            ("Languages", _joined(one.languages)),
            ("Formats", _joined(one.formats)),
            ("Kept right by", one.owner),
            ("Last checked", day(one.last_checked)),
            ("Checked against", one.checked_against),
        ),
        old=old,
    )


def _joined(words: Iterable[str]) -> str:
    return ", ".join(words)
