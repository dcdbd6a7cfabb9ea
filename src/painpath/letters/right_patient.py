"""Is this letter about the right person? What the referral's own documents state, beside what the record says.

A record can be wrong in itself: two people with one name, a letter filed under the wrong referral. So a letter is held
against the words of the documents, not only against the record it was drafted from. What a document does not state is
no disagreement.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from painpath.letters.wording import day, line, nhs_number
from painpath.reading import patient as reader
from painpath.referrals.arriving.stated import split_name


class StatedPatient(msgspec.Struct, frozen=True, kw_only=True):
    """Whom one document is about, in its own words; empty where it does not say."""

    document: str
    name: str = ""
    date_of_birth: date | None = None
    nhs_number: str = ""


def stated_in(document: str, text: str, *, today: date) -> StatedPatient:
    """Whom the document of this name, with this text, is about."""
    near = reader.patient_line(text)
    name, born, number = (
        reader.name(text, near),
        reader.date_of_birth(text, today=today, near=near),
        reader.nhs_number(text),
    )
    return StatedPatient(
        document=document,
        name=line(name.value) if name else "",
        date_of_birth=date.fromisoformat(born.value) if born else None,
        nhs_number=number.value if number else "",
    )


def disagreements(
    stated: Sequence[StatedPatient], *, name: str, date_of_birth: date | None, number: str
) -> Iterator[str]:
    """A sentence for each thing that a document states otherwise than the letter: NHS number, date of birth, name.

    `name` is the patient's on record, `number` their ten digits. A name disagrees when no part of the family name is
    the same and neither number nor date of birth is: order, accents, given names, a marriage are no other person.
    """
    for one in stated:
        if one.nhs_number and number and one.nhs_number != number:
            told = f"{nhs_number(one.nhs_number)}, and this letter {nhs_number(number)}"
            yield f"“{one.document}” has the NHS number {told}."
        if one.date_of_birth and date_of_birth and one.date_of_birth != date_of_birth:
            born = day(one.date_of_birth)
            yield f"“{one.document}” has the date of birth {born}, and this letter {day(date_of_birth)}."
        if _is_somebody_else(one, name, date_of_birth, number):
            yield f"“{one.document}” is about {one.name}, and this letter about {name}."


def _is_somebody_else(one: StatedPatient, name: str, date_of_birth: date | None, number: str) -> bool:
    parts = split_name(one.name)
    known = one.nhs_number or one.date_of_birth
    if not (parts["family_name"] and name and (parts["title"] or known)):
        return False  # two words without a title or a number may be a practice, or a subject
    same = (one.nhs_number and one.nhs_number == number) or (one.date_of_birth and one.date_of_birth == date_of_birth)
    return not same and not _words(parts["family_name"]) & _words(name)


def _words(name: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return {word for word in "".join(mark if mark.isalnum() else " " for mark in kept).split() if len(word) > 1}
