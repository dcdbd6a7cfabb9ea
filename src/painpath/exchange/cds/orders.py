"""A call of a hook, read as far as it can be: which draft orders are for this service, and the words they give.

Drafts are incomplete by nature (CDS Hooks 2.0.1, `order-select`): what is missing or misshapen is read past, and what
that leaves out is said. Releases differ: CodeableConcept of R4 and CodeableReference of R5 are both read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from painpath.pathway.exchange import Cards

HOOKS = ("order-select", "order-sign")
ORDERS = ("ServiceRequest", "ReferralRequest")
"""What a referral may be: since R4, and before."""
LONGEST = 10_000
"""Characters that are read of one call: some four pages. What was sent along comes last, and is cut first."""
PREFETCH = {
    "patient": "the patient's date of birth",
    "conditions": "the problems on record",
    "medications": "the medicines on record",
}
"""What we ask to be sent along -> what it is. None of it is needed."""
_OVER = ("revoked", "completed", "cancelled", "entered-in-error")
_PAST = {"inactive", "remission", "resolved"}
_DOUBTFUL = {"unconfirmed", "provisional", "differential"}
_DATE = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?")
_TAG = re.compile(r"\s*\((?:finding|disorder|situation|procedure|event|observable entity|regime/therapy|product)\)$")


class NotACall(Exception):
    """What makes it no call of a hook, in a sentence for whoever runs the program that sent it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Call:
    """What is about to be referred to this service."""

    hook: str
    orders: tuple[Mapping[str, Any], ...]
    """Drafts for this service, as they came. When there are none, there is nothing to say."""
    text: str
    """What they say, and what was sent along, as a letter would say it."""
    unread: tuple[str, ...]
    """What was not read, each in a sentence."""


def understand(body: Any, cards: Cards, today: date) -> Call:
    """Read the body of a call. Raises NotACall when it names no hook of ours, or has no context."""
    if not isinstance(body, dict):
        raise NotACall("The body must be a JSON object.")
    hook, context = body.get("hook"), body.get("context")
    if hook not in HOOKS:
        raise NotACall(f"The hook must be {' or '.join(HOOKS)}.")
    if not isinstance(context, dict):
        raise NotACall("The call has no context.")
    drafts = list(_resources(context.get("draftOrders")))
    orders = tuple(one for one in _selected(drafts, context) if is_for_us(one, cards))
    if not orders:
        return Call(str(hook), (), "", ())
    told = _Told(today=today, patient=_last(context.get("patientId")))
    told.take(orders, body.get("prefetch"))
    text = "\n\n".join(told.parts)
    if len(text) > LONGEST:
        told.unread.append(f"Only the first {LONGEST:,} characters were read.")
    return Call(str(hook), orders, text[:LONGEST], tuple(dict.fromkeys(told.unread)))


