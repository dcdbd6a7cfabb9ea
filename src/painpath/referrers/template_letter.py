"""What the letter template asks for: one list of fields, from the pathway, for every format it comes in.

No Django here. A new criterion of the pathway is a new field, without code.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from painpath.pathway import Pathway
from painpath.pathway.criteria import Criterion

Section = Literal["letter", "patient", "consent", "criteria", "asking"]

HEADINGS: tuple[tuple[Section, str], ...] = (
    ("letter", "Who refers"),
    ("patient", "The patient"),
    ("consent", "Consent"),
    ("criteria", "Questions"),
    ("asking", "More to say"),
)
"""The parts of the letter, in their order."""

INTRODUCTION = (
    (
        "Fill in what you know. A letter with gaps can always be sent: what is not stated leads to a question, never "
        "to a refusal. This letter is no way to get help in an emergency."
    ),
    (
        "Answer in sentences, outside the square brackets. What stands inside them is ours, and the program that reads "
        "the letter passes over it. Leave it in or take it out."
    ),
)


@dataclass(frozen=True)
class LetterField:
    """One thing to fill in. `name` is the merge field and never changes while the pathway's identifiers do not."""

    name: str
    section: Section
    label: str
    """What stands before it; of a question, its words."""
    hint: str = ""
    """A word on how to fill it in; of a criterion, a sentence that would answer it."""
    number: int = 0
    """Of a question that is answered in sentences; 0 for the short fields."""


def letter_fields(pathway: Pathway) -> tuple[LetterField, ...]:
    """Everything that the template asks for, in its order.

    A criterion that the date of birth settles has no question of its own: nobody is asked the same thing twice.
    """
    asked = [one for one in pathway.criteria if not settled_by_birth(one)]
    questions = [
        *(LetterField(field_name(one), "criteria", one.question.strip(), one.example.strip()) for one in asked),
        *_asking(pathway),
    ]
    return (*_who(pathway), *(replace(one, number=number) for number, one in enumerate(questions, 1)))


def field_name(criterion: Criterion) -> str:
    """The merge field of a criterion: `criterion_interventions_exhausted`."""
    return "criterion_" + criterion.id.replace("-", "_")


def settled_by_birth(criterion: Criterion) -> bool:
    """Whether the date of birth is all that is needed."""
    return criterion.kind == "computed" and "date_of_birth" in criterion.answered_by


def title(pathway: Pathway) -> str:
    """The heading of the letter."""
    return f"Referral: {pathway.service}"


def _who(pathway: Pathway) -> Iterator[LetterField]:
    yield LetterField("letter_date", "letter", "Date")
    yield LetterField("referrer_name", "letter", "Referrer")
    yield LetterField("referrer_role", "letter", "Role")
    registers = " or ".join(register.name for register in pathway.referring.registers)
    yield LetterField("referrer_registration", "letter", "Registration number", f"Of the {registers}.")
    yield LetterField("referrer_contact", "letter", "Phone or email for questions")
    yield LetterField("practice", "letter", "Practice")
    if any("ubrn" in route.needs for route in pathway.routes):
        yield LetterField("ubrn", "letter", "UBRN", "The booking reference of 12 digits, if you refer through e-RS.")
    yield LetterField("patient_name", "patient", "Patient")
    yield LetterField("date_of_birth", "patient", "Date of birth")
    yield LetterField("nhs_number", "patient", "NHS number")
    yield LetterField("patient_address", "patient", "Address")
    yield LetterField("patient_phone", "patient", "Phone")
    needs = "Such as an interpreter and for which language, large print, British Sign Language, a carer who helps."
    yield LetterField("communication_needs", "patient", "Communication needs", needs)
    yield LetterField("information_given", "consent", "Information given on", "The day, and what was given.")
    yield LetterField("consent_date", "consent", "Date of consent")


def _asking(pathway: Pathway) -> Iterator[LetterField]:
    for route in pathway.routes:
        if "circumstances" in route.needs:
            words = f"Only if you refer as: {route.name}. What are the circumstances?"
            yield LetterField("circumstances", "asking", words)
            break
    yield LetterField("question_to_the_team", "asking", "What would you like to ask the team?")
    yield LetterField(
        "anything_else", "asking", "Is there anything else, such as medicines, and letters that you enclose?"
    )
