"""What went wrong, or what was read past, as a FHIR R4 OperationOutcome: in words for people, nothing of a patient."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Issue:
    """One thing that was found. `code` is of http://hl7.org/fhir/issue-type, `place` a FHIRPath of what was sent."""

    code: str
    sentence: str
    place: str = ""
    severity: str = "error"

    def as_fhir(self) -> dict[str, Any]:
        found: dict[str, Any] = {"severity": self.severity, "code": self.code, "details": {"text": self.sentence}}
        return found | ({"expression": [self.place]} if self.place else {})


@dataclass
class Fault(Exception):
    """The answer to a call that cannot be done: an HTTP status and its issues."""

    status: int
    issues: tuple[Issue, ...]
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.status} {self.issues[0].code}"


def fault(status: int, code: str, sentence: str, place: str = "", **headers: str) -> Fault:
    """A fault with one issue; `headers` by name, underscores for hyphens."""
    return Fault(
        status, (Issue(code, sentence, place),), {name.replace("_", "-"): value for name, value in headers.items()}
    )


def warning(sentence: str, place: str = "") -> Issue:
    """Something that was read past."""
    return Issue("structure", sentence, place, "warning")


def outcome(issues: Sequence[Issue]) -> dict[str, Any]:
    """The OperationOutcome; without issues it says that all is well."""
    shown = issues or (Issue("informational", "All is well.", severity="information"),)
    return {"resourceType": "OperationOutcome", "issue": [one.as_fhir() for one in shown]}


def our_fault(*, reads: bool) -> Issue:
    """What is told when we fail: of a call that only `reads` we know that it changed nothing, of others we do not."""
    done = "Nothing was changed." if reads else "Some of it may have been done: look before you send it again."
    return Issue("exception", f"This is our fault. {done} If it goes on, tell whoever runs this site.")


def for_now() -> Issue:
    """What is told while the database cannot be had, or a disk is full."""
    return Issue("transient", "This cannot be done at the moment. Send the same again later.")
