"""Short messages that the calendar sends: reminders, and the question after somebody was pointed elsewhere.

They hold nothing clinical, for they may be read by others than the one they are for. The fields are a closed list.
"""

from collections.abc import Iterator
from typing import Literal, get_args

from painpath.pathway import unclinical
from painpath.pathway.base import Data, Words
from painpath.pathway.problems import Fault, FieldPath

MessageId = Literal["reminder-patient", "reminder-questionnaire", "reminder-referrer", "signpost-question"]

FIELDS = {
    "team": "what patients call the team",
    "reference": "our reference of the referral",
    "asked_on": "the day on which we wrote before",
    "answer_by": "the day by which we hope to hear",
    "contact": "how to reach the team",
}


class Message(Data, frozen=True, kw_only=True):
    """One message, in plain words, with fields in braces."""

    id: MessageId
    subject: Words
    text: Words
    source: Words

    @property
    def patients_read(self) -> tuple[str, ...]:
        """The fields that patients read, though their names do not say so (`walking`)."""
        return () if self.id == "reminder-referrer" else ("subject", "text")


def problems(messages: tuple[Message, ...]) -> Iterator[Fault]:
    """A message that is missing, and fields that are unknown: without those nothing can be sent."""
    for one in sorted(set(get_args(MessageId)) - {message.id for message in messages}):
        yield Fault(("messages",), f"The message `{one}` has no entry. Add its words.")
    for path, text in _texts(messages):
        yield from unclinical.fields(path, text, FIELDS)[0]


def words(messages: tuple[Message, ...]) -> Iterator[Fault]:
    """Words that an author should put right: nothing clinical, no link, in a subject only our reference."""
    for path, text in _texts(messages):
        yield from unclinical.words(path, text)
        if path[-1] == "subject" and ("\n" in text.strip() or unclinical.fields(path, text, ("reference",))[0]):
            yield Fault(path, "Anybody may see a subject. Write it on one line, with no field but `{reference}`.")


def _texts(messages: tuple[Message, ...]) -> Iterator[tuple[FieldPath, str]]:
    for index, message in enumerate(messages):
        for key in ("subject", "text"):
            yield ("messages", index, key), getattr(message, key)
