"""A patient opens a letter of their own: in the form of a page, of plain text, or as it was printed."""

import msgspec
from django.db import transaction

from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.letters import online
from painpath.letters.drafting import Draft
from painpath.letters.facts import Layout
from painpath.letters.models import Letter
from painpath.letters.pdf import render_pdf
from painpath.letters.where_it_is import letters_of
from painpath.referrals.models import Referral
from painpath.referrals.theirs import check_theirs


def open_own_letter(referral: Referral, letter_id: int, *, by: Actor) -> Letter:
    """The signed letter to the patient of this referral; opening it is audited.

    Raises `Letter.DoesNotExist` for any other letter, and for one that they may not read (`letters_of`).
    """
    check_theirs(referral, by=by)
    if letter_id not in [one.pk for one in letters_of(referral)]:
        raise Letter.DoesNotExist
    letter = Letter.objects.get(pk=letter_id)
    with transaction.atomic():
        audit.record(by, "letter.open", letter)
        online.opened(letter, by=by)
    return letter


def draft_of(letter: Letter) -> Draft:
    """The letter as it was signed."""
    return msgspec.convert({name: value for name, value in letter.facts.items() if name != "layout"}, Draft)


def pdf_in(letter: Letter, layout: Layout) -> bytes:
    """The letter as signed, or the same words set anew where another layout is needed by now."""
    same = letter.facts.get("layout", "standard") == layout
    return bytes(letter.pdf) if same else render_pdf(draft_of(letter), layout=layout)
