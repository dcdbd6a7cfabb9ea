"""The identifiers that a letter states, with page and words; and what kind of writer it comes from."""

from datetime import date

from painpath.documents.model import DocumentText
from painpath.reading import patient
from painpath.reading.model import Reading
from painpath.screening.model import Identifiers, Stated, Writer
from painpath.screening.pages import page_at


def identify(document: DocumentText, *, today: date) -> Identifiers:
    """What the letter states about whom it concerns, who refers, and when; for a person to confirm."""
    text = document.text
    line = patient.patient_line(text)
    born = patient.date_of_birth(text, today=today, near=line)

    def stated(value: patient.Value | None) -> Stated | None:
        if value is None:
            return None
        start, end = value.span
        return Stated(value.value, text[start:end], start, end, page_at(document, start))

    return Identifiers(
        name=stated(patient.name(text, line)),
        date_of_birth=stated(born),
        nhs_number=stated(patient.nhs_number(text)),
        postcode=stated(patient.postcode(text, line)),
        referrer=stated(patient.referrer(text)),
        practice=stated(patient.practice(text)),
        letter_date=stated(patient.letter_date(text, today=today, born=born)),
        ubrn=stated(patient.ubrn(text)),
    )


def writer_of(reading: Reading) -> Writer:
    """What kind of writer the letter comes from: the first that its head or its signature names.

    The head and the signature are the first and last parts of the letter; in between, other people are written about.
    """
    size = len(reading.text)
    head, foot = min(400, size // 3), size - min(300, size // 3)
    for within in ((0, head), (foot, size)):
        for finding in reading.findings:
            if within[0] <= finding.span.start < within[1] and finding.id.startswith("writer-"):
                return Writer(finding.id.removeprefix("writer-").replace("-", "_"))
    return Writer.UNKNOWN
