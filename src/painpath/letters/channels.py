"""Where something goes, by which channel, and why it may have to wait for a person."""

import re
from dataclasses import dataclass

from django.db.models import F, QuerySet

from painpath import clock
from painpath.letters import restored
from painpath.letters.carriers import mesh
from painpath.letters.carriers.notify_address import wrong_with_address
from painpath.letters.formats import layout_for, printed_otherwise, speaking_against, unmet
from painpath.letters.models import Dispatch, DispatchState, Letter
from painpath.letters.reaching import posts_by_notify, sends_email, sends_texts, uk_mobile
from painpath.letters.wording import day, line
from painpath.referrals import pathways
from painpath.referrals.arriving.contacts import address_lines, has_died, is_confirmed
from painpath.referrals.arriving.needs import communication_of, needs_of
from painpath.referrals.guidance import attaching
from painpath.referrals.models import InformationRequest, Patient, Referral, SignpostFollowUp, Task, Transition

MOVED_ON = "The referral has moved on since this letter was signed: read it, then send or stop it."
"""How the reason begins that each move gives."""
NOT_THEIRS = (
    "A document of somebody else was filed here when this was written. A clinician has the task to look at it: send "
    "nothing of it before that is done."
)
_TELLS_OF_A_DECISION = frozenset({"letter", "notice", "documents", "ers_reply"})
GOES_ON_WITH_IT = frozenset({"hand_over"})
"""What was signed is as right after these as before."""

BY_POST = frozenset({"print", "notify"})
RETURNS = {
    "gone_away": "Gone away, or nobody of this name there",
    "refused": "Refused",
    "unknown": "It does not say why",
}
"""Why a letter came back, as the sender reads it on the envelope."""
_NOT_SAID = "unknown"
CAME_BACK = "A letter came back from this address"
SAFELY = "How to contact safely"

_NOW_ANOTHER = {
    "patient": "The patient's address on record is now another one",
    "gp": "The patient's practice, or its address, is now another one on record",
    "referrer": "The referrer, or their address, is now another one on record",
}

_POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}\b", re.IGNORECASE)


@dataclass(frozen=True)
class Addressee:
    """Who something goes to by post: a name, and the lines under it."""

    name: str
    lines: tuple[str, ...]

    @property
    def address(self) -> str:
        return "\n".join(self.lines)


def channel_for(referral: Referral, *, to: str = "patient", texts: bool = False) -> str:
    """`email` only where this site sends e-mail at all: to a patient whose address is confirmed and who has left no
    word on safe contact; to a referrer at a work address, as the pathway says. Where no e-mail goes to a patient, `sms`
    for what can be said in a text message (`texts`), to a UK mobile that is confirmed, unless a need speaks against it.
    Everything else by post (`print`)."""
    patient, service = referral.patient, referral.service
    if to == "referrer" and _has_work_email(referral) and sends_email(service):
        return "email"
    if to != "patient" or patient is None or patient.safe_contact.strip():
        return "print"
    by_email = sends_email(service) and is_confirmed(patient, "email")
    by_text = not by_email and texts and _takes_texts(referral, patient)
    if not (by_email or by_text) or has_died(patient):
        return "print"
    return "email" if by_email else "sms"


def _takes_texts(referral: Referral, patient: Patient) -> bool:
    if not uk_mobile(patient.phone) or not sends_texts(referral.service) or not is_confirmed(patient, "phone"):
        return False
    return not any("sms" in need.forbids for need in needs_of(patient, communication_of(referral)))


def _has_work_email(referral: Referral) -> bool:
    referrer = referral.referrer
    accounts = pathways.of(referral.pathway_version).referring.accounts
    return referrer is not None and bool(referrer.email) and accounts.is_work_email(referrer.email)


def _is_theirs(dispatch: Dispatch) -> bool:
    referral = dispatch.referral
    return dispatch.address == email_of(referral, "referrer") and _has_work_email(referral)


