"""The demonstration as data: who works there, who refers, which letters arrive, and what then happens to each.

`people.yaml` and `referrals/*.yaml` are decoded into these models; an unknown or misspelt field is an error. Every day
is counted back from the day the demonstration is loaded, so that it looks current on any day. Keys (`by`, `referrer`,
`practice`) refer to `people.yaml`; states, verbs, outcomes and criteria are those of the record and the pathway.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from painpath.demo.files import weekday
from painpath.demo.parts import HERE, DaysAgo, Document, Locality, Model, Patient, Text
from painpath.demo.steps import AnyStep


class Person(Model, frozen=True, kw_only=True):
    """Somebody of the team, as a membership of the service."""

    key: Text
    name: Text
    email: Text
    role: Literal["administrator", "clinician", "manager", "auditor"]
    leads: bool = False
    grade: str = ""
    registration: str = ""
    contact: str = ""


class Practice(Model, frozen=True, kw_only=True):
    """A GP surgery. `contracted` is null while nobody has said; `since` is the day from which somebody has."""

    key: Text
    ods_code: Annotated[str, msgspec.Meta(pattern=r"^Y99\d{3}$")]
    name: Text
    locality: Locality
    contracted: bool | None
    since: date | None = None
    address: str = ""
    postcode: str = ""
    phone: str = ""


class Referrer(Model, frozen=True, kw_only=True):
    """A practitioner who refers; `practice` only for those who work in one."""

    key: Text
    name: Text
    profession: Text
    registration: str = ""
    practice: str | None = None


class Account(Model, frozen=True, kw_only=True):
    """Somebody who refers and can sign in. With `compared` the account is verified, else it waits for that."""

    name: Text
    email: Text
    kind: Text
    register: Text
    number: Text
    practice: str | None = None
    workplace: str = ""
    referrer: str | None = None
    compared: str = ""


class PracticeMember(Model, frozen=True, kw_only=True):
    """Somebody of a practice who does not refer and can sign in."""

    name: Text
    email: Text
    practice: Text
    job_title: Text
    how_known: Text


class Advice(Model, frozen=True, kw_only=True):
    """A paragraph of advice that the team keeps. `days_left` below 0 is one that its owner has to look at again."""

    owner: Text
    title: Text
    text: Text
    criteria: tuple[Text, ...] = ()
    days_left: int


class People(Model, frozen=True, kw_only=True):
    team: tuple[Person, ...]
    practices: tuple[Practice, ...]
    referrers: tuple[Referrer, ...]
    accounts: tuple[Account, ...] = ()
    practice_members: tuple[PracticeMember, ...] = ()


class Referral(Model, frozen=True, kw_only=True):
    """One referral and its story. `registered: false` leaves it received: nobody has entered its details yet.

    `information_given` and `consented` are days before receipt; absent when the referral does not say so. `by` is who
    receives and registers it. `ends_in` is the state in which the story leaves it.
    """

    key: Text
    received_days_ago: DaysAgo
    by: Text = "administrator"
    route: Literal["gp-ers", "practitioner-letter", "palliative-team"]
    ubrn: Annotated[str, msgspec.Meta(pattern=r"^\d{12}$")] | None = None
    may_convert: bool | None = None
    locality: Locality
    referrer: Text
    practice: str | None
    patient: Patient
    information_given: DaysAgo | None = None
    consented: DaysAgo | None = None
    documents: Annotated[tuple[Document, ...], msgspec.Meta(min_length=1)]
    registered: bool = True
    story: tuple[AnyStep, ...] = ()
    ends_in: Text

    def received_on(self, today: date) -> date:
        """The day the referral arrived, when the demonstration is loaded on `today`."""
        return weekday(today - timedelta(days=self.received_days_ago))


def people(folder: Path = HERE) -> People:
    """The team, the practices and the referrers. Raises `msgspec.ValidationError` that names the field."""
    return msgspec.yaml.decode((folder / "people.yaml").read_bytes(), type=People)


def advice(folder: Path = HERE) -> tuple[Advice, ...]:
    """The advice that the team keeps to use again. Raises `msgspec.ValidationError` that names the field."""
    return msgspec.yaml.decode((folder / "advice.yaml").read_bytes(), type=tuple[Advice, ...])


def referrals(folder: Path = HERE) -> tuple[Referral, ...]:
    """The referrals of every file in `referrals/`. Raises `msgspec.ValidationError` that names the field."""
    files = sorted((folder / "referrals").glob("*.yaml"))
    return tuple(one for file in files for one in msgspec.yaml.decode(file.read_bytes(), type=tuple[Referral, ...]))
