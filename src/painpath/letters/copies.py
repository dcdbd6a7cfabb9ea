"""A signed letter in other forms: made of what was signed, never of today's texts, and kept as it was given out."""

import hashlib

import msgspec
from django.db import transaction

from painpath.letters.drafts import Draft
from painpath.letters.models import Letter, LetterCopy
from painpath.letters.rendering import FORMS, render

msgspec.json.Decoder(Draft)  # learnt at import, by one thread: see `pathway.loading`


def draft_of(letter: Letter) -> Draft:
    """The letter as it was signed."""
    return msgspec.convert({name: value for name, value in letter.facts.items() if name != "layout"}, Draft)


def signed_form(letter: Letter) -> str:
    """The form of the PDF that was signed."""
    return str(letter.facts.get("layout", "standard"))


@transaction.atomic
def give_out(letter: Letter, form: str) -> bytes:
    """The letter in this form, for whoever is given it: the signed PDF itself, else the copy that is kept.

    Whoever asks again is given the same bytes, also after the look of the letters has changed. KeyError for a form that
    is none of `FORMS`. The caller writes the audit row: who was given it.
    """
    if form == signed_form(letter):
        return bytes(letter.pdf)
    kept = LetterCopy.objects.filter(letter=letter, form=form).first()
    if kept is None:
        # The plain text was kept when the letter was signed.
        content = letter.text.encode() if form == "plain-text" else render(draft_of(letter), form)
        kept, _ = LetterCopy.objects.get_or_create(
            service_id=letter.service_id, letter=letter, form=form,
            defaults={"media_type": FORMS[form].media_type, "content": content,
                      "sha256": hashlib.sha256(content).hexdigest()},
        )  # fmt: skip
    return bytes(kept.content)


def file_name(letter: Letter, reference: str, form: str) -> str:
    """`2BCD-FGHJ-letter-large-print.pdf`: the reference is random, and nothing else says whose it is."""
    about = "letter" if letter.audience == "patient" else "decision"
    more = "" if form in ("standard", "plain-text", "html") else f"-{form.removesuffix('-text')}"
    return f"{reference}-{about}{more}.{FORMS[form].extension}"
