"""Messages and notices as they would go out, about an invented referral, for previews of a pathway."""

from datetime import date, datetime, time, timedelta
from typing import get_args

import msgspec

from painpath.letters.following import words_of
from painpath.letters.sample import sample_facts
from painpath.letters.wording import day, filled
from painpath.pathway import Pathway, contacts_for
from painpath.pathway.messages import MessageId
from painpath.pathway.notices import Notice, Notices, Text
from painpath.referrals.models import Referral

MESSAGES: dict[MessageId, str] = {
    "reminder-patient": "Reminder to a patient whom we asked something",
    "reminder-questionnaire": "Reminder to a patient with a questionnaire",
    "reminder-referrer": "Reminder to whoever referred",
    "signpost-question": "The question if somebody got to the other help",
}
NOTICES = {
    "letter_coming": "A letter comes by post (email to a patient)",
    "enclosed": "The page with the address, in front of a letter",
    "code_by_email": "A code by email",
    "code_by_post": "A code by post, to whoever referred",
    "patient_code_by_post": "A code by post, to a patient",
    "code_by_sms": "A code by text message",
    "letter_online": "A letter is online (email)",
    "letter_online_sms": "A letter is online (text message)",
    "receipt": "The receipt, to whoever referred",
    "change_for_you": "Something has changed (email to who is on duty)",
    "change_unread": "Nobody has read a change yet (email to the team)",
    "change_waiting": "A change waits (email to the whole team)",
}


def messages() -> tuple[tuple[str, str], ...]:
    """Every message: id, and what it is."""
    return tuple((one, MESSAGES[one]) for one in get_args(MessageId))


def notices() -> tuple[tuple[str, str], ...]:
    """Every notice, in the order of the model: id (with hyphens, as in an address), and what it is."""
    names = [one.name for one in msgspec.structs.fields(Notices) if one.type in (Notice, Text)]
    return tuple((name.replace("_", "-"), NOTICES[name]) for name in names)


def message(pathway: Pathway, one: MessageId) -> tuple[str, str]:
    """Subject and text of a message."""
    facts = sample_facts(pathway, "ask_patient")
    asked, by = facts.written_on, facts.answer_by or facts.written_on
    return words_of(_referral(pathway, facts.reference), pathway, one, asked_on=asked, answer_by=by)


def notice(pathway: Pathway, one: str) -> tuple[str, str]:
    """Subject and text of a notice. A text message has no subject."""
    found: Notice | Text = getattr(pathway.notices, one.replace("-", "_"))
    facts = sample_facts(pathway, "ask_patient")
    text = filled(
        found.plain_text, reference=facts.reference, code="2BCD-FGHJ", until=_until(pathway, one, facts.written_on),
        where=f"See how it stands, with this reference: {facts.online}", by=day(facts.answer_by or facts.written_on),
        contact="\n".join(f"{item.label}: {item.value}" for item in contacts_for(pathway, facts.locality)),
    )  # fmt: skip
    return (found.plain_subject if isinstance(found, Notice) else ""), text


def _until(pathway: Pathway, one: str, asked_on: date) -> str:
    """Until when the code of this notice works, asked for at nine in the morning (`letters.codes.issue_code`)."""
    codes = pathway.notices.codes
    if one in ("code-by-email", "code-by-sms"):
        at = datetime.combine(asked_on, time(9)) + timedelta(minutes=codes.email_minutes)
        return f"{at:%H:%M} on {day(asked_on)}"
    return f"the end of {day(asked_on + timedelta(days=codes.post_days))}"


def _referral(pathway: Pathway, reference: str) -> Referral:
    """Never stored."""
    return Referral(reference=reference, locality="")
