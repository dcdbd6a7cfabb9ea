"""Where a referral stands, and what somebody can do about it, for the page of the person whose it is."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from painpath.letters.copies import draft_of
from painpath.letters.formats import form_for
from painpath.letters.models import Letter
from painpath.letters.rendering import FORMS
from painpath.letters.text import render_html, sign_off
from painpath.letters.where_it_is import moment, where_it_is
from painpath.pathway import Pathway
from painpath.pathway.crisis import with_signs
from painpath.patients.presenters.around import behind_code
from painpath.patients.seen import Seen
from painpath.referrals.models import SignpostFollowUp
from painpath.referrals.moves import can_move
from painpath.referrals.referring.changing import can_report
from painpath.referrals.transitions import State


def page(seen: Seen) -> dict[str, Any]:
    """Everything on the page."""
    referral = seen.referral
    can = {
        verb: can_move(verb, referral, by=seen.by) for verb in ("say_ready", "look_again", "withdraw", "record_needs")
    }
    return behind_code(seen) | {
        "reference": referral.reference,
        "patient": referral.patient.name if referral.patient else "",
        "where": where_it_is(referral, seen.pathway),
        "questions": reverse("patients:questions", args=[seen.service.slug]),
        "to_ask": to_ask(seen),
        "own_form": forms(seen)[0],
        "can_report": can_report(referral, by=seen.by),
        **{f"can_{verb}": may for verb, may in can.items()},
    }


def telling(pathway: Pathway, by: datetime) -> dict[str, Any]:
    """What stands around a form with which somebody tells us something: what cannot wait, and by when it is read."""
    status = pathway.patient_status
    return {
        "emergency_heading": status.plain_emergency_heading,
        "with_signs": with_signs(pathway),
        "emergency": status.plain_emergency,
        "by": moment(by),
    }


def to_ask(seen: Seen) -> list[SignpostFollowUp]:
    """Where we pointed to and do not know yet whether they got there."""
    if seen.referral.state != State.SIGNPOSTED:
        return []
    return list(SignpostFollowUp.objects.filter(referral=seen.referral, answered_at__isnull=True))


def letter(seen: Seen, found: Letter) -> dict[str, Any]:
    """A letter as a page."""
    draft = draft_of(found)
    return behind_code(seen) | {
        "letter": found, "content": render_html(draft), "sign_off": sign_off(draft), "ways": forms(seen),
    }  # fmt: skip


def forms(seen: Seen) -> list[tuple[str, str]]:
    """(id, words) of every form of a letter; this person's own first."""
    words = {
        "standard": _("To keep or print (PDF)"),
        "large-print": _("Large print (PDF)"),
        "yellow-on-black": _("Big yellow words on black (PDF)"),
        "easy-read": _("Easy read layout, with pictures (PDF)"),
        "html": _("A web page to keep"),
        "plain-text": _("Plain text"),
        "audio-text": _("Text to listen to"),
    }
    own = form_for(seen.referral.patient)
    return [(form, words[form]) for form in sorted(FORMS, key=lambda form: form != own)]