def _selected(drafts: list[dict[str, Any]], context: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The drafts that were just chosen; all of them when that is not said, or names none of them."""
    chosen = {_last(one) for one in _list(context.get("selections"))} - {""}
    return [one for one in drafts if _last(one.get("id")) in chosen] or drafts


def is_for_us(order: Mapping[str, Any], cards: Cards) -> bool:
    """Whether a draft is a referral to this service: it says so, or names no service and gives a reason of ours.

    An order of which nothing is known yet is not: whoever writes it is told when more is there.
    """
    if order.get("resourceType") not in ORDERS or order.get("doNotPerform") is True:
        return False
    if order.get("status") in _OVER:
        return False
    if not cards.named:
        return True
    named = [
        *_of(order, "code", "orderDetail", "performer", "performerType", "recipient", "specialty", "serviceRequested")
    ]
    if any(_has(words, cards.named) for words in named):
        return True
    generic = {_plain(words) for words in cards.any_referral}
    if any(_plain(words) not in generic for words in named):
        return False
    kinds = list(_of(order, "category", "type"))
    if kinds and not any(_has(words, cards.any_referral) for words in kinds):
        return False
    given = [*_of(order, "reasonCode", "reason", "reasonReference"), *_notes(order)]
    return any(_has(words, cards.reasons) for words in given)


@dataclass
class _Told:
    """Gathers what is said, in the order in which it matters if not all of it can be read."""

    today: date
    patient: str
    parts: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def take(self, orders: Iterable[Mapping[str, Any]], prefetch: Any) -> None:
        sent = prefetch if isinstance(prefetch, dict) else {}
        beside = [one for value in sent.values() for one in _resources(value)]
        for order in orders:
            self._order(order, beside)
        whose = [one for one in beside if self._is_theirs(one)]
        for kind, tell in (
            ("Patient", self._patient), ("Condition", self._condition),
            ("MedicationRequest", self._medicine), ("MedicationStatement", self._medicine),
        ):  # fmt: skip
            for one in whose:
                if one.get("resourceType") == kind:
                    tell(one)
        for name, what in PREFETCH.items():
            if not isinstance(sent.get(name), dict) or sent[name].get("resourceType") == "OperationOutcome":
                self.unread.append(f"Not sent with the order: {what}.")

    def _say(self, label: str, words: Iterable[str]) -> None:
        self.parts.extend(f"{label}: {one.rstrip('.')}." for one in dict.fromkeys(words))

    def _order(self, order: Mapping[str, Any], beside: Iterable[Mapping[str, Any]]) -> None:
        near: dict[str, Mapping[str, Any]] = {f"#{one.get('id')}": one for one in _resources(order.get("contained"))}
        near |= {f"{one.get('resourceType')}/{one.get('id')}": one for one in beside}
        self._say("Request", _of(order, "code", "orderDetail"))
        self._say("Reason", _of(order, "reasonCode", "reason", "reasonReference", "description"))
        for reference in _references(order, "reasonReference", "reason", "supportingInfo"):
            if (found := near.get(reference)) and found.get("resourceType") == "Condition":
                self._condition(found)
        self._say("Site", _of(order, "bodySite"))
        self.parts.extend(_notes(order))
        self._codes(order, "code", "reasonCode", "reason")

    def _is_theirs(self, resource: Mapping[str, Any]) -> bool:
        """Whether it is about the patient of the call, or does not say whom it is about."""
        about = resource.get("id") if resource.get("resourceType") == "Patient" else resource.get("subject")
        whose = _last(about.get("reference") if isinstance(about, dict) else about)
        if self.patient and whose and whose != self.patient:
            self.unread.append("Something was sent along about another patient. It was not read.")
            return False
        return True

    def _patient(self, patient: Mapping[str, Any]) -> None:
        born = patient.get("birthDate")
        try:
            day = date.fromisoformat(born) if isinstance(born, str) and _DATE.fullmatch(born) else None
        except ValueError:
            day = None
        if day and day.year > 1850 and day <= self.today:
            self.parts.append(f"Date of birth: {day.day} {day:%B} {day.year}.")
        else:
            self.unread.append("The patient's date of birth was not sent as a whole date.")

    def _condition(self, condition: Mapping[str, Any]) -> None:
        status = set(_codes_of(condition.get("clinicalStatus")))
        doubt = set(_codes_of(condition.get("verificationStatus")))
        if doubt & {"refuted", "entered-in-error"}:
            return
        label = "Past medical history" if status & _PAST else "Problem"
        since = _since(condition.get("onsetDateTime")) if label == "Problem" else ""
        perhaps = "possible " if doubt & _DOUBTFUL else ""
        self._say(label, (f"{perhaps}{words.rstrip('.')}{since}" for words in _of(condition, "code")))
        self._codes(condition, "code")

    def _medicine(self, medicine: Mapping[str, Any]) -> None:
        if medicine.get("status") in ("entered-in-error", "draft", "not-taken", "cancelled"):
            return
        label = "Past medicine" if medicine.get("status") in ("stopped", "completed", "ended") else "Medicine"
        self._say(label, _of(medicine, "medicationCodeableConcept", "medicationReference", "medication"))
        self._codes(medicine, "medicationCodeableConcept", "medication")

    def _codes(self, resource: Mapping[str, Any], *names: str) -> None:
        """Codes are read by their words; one that has none is named here."""
        for name in names:
            for one in _list(resource.get(name)):
                concept = one.get("concept", one) if isinstance(one, dict) else one
                if isinstance(concept, dict) and any(_codes_of(concept)) and not any(_words(concept)):
                    self.unread.append("A code came without words. It was not read.")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _resources(value: Any) -> Iterator[dict[str, Any]]:
    """Every resource in a Bundle, a list, or alone; with or without the wrapper of an entry."""
    for one in _list(value):
        if not isinstance(one, dict):
            continue
        if isinstance(one.get("resource"), dict):
            one = one["resource"]
        if one.get("resourceType", "Bundle") == "Bundle":
            entries = (entry for entry in _list(one.get("entry")) if isinstance(entry, dict))
            inside = (entry["resource"] if isinstance(entry.get("resource"), dict) else entry for entry in entries)
            yield from (each for each in inside if each.get("resourceType") not in (None, "Bundle"))
        else:
            yield one


def _of(resource: Mapping[str, Any], *names: str) -> Iterator[str]:
    """The words of these elements."""
    for name in names:
        for one in _list(resource.get(name)):
            yield from _words(one)


def _words(value: Any) -> list[str]:
    """What a person reads of a string, a coded concept or a reference: each once, without SNOMED's tag in brackets."""
    if isinstance(value, dict):
        inner = (value.get(name) for name in ("concept", "reference", "identifier"))
        parts = [value, *(part for part in inner if isinstance(part, dict))]
        coded = [coding for part in parts for coding in _list(part.get("coding")) if isinstance(coding, dict)]
        given = [part.get(name) for part in (*parts, *coded) for name in ("text", "display")]
    else:
        given = [value]
    said = (_TAG.sub("", _clean(one)) for one in given if isinstance(one, str))
    return list(dict.fromkeys(one for one in said if one))


def _notes(order: Mapping[str, Any]) -> list[str]:
    """Each note of an order, line by line as it was written."""
    given = (one.get("text") if isinstance(one, dict) else one for one in _list(order.get("note")))
    return [words for one in given if isinstance(one, str) and (words := one.replace("\0", " ").strip())]


def _references(resource: Mapping[str, Any], *names: str) -> Iterator[str]:
    for name in names:
        for one in _list(resource.get(name)):
            inner = one.get("reference") if isinstance(one, dict) else None
            inner = inner.get("reference") if isinstance(inner, dict) else inner
            if isinstance(inner, str):
                yield inner


def _codes_of(concept: Any) -> Iterator[str]:
    for one in _list(concept):
        codings = _list(one.get("coding")) if isinstance(one, dict) else []
        yield from (each["code"] for each in codings if isinstance(each, dict) and isinstance(each.get("code"), str))


def _since(onset: Any) -> str:
    """The month of a date in words: a whole date in figures would be taken for that of the letter."""
    found = _DATE.match(onset) if isinstance(onset, str) else None
    if found and int(found[1]) > 1850 and 1 <= int(found[2]) <= 12:
        return f" since {date(int(found[1]), int(found[2]), 1):%B %Y}"
    return f" since {onset}" if isinstance(onset, str) and re.fullmatch(r"\d{4}", onset) else ""


def _last(reference: Any) -> str:
    """The id at the end of a reference."""
    return reference.rstrip("/").rpartition("/")[2] if isinstance(reference, str) else ""


def _clean(words: str) -> str:
    return " ".join(words.replace("\0", " ").split())


def _plain(words: str) -> str:
    return _clean(words).casefold()


def _has(words: str, wanted: Iterable[str]) -> bool:
    said = _plain(words)
    return any(re.search(rf"\b{re.escape(_plain(one))}", said) for one in wanted)