def printed_by_notify(
    referral: Referral, *, kind: str, to: str, name: str, address: str, letter: Letter | None
) -> bool:
    """Whether GOV.UK Notify prints and posts this. Printed here all the same: what a person encloses something with,
    yellow on black, and addresses that Notify does not take."""
    if not posts_by_notify(referral.service) or kind == "documents" or wrong_with_address(name, address):
        return False
    if to == "patient":
        return layout_for(referral.patient) != "yellow-on-black"
    return letter is None or not attaching.enclosed(letter.decision)


def email_of(referral: Referral, to: str) -> str:
    """The e-mail address on record of `patient` or `referrer`; empty when there is none."""
    if to == "patient":
        return referral.patient.email if referral.patient else ""
    return referral.referrer.email if to == "referrer" and referral.referrer else ""


def reach_of(referral: Referral, to: str, channel: str) -> str:
    """Where something for `to` goes by this channel, as the record stands: an e-mail address, a mobile number, or the
    lines of a postal address."""
    if channel == "sms":
        return uk_mobile(referral.patient.phone) if referral.patient else ""
    return email_of(referral, to) if channel == "email" else addressee(referral, to).address


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


def mailbox_for(referral: Referral) -> str:
    """The MESH mailbox of the patient's practice, where this service sends letters to practices by MESH; else empty."""
    practice = referral.practice
    if practice is None or not practice.mesh_mailbox:
        return ""
    pathway, _ = pathways.in_force(referral.service)
    uses = pathway.delivery.practices == "mesh" and mesh.carrier(referral.service) is not None
    return practice.mesh_mailbox if uses else ""


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
    found = restored.reasons(dispatch.service_id)
    patient = dispatch.referral.patient
    if dispatch.to == "patient" and patient is not None:
        found += _about_the_patient(dispatch, patient)
    if dispatch.to == "referrer" and dispatch.channel == "email" and not _is_theirs(dispatch):
        found.append("This email address is not, or no longer, the referrer's work address on record.")
    found += _needless(dispatch) or _moved_on(dispatch)
    found += _rests_on_somebody_elses(dispatch)
    if dispatch.channel in BY_POST and not dispatch.address.strip():
        found.append(_no_address(dispatch))
    elif dispatch.channel in BY_POST and dispatch.to in ("gp", "referrer"):
        found += _addressed_otherwise(dispatch)
    found += _came_back(dispatch)
    if dispatch.channel == "email" and not dispatch.address.strip():
        found.append("There is no email address on record.")
    if dispatch.channel == "mesh" and dispatch.address != mailbox_for(_sent_by(dispatch)):
        found.append(_another_mailbox(_sent_by(dispatch)))
    if dispatch.channel == "email" and dispatch.letter_id is not None:
        found.append("A letter with clinical content does not go by email. Send it by post.")
    if dispatch.channel == "sms" and not dispatch.address.strip():
        found.append("There is no mobile phone number on record.")
    return found


def came_back_because(reason: str, words: str) -> list[str]:
    """Why it came back, as words of their own: one of `RETURNS`, and what somebody adds, which may be all there is."""
    return [one for one in ("" if reason == _NOT_SAID and words else RETURNS[reason], words) if one]


def goes_to_the_same(rows: QuerySet[Dispatch], dispatch: Dispatch) -> QuerySet[Dispatch]:
    """Those of `rows` that go to the person of `dispatch` at its address; itself not."""
    rows = rows.filter(address=dispatch.address).exclude(pk=dispatch.pk)
    if dispatch.to == "patient":
        return rows.filter(to="patient", referral__patient=dispatch.referral.patient_id)
    return rows.exclude(to="patient").filter(name=dispatch.name)


def _came_back(dispatch: Dispatch) -> list[str]:
    """A letter to the same person came back from there, and nothing that left since says that the address is right."""
    if dispatch.channel not in BY_POST or not dispatch.address.strip():
        return []
    posted = Dispatch.objects.filter(service_id=dispatch.service_id, channel__in=BY_POST)
    posted = goes_to_the_same(posted, dispatch)
    last = posted.filter(state=DispatchState.RETURNED).order_by("returned_at").last()
    if last is None or last.returned_at is None:
        return []
    if posted.filter(state__in=(DispatchState.SENT, DispatchState.DELIVERED), sent_at__gt=last.returned_at).exists():
        return []
    on = day(last.returned_at.astimezone(clock.LONDON).date())
    return [f"{CAME_BACK} on {on}. {last.why} Make sure where they live before anything else goes there."]


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
    decision = _decision(dispatch)
    if decision is None:
        later = steps.filter(at__gt=dispatch.made_at)
    else:
        later = steps.filter(number__gt=Transition.objects.filter(decision=decision).values("number")[:1])
    last = later.order_by("number").last()
    if last is None:
        return []
    # Each move is a reason of its own: whoever read of one, and sent the letter all the same, has not read of the next.
    return [f"{MOVED_ON} Last on {day(last.at.astimezone(clock.LONDON).date())} (step {last.number})."]


