"""A patient opens a letter of their own: as a page, or in any form that letters have."""

from django.db import transaction

from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.letters import online
from painpath.letters.models import Letter
from painpath.letters.where_it_is import letters_of
from painpath.referrals.models import Referral
from painpath.referrals.theirs import check_theirs


def open_own_letter(referral: Referral, letter_id: int, *, by: Actor, form: str = "page") -> Letter:
    """The signed letter to the patient of this referral; opening it, and in which form, is audited.

    Raises `Letter.DoesNotExist` for any other letter, and for one that they may not read (`letters_of`).
    """
    check_theirs(referral, by=by)
    if letter_id not in [one.pk for one in letters_of(referral)]:
        raise Letter.DoesNotExist
    letter = Letter.objects.get(pk=letter_id)
    with transaction.atomic():
        audit.record(by, "letter.open", letter, form=form)
        online.opened(letter, by=by)
    return letter
