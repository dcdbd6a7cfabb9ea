"""What the form and the directory say about a criterion: shown beside what the letter says, never mixed in."""

from dataclasses import dataclass

from django.utils.formats import date_format

from painpath import clock
from painpath.referrals.models import Referral


@dataclass(frozen=True)
class OtherSource:
    """One source's word on one criterion: `state` as everywhere, `words` what it rests on."""

    criterion: str
    source: str
    state: str
    words: str


def other_sources(referral: Referral) -> list[OtherSource]:
    """What the form (date of birth, information given, agreement) and the directory (contract) say now."""
    found = []
    patient, practice = referral.patient, referral.practice
    if patient is not None and patient.date_of_birth is not None:
        age = patient.age_on(clock.today())
        state = "against" if age is not None and age < 18 else "for"
        words = f"Date of birth on the form: {age} years old today"
        found += [OtherSource(name, "form", state, words) for name in ("adult", "under-18")]
    if referral.consented_on and referral.information_given_on:
        words = (
            f"Information given on {date_format(referral.information_given_on, 'j F Y')}, "
            f"agreed on {date_format(referral.consented_on, 'j F Y')}"
        )
        found.append(OtherSource("informed-and-consents", "form", "for", words))
    received = referral.received_at.astimezone(clock.LONDON).date()
    contract = practice.contract_on(received) if practice is not None else None
    if practice is not None and contract is not None:
        state = "for" if contract.contracted else "against"
        known = "a contract" if contract.contracted else "no contract"
        words = f"{practice.name} had {known} on the day of receipt ({contract.source})"
        found.append(OtherSource("contracted-gp", "directory", state, words))
    return found