def _decision(dispatch: Dispatch) -> int | None:
    return dispatch.letter.decision_id if dispatch.letter is not None else dispatch.facts.get("decision")


def _addressed_otherwise(dispatch: Dispatch) -> list[str]:
    """To a practice or a referrer whom the record has corrected since."""
    known = recipient(dispatch)
    if (dispatch.name, dispatch.address) == (known.name, known.address):
        return []
    now = ", ".join((known.name, *known.lines)) if known.lines else f"{known.name}, address not known"
    return [f"{_NOW_ANOTHER[dispatch.to]} ({now}). Choose where this goes."]


def is_chosen(reason: str) -> bool:
    """Whether this is what somebody has just decided who entered a postal address: that it is not the one on record."""
    return reason.startswith(tuple(_NOW_ANOTHER.values()))


def _rests_on_somebody_elses(dispatch: Dispatch) -> list[str]:
    """Written with a document that belonged to somebody else, and no clinician has said what is right
    (`referrals.corrections.refiling`)."""
    if dispatch.kind not in _TELLS_OF_A_DECISION or (decision := _decision(dispatch)) is None:
        return []
    to_correct = Task.objects.filter(referral_id=dispatch.referral_id, kind="correction_letter", done_at__isnull=True)
    return [NOT_THEIRS] if to_correct.filter(facts__decision=decision).exists() else []


def _about_the_patient(dispatch: Dispatch, patient: Patient) -> list[str]:
    found = []
    if dispatch.name != patient.name:
        found.append(f"This is addressed to {dispatch.name}, and the referral is now about {patient.name}.")
    if has_died(patient):
        found.append("The patient has died. Send nothing to them unless it is right all the same.")
    if words := line(patient.safe_contact).rstrip("."):
        found.append(f"{SAFELY}: “{words}”. Read it, then choose how this goes.")
    if dispatch.kind == "code":  # it runs out while somebody has it translated or made in a format
        found += speaking_against(patient, dispatch.referral, dispatch.channel)
    else:
        found += unmet(patient, dispatch.referral, dispatch.channel, dispatch.letter)
    if dispatch.batch_id is not None:
        found += printed_otherwise(dispatch.facts.get("printed_as", ""), patient, dispatch.referral)
    if dispatch.kind != "code" and (spoken := line(patient.interpreter)):
        found.append(f"An interpreter is needed: {spoken}. This is in English: arrange a translation, or a call.")
    if dispatch.channel == "email" and (dispatch.address != patient.email or not is_confirmed(patient, "email")):
        found.append("Nobody has confirmed this email address as it is now on record. Confirm it, or send it by post.")
    if dispatch.channel == "sms" and (
        dispatch.address != uk_mobile(patient.phone) or not is_confirmed(patient, "phone")
    ):
        found.append("Nobody has confirmed this phone number as it is now on record. Confirm it, or send it by post.")
    current = "\n".join(address_lines(patient))
    if dispatch.channel in BY_POST and dispatch.address and dispatch.address != current:
        now = ", ".join(current.splitlines()) or "none"
        found.append(f"{_NOW_ANOTHER['patient']} ({now}). Choose where this goes.")
    if dispatch.channel in BY_POST and current and not _POSTCODE.search(current):
        found.append("The patient's address on record has no postcode. Check that a letter would arrive there.")
    return found


def _another_mailbox(referral: Referral) -> str:
    now = mailbox_for(referral)
    if now:
        return f"The practice's MESH mailbox on record is now another one ({now}). Send this by post."
    return "The practice has no MESH mailbox on record now, or this service does not use MESH. Send this by post."


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
