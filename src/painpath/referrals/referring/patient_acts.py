"""What patients, and those who act for them, tell the team about their own referral.

Each is read by a clinician the same working day: it is a reported change (`changing.note`) with an owner and a clock,
stands first on the worklist, and goes further unread. Where the transition table has a verb for it (ready, look again,
did not get there, withdraw), that step is taken at once. The same form sent twice is one. Each raises `Refused`, and
then nothing has changed.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.referrals import verbs
from painpath.referrals.arriving import needs as communication
from painpath.referrals.decisions import following_up, reversing
from painpath.referrals.models import Patient, Referral, ReportedChange, SignpostFollowUp
from painpath.referrals.moves import check_move, lock
from painpath.referrals.referring import changing
from painpath.referrals.refusal import Refused
from painpath.referrals.unsettled import check_nothing_is_left

ACTS = {
    "ready": "Ready now",
    "look_again": "Asks us to look again",
    "withdraw": "Does not want this any more",
    "there": "Got to the other service, and says",
    "not_there": "Did not get to the other service",
    "needs": "What they need so that they can read, hear and answer us",
    "contact": "How to reach them",
    "acting_for": "Somebody acts for the patient",
}
"""Kinds of reports that are not a service's own, in words for the team."""
READY = "They wrote nothing more."
NO_REASON = "They gave no reason."


@dataclass(frozen=True)
class Proxy:
    """Who says it for the patient. Nobody has checked it."""

    name: str
    relationship: str

    def __str__(self) -> str:
        return f"{self.name} ({self.relationship})"


def _facts(proxy: Proxy | None) -> dict[str, str]:
    return {"said_by": str(proxy)} if proxy else {}


def _side(proxy: Proxy | None) -> str:
    return "on_behalf" if proxy else "patient"


@transaction.atomic
def say_ready(
    *, referral: Referral, by: Actor, words: str, key: uuid.UUID, proxy: Proxy | None = None
) -> ReportedChange:
    """ "I think I'm ready", during a delay: back to the clinicians, due the same working day."""
    referral = lock(referral)
    words = words.strip() or READY
    key = changing.once(referral, key, "ready", words)
    if (before := changing.said_before(referral, key)) is not None:
        return before
    due_on = changing.due(referral).astimezone(clock.LONDON).date()
    referral = verbs.say_ready(referral=referral, by=by, said_by=_side(proxy), words=words, due_on=due_on)
    return changing.note(referral, by=by, side="patient", kind="ready", words=words, key=key, facts=_facts(proxy))


@transaction.atomic
def look_again(
    *, referral: Referral, by: Actor, words: str, key: uuid.UUID, proxy: Proxy | None = None
) -> ReportedChange:
    """ "Please look again": another clinician does, by the published day; somebody reads the words the same day."""
    referral = lock(referral)
    words = words.strip()
    key = changing.once(referral, key, "look_again", words)
    if (before := changing.said_before(referral, key)) is not None:
        return before
    referral = reversing.look_again(referral=referral, by=by, asked_by=_side(proxy), words=words)
    return changing.note(referral, by=by, side="patient", kind="look_again", words=words, key=key, facts=_facts(proxy))


@transaction.atomic
def withdraw(
    *, referral: Referral, by: Actor, words: str, key: uuid.UUID, proxy: Proxy | None = None
) -> ReportedChange:
    """ "I do not want this any more." It may be said under pressure, or in despair: a clinician reads it the same day.

    The referral ends at once when the patient says so themselves and nothing of it is unsettled: no alert, report or
    document that nobody has looked at. Else it stays open, first on the worklist, until a clinician ends it: what is
    unsettled must not go out of sight, and nobody ends the referral of somebody else.
    `letters.closing.withdraw` does this and sees to what is on its way.
    """
    referral = lock(referral)
    words = words.strip() or NO_REASON
    key = changing.once(referral, key, "withdraw", words)
    if (before := changing.said_before(referral, key)) is not None:
        return before
    check_move("withdraw", referral, by=by)
    facts = _facts(proxy)
    if proxy is None and not _answered_by_another(referral) and _is_settled(referral):
        referral = verbs.close(referral=referral, by=by, how="withdraw", reason=words, asked_by="patient")
        return changing.note(referral, by=by, side="patient", kind="withdraw", words=words, key=key, facts=facts)
    return _report(referral, "withdraw", words, key, by=by, facts=facts)


def _answered_by_another(referral: Referral) -> bool:
    """Whether somebody else answered for the patient lately: then nobody can tell who it is that stops."""
    last = referral.answerings.order_by("saved_at").last()
    return last is not None and last.who == "proxy"


def _is_settled(referral: Referral) -> bool:
    try:
        check_nothing_is_left(referral)
    except Refused:
        return False
    return True


@transaction.atomic
def answer_follow_up(
    *, follow_up: SignpostFollowUp, by: Actor, there: bool, words: str, key: uuid.UUID, proxy: Proxy | None = None
) -> ReportedChange | None:
    """ "Did you get there?" A yes is noted; a no brings the referral back, and a clinician reads why the same day."""
    referral = lock(follow_up.referral)
    words = words.strip()
    if there:
        following_up.got_there(follow_up=follow_up, by=by, words=words or "They got there.")
        if not words:
            return None
        key = changing.once(referral, key, "there", f"{follow_up.pk} {words}")
        if (before := changing.said_before(referral, key)) is not None:
            return before
        referral = lock(referral)
        return changing.note(referral, by=by, side="patient", kind="there", words=words, key=key, facts=_facts(proxy))
    key = changing.once(referral, key, "not_there", f"{follow_up.pk} {words}")
    if (before := changing.said_before(referral, key)) is not None:
        return before
    words = words or NO_REASON
    following_up.did_not_get_there(follow_up=follow_up, by=by, words=words)
    referral = lock(referral)
    return changing.note(referral, by=by, side="patient", kind="not_there", words=words, key=key, facts=_facts(proxy))


