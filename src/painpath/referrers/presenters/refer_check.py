"""Check your answers: what a draft will send, what is not there, and whether it was sent before."""

from datetime import date
from typing import Any

from django.urls import reverse

from painpath import clock
from painpath.letters.wording import day, nhs_number
from painpath.letters.wording import ubrn as spaced
from painpath.referrals.guidance import ers_codes
from painpath.referrals.models import Referral
from painpath.referrals.referring.draft_contents import CONSENT, HOW, NEEDS, Contents
from painpath.referrers.presenters.check import dangers
from painpath.referrers.presenters.refer import PAGES, address_of, emergency, frame, name_of


def check(whole: Contents, earlier: Referral | None) -> dict[str, Any]:
    """Check your answers: what will be sent, what is missing, and whether it was sent before."""
    return frame(whole) | {
        "sections": [
            ("The letter", _rows(whole, "letter", [("Files", _files_line(whole))])),
            (PAGES["patient"].title, _rows(whole, "patient", _patient_rows(whole))),
            (PAGES["how"].title, _rows(whole, "how", _how_rows(whole))),
            (PAGES["questions"].title, _rows(whole, "questions", _answer_rows(whole))),
            (PAGES["consent"].title, _rows(whole, "consent", _consent_rows(whole))),
            (PAGES["needs"].title, _rows(whole, "needs", _needs_rows(whole))),
        ],
        "gaps": gaps(whole),
        "earlier": {"reference": earlier.reference, "sent": _on(earlier)} if earlier else None,
        "emergency": emergency(whole.pathway),
        "dangers": dangers(whole.dangers),
    }


def _on(referral: Referral) -> str:
    return day(referral.received_at.astimezone(clock.LONDON).date())


def _rows(whole: Contents, page: str, rows: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """The rows of a summary list. A change leads back to this page."""
    address = (
        reverse("referrers:draft-letter", args=[whole.draft.key])
        if page == "letter"
        else f"{address_of(whole, page)}?change"
    )
    return [
        {"label": label, "value": value or "Not given", "href": address, "given": bool(value)} for label, value in rows
    ]


def _files_line(whole: Contents) -> str:
    return "\n".join(
        file.name + (" (not wholly read by the program; a person opens it)" if file in whole.unread else "")
        for file in whole.files
    )


def _patient_rows(whole: Contents) -> list[tuple[str, str]]:
    patient, stated = whole.patient, whole.from_letter
    address = "\n".join(filter(None, (patient.get("address", ""), patient.get("postcode", ""))))
    rows = (
        ("Name", name_of(patient), "family_name"),
        ("Date of birth", _day(patient.get("date_of_birth", "")), "date_of_birth"),
        ("NHS number", nhs_number(patient.get("nhs_number", "")), "nhs_number"),
        ("Address", address, "postcode"),
        ("Phone", patient.get("phone", ""), "phone"),
        ("Email", patient.get("email", ""), "email"),
        ("GP practice", patient.get("practice_name", ""), "practice_name"),
    )
    return [
        (label, f"{value} (from your letter)" if value and field in stated else value) for label, value, field in rows
    ]


def _how_rows(whole: Contents) -> list[tuple[str, str]]:
    saved, route = whole.saved(HOW), whole.route
    rows = [("Route", route.name if route else "")]
    if route is not None and route.channel in ers_codes.CHANNELS:
        convert = {"yes": "Yes", "no": "No"}.get(saved.get("may_convert", ""), "")
        if not whole.ubrn:
            rows = [("Route", "Sent here, not through e-RS")]
        rows.append(("UBRN, if sent in e-RS", spaced(whole.ubrn)))
        if route.channel == ers_codes.CHANNEL:
            rows.append(("May become a referral", convert))
    if route is not None and "circumstances" in route.needs:
        rows.append(("Exceptional circumstances", saved.get("circumstances", "")))
    return rows


def _answer_rows(whole: Contents) -> list[tuple[str, str]]:
    rows = [(whole.pathway.criterion(name).question, words) for name, words in whole.answers.items()]
    rows += [(f"{question} (this question has changed since)", words) for question, words in whole.earlier]
    return rows or [("Answers", "Your letter says something about everything" if not whole.asked else "")]


def _consent_rows(whole: Contents) -> list[tuple[str, str]]:
    saved = whole.saved(CONSENT)
    return [
        ("Information given on", _day(saved.get("information_given_on", ""))),
        ("Which information", saved.get("information_version", "")),
        ("Patient agreed on", _day(saved.get("consented_on", ""))),
    ]


def _needs_rows(whole: Contents) -> list[tuple[str, str]]:
    saved = whole.saved(NEEDS)
    carer = ", ".join(filter(None, (saved.get(f"proxy_{name}", "") for name in ("name", "relationship", "authority"))))
    none = "Not given" if whole.is_saved(NEEDS) else ""
    no = "No" if saved.get("needs_interpreter") == "no" else ""
    return [
        ("Interpreter", saved.get("interpreter", "") or no),
        ("Communication needs", saved.get("communication_needs", "") or none),
        ("Safe contact", saved.get("safe_contact", "") or none),
        ("Carer", carer or none),
    ]


def _day(value: str) -> str:
    return day(date.fromisoformat(value)) if value else ""


def gaps(whole: Contents) -> list[str]:
    """What is missing, in words: it helps the patient when it is there, and never stops the referral."""
    found = []
    if not whole.files:
        found.append("a letter")
    for field, words in (("family_name", "the patient's name"), ("date_of_birth", "the date of birth"),
                         ("nhs_number", "the NHS number"), ("practice_name", "the GP practice")):  # fmt: skip
        if not whole.patient.get(field):
            found.append(words)
    consent = whole.saved(CONSENT)
    if not consent.get("consented_on"):
        found.append("the day on which the patient agreed")
    if not consent.get("information_given_on"):
        found.append("the day on which the patient was given information")
    if whole.route is not None and "circumstances" in whole.route.needs and not whole.saved(HOW).get("circumstances"):
        found.append("the exceptional circumstances")
    return found + [f"an answer to: {one.question}" for one in whole.unanswered]
