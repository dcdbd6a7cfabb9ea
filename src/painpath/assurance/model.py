"""What stands in `docs/safety/*.yaml`.

Evidence is never copied: it is named, so that the linter can say when it is gone. A test is named as pytest names it,
without parameters: `tests/referrals/test_deciding.py::test_a_delay_whole`.
"""

from typing import Annotated, Literal

import msgspec

from painpath.assurance.risk import Likelihood, Severity, risk_class
from painpath.pathway.base import Data, Words

HazardId = Annotated[str, msgspec.Meta(pattern=r"^H[0-9]{2}$")]

Who = Literal["manufacturer", "deploying service", "both"]
"""Who answers for something. The manufacturer is whoever publishes a version of Painpath for use with patients, and
works by DCB0129; the deploying service is the organisation that uses it, and works by DCB0160."""

Kind = Literal["design", "test", "information", "training", "process"]
"""Kinds of control (DCB0129, implementation guidance: design, test, training, business process; ISO 14971 adds
information for safety): built in; shown by measuring; said to the user; taught; done by the organisation."""

KINDS: dict[Kind, str] = {
    "design": "Built in",
    "test": "Measured",
    "information": "Said to the user",
    "training": "Taught",
    "process": "Done by people",
}


class Open(Data, frozen=True, kw_only=True):
    """What no test of this repository shows, and who has to see to it."""

    who: Who
    what: Words


class Evidence(Data, frozen=True, kw_only=True):
    """Something that is said, and where it can be seen to be so."""

    tests: tuple[Words, ...] = ()
    code: tuple[Words, ...] = ()
    """Files of the checkout."""
    docs: tuple[Words, ...] = ()
    """Files under `docs`, or the README; a heading may follow a `#`."""
    open: Open | None = None


class Control(Evidence, frozen=True, kw_only=True):
    """What makes a hazard less likely or less harmful."""

    kind: Kind
    what: Words


class Risk(Data, frozen=True, kw_only=True):
    """An estimate. `risk` is written down and checked against the matrix, so that a reader of the file sees it."""

    severity: Severity
    likelihood: Likelihood
    risk: int

    @property
    def by_matrix(self) -> int:
        """The class that follows from severity and likelihood."""
        return risk_class(self.severity, self.likelihood)


class Hazard(Data, frozen=True, kw_only=True):
    """A way in which a patient could come to harm, how it comes about, and what stands against it."""

    id: HazardId
    name: Words
    causes: tuple[Words, ...]
    effect: Words
    """What becomes of the care of the patient, and the harm that may follow."""
    before: Risk
    """Without the controls."""
    controls: tuple[Control, ...]
    after: Risk
    remains: Words
    """What may still happen."""
    owner: Who
    """Whose the remaining risk is."""


class HazardLog(Data, frozen=True, kw_only=True):
    """`hazards.yaml`."""

    introduction: tuple[Words, ...]
    hazards: tuple[Hazard, ...]


class Point(Evidence, frozen=True, kw_only=True):
    """One thing that a statement says, with its evidence."""

    question: Words | None = None
    """The number of the question that it answers: `C1.2.4`."""
    about: Words | None = None
    """What is asked, in our words."""
    says: Words


class Section(Data, frozen=True, kw_only=True):
    """A part of a statement."""

    heading: Words
    source: Words | None = None
    """The rule that it answers: a clause, an article, a form with its date."""
    says: tuple[Words, ...] = ()
    points: tuple[Point, ...] = ()


class Statement(Data, frozen=True, kw_only=True):
    """`purpose.yaml`, `dtac.yaml`, `dpia.yaml`, `accessibility.yaml`."""

    title: Words
    introduction: tuple[Words, ...]
    sections: tuple[Section, ...]


class Requirement(Evidence, frozen=True, kw_only=True):
    """One line of OWASP ASVS: met (evidence alone), not ours (with the reason), or open (with who sees to it)."""

    id: Annotated[str, msgspec.Meta(pattern=r"^V[0-9]+\.[0-9]+\.[0-9]+$")]
    level: Literal[1, 2]
    asks: Words
    """What it asks, in our words."""
    says: Words | None = None
    """How it is met, where the names of the tests do not say it."""
    not_ours: Words | None = None
    """Why it does not concern this program: there is no such thing in it, or it belongs to whoever runs a site."""

    @property
    def state(self) -> Literal["met", "not ours", "open"]:
        """What became of it."""
        return "open" if self.open else "not ours" if self.not_ours else "met"


class Chapter(Data, frozen=True, kw_only=True):
    """A chapter of ASVS."""

    id: Words
    name: Words
    requirements: tuple[Requirement, ...]


class Verification(Data, frozen=True, kw_only=True):
    """`asvs.yaml`."""

    title: Words
    introduction: tuple[Words, ...]
    chapters: tuple[Chapter, ...]


class Advisory(Data, frozen=True, kw_only=True):
    """A known vulnerability of one of our dependencies."""

    package: Words
    version: Words
    id: Words
    fixed_in: tuple[str, ...]


class Advisories(Data, frozen=True, kw_only=True):
    """`advisories.json`: what the advisory database said when it was last asked, or why it could not be."""

    asked_on: Words
    database: str | None = None
    lock: Words
    """The digest of the lock that it was asked about: another lock has not been asked about."""
    could_not: str | None = None
    asked: int = 0
    unknown: tuple[str, ...] = ()
    """Packages that the database had no answer about."""
    found: tuple[Advisory, ...] = ()


class Licence(Data, frozen=True, kw_only=True):
    """What a package says of its licence."""

    version: Words
    licence: Words


class Look(Data, frozen=True, kw_only=True):
    """How one page was looked at by axe, over all tests that came to it."""

    view: Words
    address: str
    widths: tuple[int, ...]
    themes: tuple[str, ...]
    fits: bool
    """Nothing was wider than a window at 400% zoom."""
    errors: bool
    """Looked at also with its errors showing."""
    looks: int
    undecided: tuple[str, ...]
    """Rules that axe leaves to people."""


class Measured(Data, frozen=True, kw_only=True):
    """`axe.json`."""

    measured_on: Words
    axe: Words
    pages: tuple[Look, ...]
