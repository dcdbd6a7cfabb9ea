"""Where something goes, by which channel, and why it may have to wait for a person."""

import re
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F

from painpath.letters.formats import printed_otherwise, unmet
from painpath.letters.models import Dispatch
from painpath.letters.wording import line
from painpath.referrals import pathways
from painpath.referrals.arriving.contacts import address_lines, has_died, is_confirmed
from painpath.referrals.models import InformationRequest, Patient, Referral, SignpostFollowUp, Transition

MOVED_ON = "The referral has moved on since this letter was signed: read it, then send or stop it."
_TELLS_OF_A_DECISION = frozenset({"letter", "notice", "documents", "ers_reply"})
GOES_ON_WITH_IT = frozenset({"hand_over"})
"""What was signed is as right after these as before."""

_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\b", re.IGNORECASE)


@dataclass(frozen=True)
class Addressee:
    """Who something goes to by post: a name, and the lines under it."""

    name: str
    lines: tuple[str, ...]

    @property
    def address(self) -> str:
        return "\n".join(self.lines)


def channel_for(referral: Referral, *, to: str = "patient") -> str:
    """`email` only where this site sends e-mail at all: to a patient whose address is confirmed and who has left no
    word on safe contact; to a referrer at a work address, as the pathway says. Everything else by post (`print`)."""
    patient = referral.patient
    if to == "referrer" and settings.SENDS_EMAIL and _has_work_email(referral):
        return "email"
    if to != "patient" or patient is None or not settings.SENDS_EMAIL:
        return "print"
    if patient.safe_contact.strip() or has_died(patient):
        return "print"
    return "email" if is_confirmed(patient, "email") else "print"


def _has_work_email(referral: Referral) -> bool:
    referrer = referral.referrer
    accounts = pathways.of(referral.pathway_version).referring.accounts
    return referrer is not None and bool(referrer.email) and accounts.is_work_email(referrer.email)


def _is_theirs(dispatch: Dispatch) -> bool:
    referral = dispatch.referral
    return dispatch.address == email_of(referral, "referrer") and _has_work_email(referral)


def email_of(referral: Referral, to: str) -> str:
    """The e-mail address on record of `patient` or `referrer`; empty when there is none."""
    if to == "patient":
        return referral.patient.email if referral.patient else ""
    return referral.referrer.email if to == "referrer" and referral.referrer else ""


def addressee(referral: Referral, to: str) -> Addressee:
    """Whom the record names for `patient`, `gp` or `referrer`, and their postal address as far as it is known."""
    if to == "patient" and referral.patient is not None:
        return Addressee(referral.patient.name, tuple(address_lines(referral.patient)))
    if to == "gp":
        practice = referral.practice
        return Addressee(practice.name, practice_lines(referral)) if practice else Addressee("The GP practice", ())
    if to == "referrer" and referral.referrer is not None:
        practice = referral.referrer.practice
        lines = (practice.name, *_lines(practice.address, practice.postcode)) if practice and practice.address else ()
        return Addressee(referral.referrer.name, lines)
    return Addressee({"patient": "The patient", "referrer": "The referrer"}.get(to, "The service"), ())


def recipient(dispatch: Dispatch) -> Addressee:
    """Whom the record names now for a dispatch: of the referral that it is about, or of one merged into that."""
    return addressee(_sent_by(dispatch), dispatch.to)


def _sent_by(dispatch: Dispatch) -> Referral:
    """The referral whose referrer or practice is told: a merged one where `facts` name it, as `issuing` does."""
    merged = dispatch.facts.get("merged")
    if merged is None:
        return dispatch.referral
    people = ("patient", "practice", "referrer__practice")
    return Referral.objects.select_related(*people).get(pk=merged, service_id=dispatch.service_id)


def practice_lines(referral: Referral) -> tuple[str, ...]:
    """The postal address of the patient's practice, without its name; empty when it is not known."""
    practice = referral.practice
    return practice.address_lines if practice and practice.address.strip() else ()


def _lines(address: str, postcode: str) -> tuple[str, ...]:
    return tuple(filter(None, map(line, (*address.splitlines(), postcode))))


def reasons_to_hold(dispatch: Dispatch) -> list[str]:
    """Why a person must look before this leaves, as things stand now; empty when nothing speaks against it.

    What a person has read and accepted for this dispatch (`holding.release`) is not asked again: only what is new.
    """
    accepted = dispatch.facts.get("accepted", [])
    return [reason for reason in _reasons(dispatch) if reason not in accepted]


