"""Short messages that the calendar sends: reminders, and the question after somebody was pointed elsewhere.

They hold nothing clinical, for they may be read by others than the one they are for. The fields are a closed list.
"""

from collections.abc import Iterator
from typing import Literal, get_args

from painpath.pathway.base import Data, Words
from painpath.pathway.letters import banned_words, fields_in
from painpath.pathway.problems import Fault

MessageId = Literal["reminder-patient", "reminder-referrer", "signpost-question"]

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


def problems(messages: tuple[Message, ...]) -> Iterator[Fault]:
    """Everything wrong with the messages: a missing one, an unknown field, a word that letters do not use."""
    for one in sorted(set(get_args(MessageId)) - {message.id for message in messages}):
        yield Fault(("messages",), f"The message `{one}` has no entry. Add its words.")
    for index, message in enumerate(messages):
        for key in ("subject", "text"):
            words = getattr(message, key)
            path = ("messages", index, key)
            for banned in banned_words(words):
                yield Fault(path, f"Messages do not say `{banned}`. Say what is asked, and that nothing ends.")
            try:
                names = fields_in(words)
            except ValueError as error:
                yield Fault(path, f"The braces are not right: {error}. Write a field as `{{reference}}`.")
                continue
            for name in sorted(set(names) - set(FIELDS)):
                yield Fault(path, f"There is no field `{name}`. Fields: {', '.join(FIELDS)}.")
