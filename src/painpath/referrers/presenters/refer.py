"""The pages of a draft, in words."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership
from painpath.directory.finding import titled
from painpath.directory.models import Referrer
from painpath.letters.wording import day
from painpath.pathway import Pathway
from painpath.pathway.criteria import Criterion
from painpath.referrals import pathways
from painpath.referrals.guidance import ers_codes
from painpath.referrals.models import DraftFile, ReferralDraft
from painpath.referrals.referring import drafting_online
from painpath.referrals.referring.draft_contents import ANSWERS, CONSENT, HOW, NEEDS, PATIENT, Contents
from painpath.referrers.presenters.check import dangers
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


def frame(whole: Contents, back: str = "") -> dict[str, Any]:
    """What every page of a draft shows."""
    key = whole.draft.key
    return {
        "draft": whole.draft,
        "asked_in": whole.pathway.digest,
        "patient": name_of(whole.patient),
        "until": until(whole.draft),
        "home": reverse("referrers:draft", args=[key]),
        "back": back or reverse("referrers:draft", args=[key]),
    }


def tasks(whole: Contents) -> dict[str, Any]:
    """The task list."""
    return frame(whole, reverse("referrers:mine")) | {
        "tasks": [
            _task("The letter", reverse("referrers:draft-letter", args=[whole.draft.key]), _letter_status(whole),
                  whole.files != () and not whole.unread),
            _part_task(whole, "patient", CHECK if whole.from_letter else BEGUN),
            _part_task(whole, "how", BEGUN),
            _task(PAGES["questions"].title, address_of(whole, "questions"), _questions_status(whole),
                  not whole.unanswered),
            _part_task(whole, "consent", BEGUN),
            _part_task(whole, "needs", BEGUN),
        ],
        "check": reverse("referrers:draft-check", args=[whole.draft.key]),
        "dangers": dangers(whole.dangers),
        "emergency": emergency(whole.pathway),
    }  # fmt: skip


def address_of(whole: Contents, page: str) -> str:
    """The address of the page of one part."""
    return reverse("referrers:draft-part", args=[whole.draft.key, page])


def _part_task(whole: Contents, page: str, otherwise: str) -> dict[str, Any]:
    saved = whole.is_saved(PAGES[page].part)
    return _task(PAGES[page].title, address_of(whole, page), DONE if saved else otherwise, saved)


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
    return frame(whole) | {"files": [_file(whole, file) for file in whole.files]}


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


def _anew_first(whole: Contents) -> list[Criterion]:
    """What is asked, and first what was answered already and is asked anew: nobody has to look for it among twenty."""
    return sorted(whole.asked, key=lambda one: one.id not in whole.before)


def part(whole: Contents, name: str, form: Part) -> dict[str, Any]:
    """The page of one part."""
    page = PAGES[name]
    context = frame(whole) | {"title": page.title, "intro": page.intro}
    if page.part == HOW:
        context |= {
            "routes": whole.routes,
            "is_ers": any(route.channel in ers_codes.CHANNELS for route in whole.routes),
        }
    if page.part == ANSWERS:
        context |= {
            "asked": [form[one.id] for one in _anew_first(whole)],
            "said": [
                {"question": one.question, "quotes": quotes(whole, one.id), "field": form[one.id],
                 "open": bool(form[one.id].value() or form[one.id].errors or one.id in whole.before)}
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


def delete(whole: Contents) -> dict[str, Any]:
    """The question before a draft is deleted."""
    return frame(whole)
