"""The public pages for patients, in words: everything comes from the pathway but the frame around it."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from painpath.pathway import Pathway, contacts_for
from painpath.pathway.outcomes import Due, Stage
from painpath.pathway.patient_pages import Page, Shown
from painpath.pathway.service import Contact

Block = dict[str, Any]


def home(pathway: Pathway) -> dict[str, Any]:
    """The front page: what to do first, and every other page in its group."""
    headings = {"before": _("Before a referral"), "after": _("After a referral"), "help": _("Help for you")}
    links: dict[str, list[dict[str, str]]] = {name: [] for name in headings}
    for page in pathway.patient_pages.pages:
        links[page.group].append(_link(pathway, page) | {"summary": page.plain_summary})
    links["help"].append(
        {
            "text": _("Places that can help"),
            "href": reverse("patients:resources", args=[pathway.name]),
            "summary": _("Websites, groups and services, and how to reach them."),
        }
    )
    where = reverse("patients:code", args=[pathway.name])
    summary = _("See what is happening, and tell us what has changed.")
    links["after"].insert(0, {"text": _("Where is my referral?"), "href": where, "summary": summary})
    return {
        "title": pathway.patient_pages.plain_title,
        "intro": pathway.patient_pages.plain_intro,
        "right_time": _right_time(pathway) | {"summary": pathway.right_time.plain_summary},
        "groups": [{"id": name, "heading": heading, "pages": links[name]} for name, heading in headings.items()],
    }


def page(pathway: Pathway, wanted: str, locality: str | None) -> dict[str, Any]:
    """One page, part by part. KeyError when there is none of this name."""
    shown = pathway.patient_pages.page(wanted)
    return {
        "title": shown.plain_title,
        "intro": shown.plain_intro,
        "parts": _parts(pathway, shown, locality),
        "action": _right_time(pathway) if wanted == "how-to-be-referred" else None,
        "next": _next(pathway, shown),
        "checked": checked(shown.last_checked, shown.owner),
    }


def everything(pathway: Pathway) -> dict[str, Any]:
    """All pages one after the other, for people who want them on paper."""
    pages = pathway.patient_pages
    return {
        "title": pages.plain_title,
        "intro": pages.plain_intro,
        "all": [
            {"id": one.id, "title": one.plain_title, "intro": one.plain_intro, "parts": _parts(pathway, one, None)}
            for one in pages.pages
        ],
    }


def checked(day: date, owner: str) -> str:
    """When something was last checked, and who keeps it right."""
    return _("Last checked on %(day)s. Looked after by: %(owner)s.") % {"day": in_words(day), "owner": owner}


def in_words(day: date) -> str:
    """`23 November 2026`, in the reader's language."""
    return date_format(day, "j F Y")


def _parts(pathway: Pathway, page: Page, locality: str | None) -> list[dict[str, Any]]:
    return [
        {
            "id": part.id,
            "number": page.plain_each.format(number=number) if page.plain_each else "",
            "heading": part.plain_heading,
            "urgent": part.urgent,
            "criteria": [pathway.criterion(one).plain for one in part.criteria],
            "together": _together(pathway, part.criteria),
            "plain": part.plain,
            "points": part.plain_points,
            "shown": [_SHOWS[one](pathway, locality) for one in part.shows],
            "last": part.plain_last,
            "see": [_link(pathway, pathway.patient_pages.page(one)) for one in part.see],
        }
        for number, part in enumerate(page.parts, 1)
    ]


def _together(pathway: Pathway, shown: tuple[str, ...]) -> list[str]:
    """How the criteria that stand here go together, in the plain words for patients: where all that is tied together is
    here, so that the words are about what somebody has just read."""
    inside = {one.id: one.of for one in pathway.combinations}

    def all_here(name: str) -> bool:
        return all(map(all_here, inside[name])) if name in inside else name in shown

    return [one.plain for one in pathway.combinations if one.plain and all_here(one.id)]


def _right_time(pathway: Pathway) -> dict[str, str]:
    return {"text": pathway.right_time.plain_title, "href": reverse("patients:right_time", args=[pathway.name])}


def _link(pathway: Pathway, page: Page) -> dict[str, str]:
    return {"text": page.plain_title, "href": reverse("patients:page", args=[pathway.name, page.id])}


def _next(pathway: Pathway, shown: Page) -> dict[str, str] | None:
    pages = pathway.patient_pages.pages
    after = pages[pages.index(shown) + 1 :]
    return _link(pathway, after[0]) if after else None


