"""What form, directory and patient say about a criterion: shown beside what the letter says, never mixed in."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format

from painpath import clock
from painpath.directory.models import Contract, Practice
from painpath.referrals.models import InformationRequest, OnlineReferral, Referral

BY_BIRTH = ("adult", "under-18")
"""Criteria that the date of birth settles."""
BY_DATES = "informed-and-consents"
"""The criterion that the days of the information and of the agreement settle."""
BY_DIRECTORY = "contracted-gp"
"""The criterion that the directory settles, where it knows of a contract."""
REFERRER, PATIENT = "referrer", "patient"


@dataclass(frozen=True)
class OtherSource:
    """One source's word on one criterion: `state` as everywhere, `words` what it rests on."""

    criterion: str
    source: str
    state: str
    words: str


def other_sources(referral: Referral) -> list[OtherSource]:
    """What the form (date of birth, information given, agreement), the directory (contract) and whoever sent it online
    (their answers) say now."""
    found = []
    patient, practice = referral.patient, referral.practice
    if patient is not None and patient.date_of_birth is not None:
        age = patient.age_on(clock.today())
        state = "against" if age is not None and age < 18 else "for"
        words = f"Date of birth on the form: {age} years old today"
        found += [OtherSource(name, "form", state, words) for name in BY_BIRTH]
    if referral.consented_on and referral.information_given_on:
        words = f"Information given on {_day(referral.information_given_on)}, agreed on {_day(referral.consented_on)}"
        found.append(OtherSource(BY_DATES, "form", "for", words))
    found += _answers(referral)
    if practice is not None:
        found += _directory(practice, referral.received_at.astimezone(clock.LONDON).date())
    return found


def _answers(referral: Referral) -> list[OtherSource]:
    """What the referrer answered online, in their words. The state is what the reader found in the answer alone, when
    it was sent: words that say nothing to it settle nothing, whatever was asked."""
    online: OnlineReferral | None = getattr(referral, "online", None)
    if online is None:
        return []
    states = online.details.get("states", {})
    return [
        OtherSource(name, REFERRER, states.get(name, "not_stated"), f"“{words}”")
        for name, words in online.answers.items()
    ]


def of_the_patient(referral: Referral) -> list[OtherSource]:
    """What the patient answered when a clinician asked them about a clause, in their words; the latest counts.

    It is not among `other_sources`: the worklist asks those of every row, and who screens blind must not learn what was
    asked. What was read in the answer settles a criterion through its document. One query.
    """
    found: dict[str, OtherSource] = {}
    if referral.lacks("request"):
        return []
    for request in InformationRequest.objects.filter(referral=referral, of="patient").only("items"):
        for item in request.items:
            if item.get("criterion") and (words := item.get("answer")):
                state = item.get("state", "not_stated")
                said_by = f" ({item['said_by']})" if item.get("said_by") else ""
                found[item["criterion"]] = OtherSource(item["criterion"], PATIENT, state, f"“{words}”{said_by}")
    return list(found.values())


def _directory(practice: Practice, received: date) -> list[OtherSource]:
    """What the directory says of the practice on the day of receipt. Without a row it is silent, never against.

    One query, whatever the practice has had; none when `practice__contracts` was prefetched.
    """
    found = []
    if practice.closed_by(received):
        words = (
            f"{practice.name} closed on {_day(practice.closed_on)}, before the day of receipt. "
            "Ask where the patient is registered now."
        )
        found.append(("not_stated", words))
    contract = practice.contract_on(received)
    if contract is None:
        found.append(("not_stated", f"The directory does not say whether {practice.name} had a contract on that day"))
    else:
        state, known = ("for", "a contract") if contract.contracted else ("against", "no contract")
        found.append((state, f"{practice.name} had {known} on the day of receipt ({_source(contract)})"))
    return [OtherSource(BY_DIRECTORY, "directory", state, words) for state, words in found]


def _source(contract: Contract) -> str:
    """Who says so, and for which days."""
    dates = [
        f"{word} {_day(day)}"
        for word, day in (("from", contract.starts_on), ("to", contract.ends_on))
        if day is not None
    ]
    return ", ".join([contract.source, " ".join(dates)]) if dates else contract.source


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""
