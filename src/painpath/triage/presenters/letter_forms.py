"""A signed letter with its forms, and the samples of all letters, as their pages show them."""

from dataclasses import dataclass
from typing import Any, get_args

from django.urls import reverse

from painpath.accounts.models import Membership
from painpath.letters.copies import draft_of, signed_form
from painpath.letters.formats import form_for, format_for, format_name, waits
from painpath.letters.models import AUDIENCES, Letter
from painpath.letters.rendering import FOR, FORMS
from painpath.letters.text import render_html, sign_off
from painpath.pathway import Pathway
from painpath.pathway.letters import Audience
from painpath.pathway.needs import STANDARD, Communication
from painpath.referrals.arriving.needs import communication_of
from painpath.referrals.models import Referral
from painpath.triage.presenters.page import frame
from painpath.triage.presenters.words import moment, person


@dataclass(frozen=True)
class FormLink:
    """A form of a letter, and where it is."""

    name: str
    href: str
    note: str = ""


def forms_of(letter: Letter) -> list[str]:
    """The forms in which this letter can be had; to a patient, their own first."""
    own = form_for(letter.referral.patient) if letter.audience == "patient" else STANDARD
    return sorted(FOR["patient" if letter.audience == "patient" else "gp"], key=lambda form: form != own)


def page(letter: Letter, by: Membership) -> dict[str, Any]:
    """Everything on the page of a signed letter."""
    referral, draft = letter.referral, draft_of(letter)
    given = set(letter.copies.values_list("form", flat=True))
    notes = dict.fromkeys(given, "Given out already, and kept.") | {signed_form(letter): "As it was signed."}
    return frame(referral, by) | {
        "letter_title": f"Letter {AUDIENCES[letter.audience].replace('To', 'to', 1)}",
        "signed_by": person(letter.signed_by),
        "signed_at": moment(letter.signed_at),
        "wanted": _wanted(referral) if letter.audience == "patient" else "",
        "ways": [
            FormLink(
                FORMS[form].name,
                reverse("triage:letter-in", args=[referral.reference, letter.pk, form]),
                notes.get(form, ""),
            )
            for form in forms_of(letter)
        ],
        "overruled": [(row.change, row.reason) for row in letter.overruled.all()],
        "content": render_html(draft),
        "sign_off": sign_off(draft),
    }


def _wanted(referral: Referral) -> str:
    """In which format this person's letters come, and what is left for a person to do."""
    wanted = format_for(referral.patient)
    return "" if wanted == STANDARD else comes_in(communication_of(referral), wanted)


def comes_in(communication: Communication, wanted: str) -> str:
    """That somebody's letters come in this format, and what is left for a person to do."""
    known = communication.letter_format(wanted)
    do = known.by_hand if known and waits(wanted) else ""
    return " ".join(filter(None, (f"This person’s letters come in: {format_name(wanted, communication)}.", do)))


def samples(pathway: Pathway) -> dict[str, Any]:
    """The samples of every letter of a pathway, by outcome, audience and form."""
    return {
        "service": pathway.service,
        "version": pathway.version,
        "rows": [
            {
                "outcome": outcome.label,
                "letters": [
                    {"to": AUDIENCES[audience], "ways": _samples(outcome.id, audience)}
                    for audience in get_args(Audience)
                ],
            }
            for outcome in pathway.outcomes
        ],
    }


def _samples(outcome: str, audience: Audience) -> list[FormLink]:
    return [
        FormLink(FORMS[form].name, reverse("triage:sample-letter", args=[outcome, audience, form]))
        for form in FOR[audience]
    ]