def _statements(topic: Shown) -> Callable[[Pathway, str | None], Block]:
    def show(pathway: Pathway, locality: str | None) -> Block:
        return {"kind": "words", "words": [one.plain for one in pathway.statements if one.topic == topic]}

    return show


def _routes(pathway: Pathway, locality: str | None) -> Block:
    return {"kind": "points", "points": [route.plain for route in pathway.routes]}


def _readiness(pathway: Pathway, locality: str | None) -> Block:
    return {"kind": "points", "points": [one.plain for one in pathway.readiness]}


def _try_first(pathway: Pathway, locality: str | None) -> Block:
    return {"kind": "points", "points": [one.plain for one in pathway.referring.try_first]}


def _soon(pathway: Pathway, locality: str | None) -> Block:
    looked = _("A person looks at the letter within %(time)s.") % {"time": _time(pathway.target("first-look"))}
    told = _("You hear what we have decided within %(time)s. If we have to ask something first, it can take longer.")
    return {"kind": "points", "points": [looked, told % {"time": _time(pathway.target("decision-told"))}]}


def _stages(pathway: Pathway, locality: str | None) -> Block:
    waits = {stage.id: _wait(stage) for stage in pathway.stages}
    if not any(stage.wait for stage in pathway.stages):
        waits = {}
    points = [" ".join(filter(None, (stage.plain, waits.get(stage.id)))) for stage in pathway.stages]
    return {"kind": "points", "points": points, "after": "" if waits else _("We cannot say yet how long people wait.")}


def _questionnaires(pathway: Pathway, locality: str | None) -> Block:
    return {
        "kind": "words",
        "words": [words for one in pathway.questionnaires for words in (one.plain, one.plain_help)],
    }


def _contacts(pathway: Pathway, locality: str | None) -> Block:
    chosen = next((place for place in pathway.localities if place.id == locality), None)
    pages = pathway.patient_pages.pages
    at, part = next((one.id, part.id) for one in pages for part in one.parts if "contacts" in part.shows)
    contacts = {
        "page": reverse("patients:page", args=[pathway.name, at]),
        "part": part,
        "places": [{"id": one.id, "name": one.name, "current": one is chosen} for one in pathway.localities],
        "chosen": chosen.name if chosen else "",
        "shown": [_contact(one) for one in contacts_for(pathway, chosen.id if chosen else None)],
    }
    return {"kind": "contacts", "contacts": contacts}


def _help(kind: Shown) -> Callable[[Pathway, str | None], Block]:
    def show(pathway: Pathway, locality: str | None) -> Block:
        return {"kind": "help", "signposts": [one for one in pathway.signposts if one.kind == kind]}

    return show


_SHOWS: dict[Shown, Callable[[Pathway, str | None], Block]] = {
    "can": _statements("can"),
    "cannot": _statements("cannot"),
    "how_to_be_referred": _statements("how_to_be_referred"),
    "what_to_consider": _statements("what_to_consider"),
    "after_referral": _statements("after_referral"),
    "not_now": _statements("not_now"),
    "routes": _routes,
    "readiness": _readiness,
    "try_first": _try_first,
    "soon": _soon,
    "stages": _stages,
    "questionnaires": _questionnaires,
    "contacts": _contacts,
    "emergency": _help("emergency"),
    "crisis": _help("crisis"),
}


def _time(due: Due) -> str:
    if due.unit == "working_days":
        return ngettext("%(days)d working day", "%(days)d working days", due.days) % {"days": due.days}
    return ngettext("%(days)d day", "%(days)d days", due.days) % {"days": due.days}


def _wait(stage: Stage) -> str:
    if stage.wait is None:
        return _("For this, we cannot say yet how long people wait.")
    words = _("People wait from %(from)d to %(to)d weeks for this. This was true on %(day)s.")
    wait = stage.wait
    return words % {"from": wait.weeks_from, "to": wait.weeks_to, "day": in_words(wait.as_of)}


def _contact(contact: Contact) -> dict[str, str]:
    start = {"email": "mailto:", "phone": "tel:", "web": ""}.get(contact.kind)
    address = contact.value.replace(" ", "") if contact.kind == "phone" else contact.value
    href = "" if start is None else f"{start}{address}"
    return {"label": contact.label, "value": contact.value, "href": href}
