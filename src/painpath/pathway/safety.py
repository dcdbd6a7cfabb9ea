"""What holds when an answer may say that somebody is in danger: who reads it and when, and the help shown at once.

Settings of the service. A pathway that offers a questionnaire with such a question cannot be used without them.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import time
from typing import Annotated, Literal

import msgspec

from painpath.pathway.base import Data, Words
from painpath.pathway.forms import Form
from painpath.pathway.problems import Fault

SAFETY_ITEM = "urn:painpath:safety"
"""The extension of an item whose answers show help at once and raise an alert (`painpath.questionnaires.urls`)."""
FIELDS = {"plain_next": {"by"}, "plain_who_reads": {"read_by", "accept_until", "morning_by"}}
TIME = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


class Unread(Data, frozen=True, kw_only=True):
    """One step while nobody has read such an answer: after so many minutes of working time these are told."""

    after_minutes: Annotated[int, msgspec.Meta(ge=5)]
    tell: Annotated[tuple[Literal["clinician", "administrator", "manager"], ...], msgspec.Meta(min_length=1)]


class Safety(Data, frozen=True, kw_only=True):
    """The words and the clock. Whom to call stands in the signposts of kind `crisis` and `emergency`."""

    read_from: Annotated[str, msgspec.Meta(pattern=TIME)]
    """London time at which the working day of those who read begins; it ends with `read_by`."""
    read_by: Annotated[str, msgspec.Meta(pattern=TIME)]
    """London time by which a clinician reads such an answer on the same working day, if it came in time."""
    accept_until: Annotated[str, msgspec.Meta(pattern=TIME)] = ""
    """London time until which an answer of the working day is in time. Without it `read_by` is: then an answer a minute
    before that promises what nobody can keep."""
    morning_by: Annotated[str, msgspec.Meta(pattern=TIME)] = ""
    """London time on the next working day by which a clinician has read what came later, at night or on a day off;
    without it `read_by`. It is told at once all the same."""
    unread: tuple[Unread, ...]
    """Who is told, and when, while nobody has read it; whoever is on duty is told at once. When `read_by` has passed,
    and on every working morning after it, the clinicians and managers are told, whatever stands here."""
    plain_who_reads: tuple[Words, ...]
    """Before the first question, on the page, on paper and on the phone: who reads the answers, and when.
    `{accept_until}`, `{read_by}` and `{morning_by}` are times of day."""
    plain_out_of_hours: Words
    """That nobody reads them at night, at weekends and on bank holidays, and what to do then. Stands there too."""
    plain_heading: Words
    """Over the help, wherever it is shown."""
    plain_now: tuple[Words, ...]
    """The words of "Do you need help now?", before whom to call."""
    plain_at_once: tuple[Words, ...]
    """The first words after such an answer, before the next question."""
    plain_at_once_for_somebody: tuple[Words, ...]
    """The same, for somebody who answers for the patient."""
    plain_next: tuple[Words, ...]
    """What happens with the answer. `{by}` is the moment by which a clinician reads it; it must be there."""
    staff_now: tuple[Words, ...] = ()
    """To somebody of the team who types in such an answer, from paper or on the phone: what to do now."""
    plain_stop_or_go_on: Words
    """That somebody may stop here or go on."""
    source: Words


def who_reads(safety: Safety, words: Callable[[str], str]) -> Iterator[str]:
    """`plain_who_reads` with its times, which `words` puts as patients read them ("4pm")."""
    late = safety.morning_by or safety.read_by
    times = {"accept_until": safety.accept_until or safety.read_by, "read_by": safety.read_by, "morning_by": late}
    said = {name: words(at) for name, at in times.items()}
    return (sentence.format(**said) for sentence in safety.plain_who_reads)


def problems(safety: Safety | None, forms: Iterable[Form], offered: set[str]) -> Iterator[Fault]:
    """A question about safety without these settings; a field in braces that is none, or is missing."""
    if safety is None:
        for form in forms:
            if form.id in offered and asks_about_safety(form.text):
                message = (
                    f"The questionnaire `{form.id}` has a question whose answer a clinician must read the same "
                    "day. Say who reads it, by when, and what people are told, in `safety`; or offer another one."
                )
                yield Fault(("safety",), message)
        return
    yield from _unread(safety)
    yield from _in_time(safety)
    if not any("{by}" in words for words in safety.plain_next):
        yield Fault(("safety", "plain_next"), "Say by when a clinician reads the answer: put `{by}` in.")
    for name in ("plain_who_reads", "plain_now", "plain_at_once", "plain_at_once_for_somebody", "plain_next"):
        for index, words in enumerate(getattr(safety, name)):
            for field in set(re.findall(r"{(\w*)}", words)) - FIELDS.get(name, set()):
                yield Fault(("safety", name, index), f"There is no field `{field}` here.")


def _in_time(safety: Safety) -> Iterator[Fault]:
    """Until when an answer is read the same day, and by when a later one is: patients are told both as they are."""
    if bool(safety.accept_until) != bool(safety.morning_by):
        yield Fault(("safety", "accept_until"), "`accept_until` and `morning_by` stand together, or neither does.")
        return
    if not safety.accept_until:
        return
    if not safety.read_from < safety.accept_until < safety.read_by:
        yield Fault(
            ("safety", "accept_until"), "It lies between `read_from` and `read_by`: somebody has to read it yet."
        )
    if not safety.read_from < safety.morning_by <= "13:00":
        yield Fault(("safety", "morning_by"), "What came late is read in the morning: after `read_from`, by 13:00.")
    words = " ".join(safety.plain_who_reads)
    for name in ("accept_until", "morning_by"):
        if f"{{{name}}}" not in words:
            yield Fault(("safety", "plain_who_reads"), f"Say the truth to patients: put `{{{name}}}` in.")
    if "{read_by}" in words:
        yield Fault(("safety", "plain_who_reads"), "What comes until `{read_by}` is not read that day: take it out.")


def _unread(safety: Safety) -> Iterator[Fault]:
    opens, closes = (time.fromisoformat(at) for at in (safety.read_from, safety.read_by))
    day = (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
    if day <= 0:
        yield Fault(("safety", "read_from"), "The working day begins before `read_by`.")
        return
    minutes = [step.after_minutes for step in safety.unread]
    if not minutes or minutes != sorted(set(minutes)):
        yield Fault(("safety", "unread"), "Say who is told while nobody has read it, the earliest step first.")
        return
    if minutes[-1] >= day:
        yield Fault(("safety", "unread"), f"The last step comes within one working day of {day} minutes.")
    if "clinician" not in safety.unread[0].tell:
        yield Fault(("safety", "unread", 0), "The first step tells the clinicians: only they can act on it.")
    if not {"clinician", "manager"} <= set(safety.unread[-1].tell):
        yield Fault(("safety", "unread", len(minutes) - 1), "The last step tells the clinicians and the managers.")


def asks_about_safety(text: str) -> bool:
    """Whether a questionnaire's JSON has such an item. Looked for in the text, so that a file that cannot be read whole
    is never taken for harmless."""
    return SAFETY_ITEM in text
