"""What anybody who gets in touch with a patient must know first, as every page of a referral shows it.

Accessible Information Standard (DAPB1605): flag, and remind to review.
"""

from dataclasses import dataclass

from django.urls import reverse

from painpath.accounts.models import Membership
from painpath.letters.formats import format_for, format_name, waits
from painpath.pathway.needs import STANDARD, Communication
from painpath.referrals.arriving.needs import can_record, communication_of, is_to_be_asked, needs_of
from painpath.referrals.models import Patient, Referral, Transition
from painpath.triage.presenters.words import day


@dataclass(frozen=True)
class Banner:
    """`rows` are shown highly visible; without any only the reminder and the way to record stand there."""

    rows: tuple[tuple[str, str], ...]
    asked: str
    href: str
    """Where needs are recorded; empty for who may not."""


def banner(referral: Referral, by: Membership) -> Banner | None:
    """What to know before getting in touch with the patient; None while nobody knows who that is. No queries."""
    patient = referral.patient
    if patient is None:
        return None
    communication = communication_of(referral)
    may = referral.is_open and can_record(referral, by=by)
    rows = tuple((label, value) for label, value in _rows(patient, communication) if value)
    return Banner(rows, _asked(referral, patient, communication),
                  reverse("triage:needs", args=[referral.reference]) if may else "")  # fmt: skip


def _rows(patient: Patient, communication: Communication) -> list[tuple[str, str]]:
    proxy = ", ".join(p for p in (patient.proxy_name, patient.proxy_relationship, patient.proxy_authority) if p)
    return [
        ("Safe contact", patient.safe_contact),
        *((one.name, one.how) for one in needs_of(patient, communication)),
        ("Letters come in", _format(patient, communication)),
        (
            "Letters go",
            "Online, with a code. By post where that does not reach them." if patient.letters_online else "",
        ),
        ("Interpreter", patient.interpreter),
        ("Communication needs", patient.communication_needs),
        ("Carer or proxy", proxy),
    ]


def _format(patient: Patient, communication: Communication) -> str:
    wanted = format_for(patient)
    if wanted == STANDARD:
        return ""
    return ". ".join(filter(None, (format_name(wanted, communication), waits(wanted))))


def _asked(referral: Referral, patient: Patient, communication: Communication) -> str:
    """When needs were asked about, and that it is time to ask again; nothing of a referral that has ended."""
    if not referral.is_open:
        return ""
    if patient.needs_checked_on is None:
        return "Nobody has asked about communication needs yet. Ask at the next contact, and record the answer."
    asked = f"Communication needs asked about on {day(patient.needs_checked_on)}."
    if not is_to_be_asked(patient, communication):
        return asked
    return f"{asked} That is more than {communication.ask_again_months} months ago: ask again at the next contact."


def short(patient: Patient, communication: Communication) -> str:
    """The needs of a patient in a few words, for a row of a list; empty for none."""
    known = needs_of(patient, communication)
    more = ["more"] if known and patient.communication_needs else []
    names = ", ".join([one.name for one in known] + more)
    return f"Needs: {names}" if names else "Communication needs" if patient.communication_needs else ""


def step_words(step: Transition, communication: Communication) -> list[str]:
    """What a step of the timeline recorded."""
    found = step.facts
    names = [one.name for one in communication.needs if one.id in found.get("needs", ())]
    wanted = found.get("letter_format") or STANDARD
    lines = [f"Needs: {', '.join(names)}" if names else "No needs from the list"]
    lines.append(f"Letters: {format_name(wanted, communication)}")
    if found.get("letters_online"):
        lines.append("Letters go online, with a code")
    labels = {"communication_needs": "Other needs before", "interpreter": "Interpreter before"}
    lines += [f"{labels[name]}: “{words}”" for name, words in found.get("before", {}).items()]
    if other := found.get("with"):
        lines.append(f"Recorded with referral {other}")
    return lines
