"""What holds when an answer may say that somebody is in danger: who reads it and when, and the help shown at once.

Settings of the service. A pathway that offers a questionnaire with such a question cannot be used without them.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec

from painpath.pathway.base import Data, Words
from painpath.pathway.forms import Form
from painpath.pathway.problems import Fault

SAFETY_ITEM = "urn:painpath:safety"
"""The extension of an item whose answers show help at once and raise an alert (`painpath.questionnaires.urls`)."""
FIELDS = {"plain_next": "by", "plain_who_reads": "read_by"}


class Safety(Data, frozen=True, kw_only=True):
    """The words and the clock. Whom to call stands in the signposts of kind `crisis` and `emergency`."""

    read_by: Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    """London time by which a clinician reads such an answer on the same working day; what comes later, or on a day off,
    is read on the next working day."""
    plain_who_reads: tuple[Words, ...]
    """Before the first question: who reads the answers, and when. `{read_by}` is the time of day."""
    plain_out_of_hours: Words
    """That nobody reads them at night, at weekends and on bank holidays, and what to do then."""
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
    if not any("{by}" in words for words in safety.plain_next):
        yield Fault(("safety", "plain_next"), "Say by when a clinician reads the answer: put `{by}` in.")
    for name in ("plain_who_reads", "plain_now", "plain_at_once", "plain_at_once_for_somebody", "plain_next"):
        for index, words in enumerate(getattr(safety, name)):
            for field in set(re.findall(r"{(\w*)}", words)) - {FIELDS.get(name)}:
                yield Fault(("safety", name, index), f"There is no field `{field}` here.")


def asks_about_safety(text: str) -> bool:
    """Whether a questionnaire's JSON has such an item. Looked for in the text, so that a file that cannot be read whole
    is never taken for harmless."""
    return SAFETY_ITEM in text
