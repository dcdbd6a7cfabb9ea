"""One text file for the GP record: where the referral stands, what was decided and why, what was said and done."""

from collections.abc import Iterator
from typing import Any

from painpath import clock
from painpath.letters.wording import nhs_number
from painpath.referrals import pathways
from painpath.referrers.presenters.status import day, page
from painpath.referrers.seen import Seen


def record(seen: Seen) -> str:
    """The file's text, for somebody who may read what the team wrote."""
    return "\n".join(_lines(seen, page(seen))) + "\n"


def _lines(seen: Seen, shown: dict[str, Any]) -> Iterator[str]:
    referral, patient = seen.referral, seen.referral.patient
    yield pathways.of(referral.pathway_version).service
    yield f"Referral {referral.reference}, as of {day(clock.today())}"
    if patient is not None:
        born = f", born {day(patient.date_of_birth)}" if patient.date_of_birth else ""
        number = f", NHS number {nhs_number(patient.nhs_number)}" if patient.nhs_number else ""
        yield f"Patient: {patient.name}{born}{number}"
    elif shown["patient"]:
        yield f"Patient, as entered online: {shown['patient']}"
    yield ""
    yield f"WHERE IT IS: {shown['status']}"
    yield shown["words"]
    yield from filter(None, [shown["late"]])
    yield f"Sent: {shown['sent']}. Last change: {shown['changed']}."
    if shown["who"]:
        yield f"With: {shown['who']}"
    for one in shown["awaited"]:
        yield f"Waiting for: {one.whom}, by {one.by}"
        yield from (f"  - {words}" for words in one.open_questions)
        yield from (f"  - {words} Answered: {answer}" for words, answer in one.answered)
    for one in shown["decisions"]:
        yield ""
        yield f"DECISION OF {one.on}: {one.what}" + (f" (taken back on {one.taken_back})" if one.taken_back else "")
        yield ", ".join(filter(None, [one.name, one.role, one.registration, one.contact]))
        yield f"Reason: {one.reason}"
        yield from filter(None, [one.waits])
        for name, published in one.clauses:
            yield f"Rests on: {name}. The published words: “{published}”"
    for one in shown["told"]:
        yield ""
        yield f"TOLD ON {one.when}: {one.what}"
        yield from (f"  {line}" for line in one.words.splitlines())
    if shown["conversation"]:
        yield ""
        yield "CONVERSATION"
    for one in shown["conversation"]:
        yield f"{one.when}, {one.who}"
        yield from (f"  Answers: “{one.question}”",) if one.question else ()
        yield from (f"  {line}" for line in one.text.splitlines())
        yield from (f"  File: {name}" for name in one.files)
    yield ""
    yield "WHAT HAPPENED"
    yield from (f"{step.when}: {step.what}" for step in reversed(shown["history"]))
    yield ""
    yield "CONTACT"
    yield from (f"{label}: {value}" for label, value in shown["contacts"])
