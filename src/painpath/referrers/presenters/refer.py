"""The pages of a draft, in words."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership
from painpath.directory.finding import titled
from painpath.directory.models import Referrer
from painpath.letters.wording import day, nhs_number
from painpath.letters.wording import ubrn as spaced
from painpath.pathway import Pathway
from painpath.referrals import drafting_online, ers_codes, pathways
from painpath.referrals.draft_contents import ANSWERS, CONSENT, HOW, NEEDS, PATIENT, Contents
from painpath.referrals.models import DraftFile, Referral, ReferralDraft
from painpath.referrers.refer_forms import Part

DONE, BEGUN, CHECK = "Completed", "Not started", "From your letter: check"


@dataclass(frozen=True)
class PartPage:
    """The page of one part of a draft."""

    part: str
    title: str
    template: str = "referrers/refer_part.jinja"
    intro: str = ""


PAGES = {
    "patient": PartPage(PATIENT, "The patient", intro="Fill in what you know. Where your letter states a detail, it is "
                        "filled in with the words it comes from: check it."),
    "how": PartPage(HOW, "How you refer", "referrers/refer_how.jinja"),
    "questions": PartPage(ANSWERS, "What we still ask", "referrers/refer_questions.jinja"),
    "consent": PartPage(CONSENT, "Consent and information given", intro="The service asks that the patient has had "
                        "information about it and agrees to the referral."),
    "needs": PartPage(NEEDS, "Communication needs", intro="So that the patient understands what we send, and is safe "
                      "when we get in touch."),
}  # fmt: skip
"""The word in the address -> the page."""


def start(by: Membership) -> dict[str, Any]:
    """The first page."""
    pathway, _ = pathways.in_force(by.service)
    return {"pathway": pathway, "emergency": emergency(pathway), "drafts": drafts(by)}


def emergency(pathway: Pathway) -> dict[str, Any]:
    """What this is no way for, and what to do instead."""
    changes = pathway.referring.changes
    return {"heading": changes.emergency_heading, "sentences": changes.emergency}


def drafts(by: Membership) -> list[dict[str, str]]:
    """What this person has begun and not sent."""
    pathway = drafting_online.published(by)
    return [
        {
            "href": reverse("referrers:draft", args=[draft.key]),
            "patient": name_of(Contents(draft, pathway, tuple(draft.files.defer("content")), "").patient)
            or "Patient not named yet",
            "changed": day(draft.changed_at.astimezone(clock.LONDON).date()),
            "until": until(draft),
        }
        for draft in drafting_online.drafts(by)
    ]


def until(draft: ReferralDraft) -> str:
    """The last day on which the draft is there."""
    return day(drafting_online.last_day(draft).date())


def name_of(patient: dict[str, str]) -> str:
    """The patient's name in one line."""
    return " ".join(filter(None, (patient.get(name, "") for name in ("title", "given_name", "family_name"))))


def _frame(whole: Contents, back: str = "") -> dict[str, Any]:
    key = whole.draft.key
    return {
        "draft": whole.draft,
        "patient": name_of(whole.patient),
        "until": until(whole.draft),
        "home": reverse("referrers:draft", args=[key]),
        "back": back or reverse("referrers:draft", args=[key]),
    }


def tasks(whole: Contents) -> dict[str, Any]:
    """The task list."""
    return _frame(whole, reverse("referrers:mine")) | {
        "tasks": [
            _task("The letter", reverse("referrers:draft-letter", args=[whole.draft.key]), _letter_status(whole),
                  whole.files != () and not whole.unread),
            _part_task(whole, "patient", CHECK if whole.from_letter else BEGUN),
            _part_task(whole, "how", BEGUN),
            _task(PAGES["questions"].title, _address(whole, "questions"), _questions_status(whole),
                  not whole.unanswered),
            _part_task(whole, "consent", BEGUN),
            _part_task(whole, "needs", BEGUN),
        ],
        "check": reverse("referrers:draft-check", args=[whole.draft.key]),
    }  # fmt: skip


def _address(whole: Contents, page: str) -> str:
    return reverse("referrers:draft-part", args=[whole.draft.key, page])


def _part_task(whole: Contents, page: str, otherwise: str) -> dict[str, Any]:
    saved = whole.is_saved(PAGES[page].part)
    return _task(PAGES[page].title, _address(whole, page), DONE if saved else otherwise, saved)