def _reasons(dispatch: Dispatch) -> list[str]:
    found = []
    patient = dispatch.referral.patient
    if dispatch.to == "patient" and patient is not None:
        found += _about_the_patient(dispatch, patient)
    if dispatch.to == "referrer" and dispatch.channel == "email" and not _is_theirs(dispatch):
        found.append("This email address is not, or no longer, the referrer's work address on record.")
    found += _needless(dispatch) or _moved_on(dispatch)
    if dispatch.channel == "print" and not dispatch.address.strip():
        found.append(_no_address(dispatch))
    if dispatch.channel == "email" and not dispatch.address.strip():
        found.append("There is no email address on record.")
    if dispatch.channel == "email" and dispatch.letter_id is not None:
        found.append("A letter with clinical content does not go by email. Send it by post.")
    return found


def _needless(dispatch: Dispatch) -> list[str]:
    """A question that somebody has answered, or that is no longer asked, since it was queued."""
    request, decision = dispatch.facts.get("request"), dispatch.facts.get("decision")
    if dispatch.kind == "reminder" and InformationRequest.objects.filter(pk=request, closed_at__isnull=False).exists():
        return ["An answer has come, or is not needed any more: this reminds somebody of it. Stop it."]
    asked = SignpostFollowUp.objects.filter(decision=decision)
    if dispatch.kind == "signpost_question" and asked and all(row.answered_at for row in asked):
        return ["This question has been answered, or is not asked any more. Stop it."]
    return []


def _moved_on(dispatch: Dispatch) -> list[str]:
    """A step that led the referral elsewhere since the decision that this tells of was signed."""
    if dispatch.kind not in _TELLS_OF_A_DECISION:
        return []
    steps = Transition.objects.filter(referral_id=dispatch.referral_id).exclude(to_state=F("from_state"))
    steps = steps.exclude(verb__in=GOES_ON_WITH_IT)
    decision = dispatch.letter.decision_id if dispatch.letter is not None else dispatch.facts.get("decision")
    if decision is None:
        later = steps.filter(at__gt=dispatch.made_at)
    else:
        later = steps.filter(number__gt=Transition.objects.filter(decision=decision).values("number")[:1])
    return [MOVED_ON] if later.exists() else []


def _about_the_patient(dispatch: Dispatch, patient: Patient) -> list[str]:
    found = []
    if dispatch.name != patient.name:
        found.append(f"This is addressed to {dispatch.name}, and the referral is now about {patient.name}.")
    if has_died(patient):
        found.append("The patient has died. Send nothing to them unless it is right all the same.")
    if words := line(patient.safe_contact).rstrip("."):
        found.append(f"How to contact safely: “{words}”. Read it, then choose how this goes.")
    found += unmet(patient, dispatch.referral, dispatch.channel, dispatch.letter)
    if dispatch.batch_id is not None:
        found += printed_otherwise(dispatch.facts.get("printed_as", ""), patient, dispatch.referral)
    if spoken := line(patient.interpreter):
        found.append(f"An interpreter is needed: {spoken}. This is in English: arrange a translation, or a call.")
    if dispatch.channel == "email" and (dispatch.address != patient.email or not is_confirmed(patient, "email")):
        found.append("Nobody has confirmed this email address as it is now on record. Confirm it, or send it by post.")
    current = "\n".join(address_lines(patient))
    if dispatch.channel == "print" and dispatch.address and dispatch.address != current:
        now = ", ".join(current.splitlines()) or "none"
        found.append(f"The patient's address on record is now another one ({now}). Choose where this goes.")
    if dispatch.channel == "print" and current and not _POSTCODE.search(current):
        found.append("The patient's address on record has no postcode. Check that a letter would arrive there.")
    return found


def _no_address(dispatch: Dispatch) -> str:
    referral = _sent_by(dispatch)
    if dispatch.to == "patient":
        return "There is no postal address on record for the patient: it needs a house and a street. Add it."
    if dispatch.to == "gp":
        if referral.practice is None:
            return "The patient's GP practice is not on record. Add it."
        return f"There is no postal address on record for {referral.practice.name}. Add it to the directory."
    if dispatch.to == "referrer":
        if referral.referrer is None:
            return "Nobody is on record as the referrer. Add the name."
        if referral.referrer.email:
            known = f"Only an email address is on record for {referral.referrer.name}, and this goes by post."
            return f"{known} Enter a postal address when you choose how this goes."
        practice = referral.referrer.practice
        do = f"Add that of {practice.name} to the directory" if practice else "Enter it when you choose how this goes"
        return f"There is no postal address on record for {referral.referrer.name}. {do}."
    return "There is no postal address for this service. Add it."
