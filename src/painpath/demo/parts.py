"""What the stories of the demonstration are made of: the patient as entered, the files as they arrive."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from painpath.demo.files import Format, born, fill, make

HERE = Path(__file__).parent
LETTERS = HERE / "letters"

DaysAgo = Annotated[int, msgspec.Meta(ge=0, le=730)]
Text = Annotated[str, msgspec.Meta(min_length=1)]
Locality = Literal["southampton", "portsmouth", "unknown"]
CriterionState = Literal["for", "against", "mixed", "not_stated"]


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing may be misspelt in silence."""


class Patient(Model, frozen=True, kw_only=True):
    """The patient as an administrator enters them. `age` and `birthday` give the date of birth: see `files.born`."""

    title: str = ""
    given_name: str = ""
    family_name: Text
    age: Annotated[int, msgspec.Meta(ge=0, le=110)]
    birthday: Annotated[int, msgspec.Meta(ge=0, le=364)]
    nhs_number: str | None
    sex: Literal["female", "male", "other", "unknown"]
    ethnicity: str = ""
    address: str = ""
    postcode: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    interpreter: str = ""
    communication_needs: str = ""
    safe_contact: str = ""
    proxy_name: str = ""
    proxy_relationship: str = ""
    proxy_authority: str = ""

    def date_of_birth(self, received_on: date) -> date:
        """The date of birth of somebody of this age on the day the referral was received."""
        return born(received_on, self.age, self.birthday)


class Document(Model, frozen=True, kw_only=True):
    """A file: `letter` is the text in `letters/`, `format` what it arrives as, `name` the file's name without ending.

    Only an e-mail has `attachments`.
    """

    letter: Text
    format: Format
    name: Text
    attachments: "tuple[Document, ...]" = ()

    def file(self, *, patient: Patient, received_on: date, sent_on: date) -> tuple[bytes, str]:
        """The bytes as they arrive and the file name. Days in the letter count from the day of receipt."""
        text = fill(
            (LETTERS / f"{self.letter}.txt").read_text(encoding="utf-8"),
            received_on=received_on,
            date_of_birth=patient.date_of_birth(received_on),
        )
        attached = [part.file(patient=patient, received_on=received_on, sent_on=sent_on) for part in self.attachments]
        return make(text, self.format, name=self.name, on=sent_on, attachments=attached)