def _task(heading: str, href: str, status: str, done: bool) -> dict[str, Any]:
    shown = {"text": status} if done else {"tag": {"text": status, "classes": "nhsuk-tag--blue"}}
    return {"heading": heading, "href": href, "status": shown}


def _letter_status(whole: Contents) -> str:
    if whole.unread:
        return f"{len(whole.unread)} of {_count(len(whole.files), 'file')} not wholly read"
    return _count(len(whole.files), "file") if whole.files else "No letter yet"


def _questions_status(whole: Contents) -> str:
    answered = len(whole.asked) - len(whole.unanswered)
    return f"{answered} of {_count(len(whole.asked), 'question')} answered" if whole.asked else "Nothing is missing"


def _count(number: int, one: str) -> str:
    return f"{number} {one}{'' if number == 1 else 's'}"


def letter(whole: Contents) -> dict[str, Any]:
    """The files of a draft."""
    return _frame(whole) | {"files": [_file(whole, file) for file in whole.files]}


def _file(whole: Contents, file: DraftFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "size": f"{max(1, file.size // 1024):,} KB" if file.size < 1024**2 else f"{file.size / 1024**2:.1f} MB",
        "problems": file_problems(file),
        "remove": reverse("referrers:draft-file", args=[whole.draft.key, file.pk]),
    }


def file_problems(file: DraftFile) -> list[str]:
    """Why the file could not be read, or not whole."""
    return [file.problem] if file.problem else [f"Page {one['page']}: {one['reason']}" for one in file.unread]


def part(whole: Contents, name: str, form: Part) -> dict[str, Any]:
    """The page of one part."""
    page = PAGES[name]
    context = _frame(whole) | {"title": page.title, "intro": page.intro}
    if page.part == HOW:
        context |= {
            "routes": whole.routes,
            "is_ers": any(route.channel == ers_codes.CHANNEL for route in whole.routes),
        }
    if page.part == ANSWERS:
        context |= {
            "asked": [form[one.id] for one in whole.asked],
            "said": [
                {"question": one.question, "quotes": quotes(whole, one.id), "field": form[one.id],
                 "open": bool(form[one.id].value() or form[one.id].errors)}
                for one in whole.said
            ],
        }  # fmt: skip
    return context


def quotes(whole: Contents, criterion: str) -> list[str]:
    """The words of the letter about one criterion, each once: what is part of longer words is left out."""
    found = dict.fromkeys(" ".join(one.quote.split()) for one in whole.sheet.criterion(criterion).evidence)
    return [words for words in found if not any(words != other and words in other for other in found)]


def mentions(whole: Contents) -> dict[str, str]:
    """Words of the letter that touch a question without settling it, by criterion: the first of each."""
    found = {one.id: quotes(whole, one.id) for one in whole.asked}
    return {name: words[0] for name, words in found.items() if words}


def own_practice(whole: Contents, me: Referrer | None) -> dict[str, str]:
    """A GP mostly refers patients of the practice they work in: offered where the letter names none."""
    if me is None or me.practice is None or me.kind != "gp" or whole.patient.get("practice_name"):
        return {}
    return {"practice_name": titled(me.practice)}


def check(whole: Contents, earlier: Referral | None) -> dict[str, Any]:
    """Check your answers: what will be sent, what is missing, and whether it was sent before."""
    return _frame(whole) | {
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
    }


def _on(referral: Referral) -> str:
    return day(referral.received_at.astimezone(clock.LONDON).date())


def _rows(whole: Contents, page: str, rows: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """The rows of a summary list. A change leads back to this page."""
    address = (
        reverse("referrers:draft-letter", args=[whole.draft.key])
        if page == "letter"
        else f"{_address(whole, page)}?change"
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
    if route is not None and route.channel == ers_codes.CHANNEL:
        convert = {"yes": "Yes", "no": "No"}.get(saved.get("may_convert", ""), "")
        if not whole.ubrn:
            rows = [("Route", "Sent here, not through e-RS")]
        rows += [("UBRN, if sent in e-RS", spaced(whole.ubrn)), ("May become a referral", convert)]
    if route is not None and "circumstances" in route.needs:
        rows.append(("Exceptional circumstances", saved.get("circumstances", "")))
    return rows


def _answer_rows(whole: Contents) -> list[tuple[str, str]]:
    rows = [(whole.pathway.criterion(name).question, words) for name, words in whole.answers.items()]
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
    none = "None" if whole.is_saved(NEEDS) else ""
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


def delete(whole: Contents) -> dict[str, Any]:
    """The question before a draft is deleted."""
    return _frame(whole)
