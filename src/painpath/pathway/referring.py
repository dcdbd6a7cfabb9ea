"""What practitioners need to know before, while and after they refer; and who may have an account."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal, get_args

import msgspec

from painpath.pathway.base import Data, Id, Words
from painpath.pathway.problems import Fault

ReferrerKind = Literal["gp", "neurologist", "physiotherapist", "palliative_team", "other_practitioner"]
"""Who refers, as the routes name them."""

StateId = Literal[
    "received", "awaiting_screening", "screening", "awaiting_referrer", "awaiting_patient", "delayed", "accepted",
    "handed_over", "advice_given", "signposted", "redirected", "not_now", "discharged", "withdrawn", "closed_in_error",
    "deceased", "moved_away",
]  # fmt: skip
"""The states of a referral, as the record has them."""


class Link(Data, frozen=True, kw_only=True):
    """A page outside."""

    words: Words
    address: Annotated[str, msgspec.Meta(pattern=r"^https://\S+$")]


class TryFirst(Data, frozen=True, kw_only=True):
    """Something to have tried before a referral."""

    id: Id
    name: Words
    criteria: tuple[Id, ...]
    published: tuple[Words, ...] = ()
    words: Words
    plain: Words
    """The same for patients."""
    links: tuple[Link, ...] = ()
    source: Words


class Register(Data, frozen=True, kw_only=True):
    """A public register of a profession: a referrer gives their number, and a person of the team compares."""

    id: Id
    name: Words
    pattern: Words
    """Regular expression that a whole number matches, in capitals and without blanks."""
    hint: Words
    check_at: Annotated[str, msgspec.Meta(pattern=r"^https://\S+$")]
    source: Words


class Kind(Data, frozen=True, kw_only=True):
    """A kind of referrer, for people to choose from."""

    id: ReferrerKind
    name: Words
    registers: tuple[Id, ...]
    """Registers that they may be on, the likeliest first."""


class Accounts(Data, frozen=True, kw_only=True):
    """Who may ask for an account, and how long what they have not sent is kept."""

    email_domains: tuple[Words, ...]
    """Work e-mail addresses end with one of these; a part before it, with a full stop, may differ."""
    draft_days: Annotated[int, msgspec.Meta(ge=1, le=90)]
    source: Words

    def is_work_email(self, address: str) -> bool:
        """Whether this address ends with one of the domains, or with a part of one (`trust.nhs.uk` for `nhs.uk`)."""
        domain = address.strip().lower().rpartition("@")[2]
        return any(domain == one or domain.endswith(f".{one}") for one in map(str.lower, self.email_domains))


class Change(Data, frozen=True, kw_only=True):
    """Something that may have changed since the referral was sent."""

    id: Id
    words: Words
    urgent: bool = False
    """A danger may be behind it: what to do in an emergency comes first, and again."""


class Changes(Data, frozen=True, kw_only=True):
    """Telling the team that something has changed: by when it is read, and what to do when it cannot wait."""

    read_by: Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    """London time on the same working day; what comes later, or on a day off, is read on the next working day."""
    kinds: tuple[Change, ...]
    emergency_heading: Words
    emergency: tuple[Words, ...]
    """What to do at once, for the practitioner: shown before anything can be written."""
    source: Words


class Status(Data, frozen=True, kw_only=True):
    """Where a referral stands, in plain words for whoever sent it."""

    state: StateId
    name: Words
    words: Words
    """What that means, and what happens next. `{due}` is the day until when, `{who}` who has it."""


class Referring(Data, frozen=True, kw_only=True):
    """The referrers' door."""

    purpose: tuple[Words, ...] = ()
    """What the service is for, in sentences for practitioners."""
    try_first: tuple[TryFirst, ...]
    registers: tuple[Register, ...]
    kinds: tuple[Kind, ...]
    accounts: Accounts
    changes: Changes
    statuses: tuple[Status, ...]

    def status(self, state: str) -> Status:
        """The words for this state; KeyError when there are none."""
        for status in self.statuses:
            if status.state == state:
                return status
        raise KeyError(state)

    def kind(self, wanted: str) -> Kind:
        """The kind of referrer with this id; KeyError when there is none."""
        for kind in self.kinds:
            if kind.id == wanted:
                return kind
        raise KeyError(wanted)

    def register(self, wanted: str) -> Register:
        """The register with this id; KeyError when there is none."""
        for register in self.registers:
            if register.id == wanted:
                return register
        raise KeyError(wanted)

    def change(self, wanted: str) -> Change:
        """The kind of change with this id; KeyError when there is none."""
        for change in self.changes.kinds:
            if change.id == wanted:
                return change
        raise KeyError(wanted)


def problems(referring: Referring, criteria: set[str], used_kinds: set[ReferrerKind]) -> Iterator[Fault]:
    """Everything wrong with it: a name that is not there, a state without words, a pattern that is none."""
    for index, first in enumerate(referring.try_first):
        for name in first.criteria:
            if name not in criteria:
                yield Fault(("referring", "try_first", index, "criteria"), f"There is no criterion `{name}`.")
    registers = {register.id for register in referring.registers}
    for index, register in enumerate(referring.registers):
        try:
            re.compile(register.pattern)
        except re.error as error:
            yield Fault(("referring", "registers", index, "pattern"), f"This is no pattern: {error}.")
    kinds = Counter(kind.id for kind in referring.kinds)
    for name in sorted(used_kinds - set(kinds)):
        yield Fault(("referring", "kinds"), f"A route is for `{name}`. Say what they are called.")
    for index, kind in enumerate(referring.kinds):
        if kinds[kind.id] > 1:
            yield Fault(("referring", "kinds", index, "id"), f"`{kind.id}` is there twice.")
        for name in kind.registers:
            if name not in registers:
                yield Fault(("referring", "kinds", index, "registers"), f"There is no register `{name}`.")
    states = Counter(status.state for status in referring.statuses)
    for state in get_args(StateId):
        if states[state] != 1:
            yield Fault(("referring", "statuses"), f"There must be one entry for `{state}`; there are {states[state]}.")
    for index, status in enumerate(referring.statuses):
        for field in re.findall(r"{(\w*)}", status.words):
            if field not in ("due", "who"):
                yield Fault(("referring", "statuses", index, "words"), f"There is no field `{field}`: due, who.")