@transaction.atomic
def say_needs(
    *, referral: Referral, by: Actor, needs: Sequence[str], letter_format: str, other: str, interpreter: str,
    language: str, key: uuid.UUID, letters_online: bool | None = None, proxy: Proxy | None = None,
) -> ReportedChange | None:  # fmt: skip
    """What somebody needs so that they can read, hear and answer us. Their own word counts at once: every letter from
    now on heeds it, and every page of the team shows it. `other` is added to the words on record, which others wrote
    and this page does not show. None when it is as it was."""
    referral = lock(referral)
    if referral.patient is None:
        raise Refused("Your details are not complete yet. Tell us with “Something has changed”.")
    patient = Patient.objects.select_for_update().get(pk=referral.patient.pk)
    fields = ("needs", "letter_format", "communication_needs", "interpreter", "language", "letters_online")
    before = [getattr(patient, name) for name in fields]
    known, other = patient.communication_needs.strip(), other.strip()
    more = known if not other or other in known.splitlines() else "\n".join(filter(None, (known, other)))
    patient = communication.record_needs(
        patient=patient, referral=referral, by=by, needs=needs, letter_format=letter_format, other=more,
        interpreter=interpreter, letters_online=letters_online,
    )  # fmt: skip
    if patient.language != (language := " ".join(language.split())):
        patient.language = language
        patient.save(update_fields=["language"])
        audit.record(by, "patient.needs", patient, fields=["language"])
    if before == [getattr(patient, name) for name in fields]:
        return None
    lists = communication.communication_of(referral)
    chosen = [one.name for one in communication.needs_of(patient, lists)]
    wanted = lists.letter_format(patient.letter_format)
    lines = ["; ".join(chosen) or "Nothing from the list", f"Letters: {wanted.name}" if wanted else ""]
    if letters_online is not None and letters_online != before[-1]:
        lines.append("Letters online instead of by post" if letters_online else "Letters by post, not online")
    named = (("In their own words", other), ("Language", language), ("Interpreter", interpreter))
    lines += [f"{what}: {words.strip()}" for what, words in named if words.strip()]
    words = "\n".join(filter(None, lines))
    # By the moment too: back to what was said before is a new word.
    key = changing.once(referral, key, "needs", f"{clock.now().isoformat()} {words}")
    referral = lock(referral)
    return _report(referral, "needs", words, key, by=by, facts=_facts(proxy))


@transaction.atomic
def say_contact(
    *, referral: Referral, by: Actor, details: str, safety: str, key: uuid.UUID, proxy: Proxy | None = None
) -> ReportedChange:
    """New contact details, and how to get in touch safely.

    Details are a proposal: somebody of the team asks the patient before anything goes to a new address, for whoever
    has opened this page may be somebody else. Words on safety count at once and only add to what is there: they make
    us more careful, and nobody can take that away from here.
    """
    referral = lock(referral)
    details, safety = details.strip(), safety.strip()
    if not details and not safety:
        raise Refused("Write down what has changed.")
    named = (("New details, to be checked with the patient", details), ("To be safe", safety))
    words = "\n".join(f"{what}: {one}" for what, one in named if one)
    key = changing.once(referral, key, "contact", words)
    if (before := changing.said_before(referral, key)) is not None:
        return before
    changing.check_report(referral, by=by)
    if safety and referral.patient is not None:
        patient = Patient.objects.select_for_update().get(pk=referral.patient.pk)
        patient.safe_contact = "\n".join(filter(None, (patient.safe_contact.strip(), safety)))
        patient.save(update_fields=["safe_contact"])
        audit.record(by, "patient.safe_contact", patient)
    return _report(referral, "contact", words, key, by=by, facts=_facts(proxy))


@transaction.atomic
def act_for(*, referral: Referral, by: Actor, proxy: Proxy, words: str, key: uuid.UUID) -> ReportedChange:
    """Somebody says that they act for the patient. It is on record as what they said: the team checks it."""
    referral = lock(referral)
    if not proxy.name.strip() or not proxy.relationship.strip():
        raise Refused("Give your name, and how you know the patient.")
    said = "\n".join(filter(None, (str(proxy), words.strip())))
    key = changing.once(referral, key, "acting_for", said)
    if (before := changing.said_before(referral, key)) is not None:
        return before
    changing.check_report(referral, by=by)
    facts = {"name": proxy.name.strip(), "relationship": proxy.relationship.strip()}
    return _report(referral, "acting_for", said, key, by=by, facts=facts)


def proxy_of(referral: Referral, pk: int) -> Proxy | None:
    """Who said, with this report, that they act for the patient."""
    row = ReportedChange.objects.filter(referral=referral, pk=pk, kind="acting_for", side="patient").first()
    return Proxy(row.facts["name"], row.facts["relationship"]) if row else None


def _report(
    referral: Referral, kind: str, words: str, key: uuid.UUID, *, by: Actor, facts: dict[str, str]
) -> ReportedChange:
    changing.check_report(referral, by=by)
    return changing.report(
        referral, by=by, side="patient", kind=kind, label=ACTS[kind], words=words, key=key, facts=facts
    )
