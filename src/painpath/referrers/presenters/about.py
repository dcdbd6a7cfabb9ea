"""The public pages of a service, in words: everything comes from its pathway."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from painpath.pathway import Pathway, contacts_for
from painpath.pathway.crisis import help_now
from painpath.pathway.criteria import Criterion
from painpath.pathway.service import Contact, Route
from painpath.referrers import words
from painpath.referrers.template_letter import HEADINGS, letter_fields
from painpath.web.shapes import catchment_of, notes_of, required_of, shapes

Show = Callable[[Pathway], dict[str, Any]]
"""What makes the content of one page."""

PAGES = {
    "practitioners": "",  # its title is the heading of the published page
    "criteria": "Who can be referred",
    "how_to_refer": "How to refer",
    "what_happens_next": "What happens next",
}
"""The pages for practitioners, in their order, with their titles."""

_STATEMENTS = ("can", "cannot", "not_now")


def guide(pathway: Pathway, name: str) -> dict[str, Any]:
    """What every page has: its title, the list of the pages, and where the words come from."""
    titles = PAGES | {"practitioners": pathway.headings.practitioners}
    slug = pathway.name
    items = [
        {"text": title, "href": reverse(f"referrers:{page}", args=[slug]), "current": page == name}
        for page, title in titles.items()
    ]
    return {
        "title": titles.get(name, pathway.service),
        "pages": items,
        "service": pathway.service,
        "source": f"From the page “{pathway.source.page}”, {pathway.source.published}. "
        f"Version of the criteria: {pathway.version}.",
    }


def front(pathway: Pathway) -> dict[str, Any]:
    """The front page of a service."""
    return {
        "crisis": help_now(pathway),
        "purpose": pathway.referring.purpose,
        "practitioners": pathway.headings.practitioners,
        "patients": {"heading": _("For patients and carers"), "about": pathway.patient_pages.plain_intro[0]},
    }


def overview(pathway: Pathway) -> dict[str, Any]:
    """What the service is for, the files to take away, and the recordings."""
    return {
        "purpose": pathway.referring.purpose,
        "gaps": words.GAPS,
        "statements": [one.plain for topic in _STATEMENTS for one in pathway.statements if one.topic == topic],
        "podcasts": [
            {
                "heading": podcast.heading,
                "title": podcast.title,
                "speakers": [
                    ", ".join(filter(None, (speaker.name, speaker.role, speaker.organisation)))
                    for speaker in podcast.speakers
                ],
                "about": podcast.about,
                "published": podcast.published,
                "link": podcast.link,
                "link_words": podcast.link_words,
                "chapters": [
                    {"minute": chapter.minute, "about": [_link(pathway, one) for one in chapter.criteria]}
                    for chapter in podcast.chapters
                ],
            }
            for podcast in pathway.podcasts
        ],
    }


def criteria(pathway: Pathway) -> dict[str, Any]:
    """Every criterion in its group."""
    groups = [
        {
            "id": group,
            "heading": heading,
            "items": [_criterion(pathway, one) for one in pathway.criteria if one.group == group],
        }
        for group, heading in words.GROUPS
    ]
    return {
        "groups": [group for group in groups if group["items"]],
        "gaps": words.GAPS,
        "shapes": shapes(pathway),
        "required": required_of(pathway),
        "catchment": catchment_of(pathway),
    }


def how_to_refer(pathway: Pathway, where: str | None) -> dict[str, Any]:
    """What to try first, how to refer, what to write; and whom to ask, once the reader has said for which patients.

    `where` is the locality that the reader chose: anything that is none is no choice.
    """
    chosen = next((place for place in pathway.localities if place.id == where), None)
    shown = contacts_for(pathway, chosen.id if chosen else None)
    fields = letter_fields(pathway)
    return {
        "first": [
            {
                "id": one.id,
                "name": one.name,
                "words": one.words,
                "published": one.published,
                "links": one.links,
                "criteria": [_link(pathway, criterion) for criterion in one.criteria],
            }
            for one in pathway.referring.try_first
        ],
        "routes": [_route(pathway, route) for route in pathway.routes],
        "letter": [
            {"heading": heading, "labels": [one.label for one in fields if one.section == section and not one.number]}
            for section, heading in HEADINGS
            if any(one.section == section and not one.number for one in fields)
        ],
        "questions": sum(1 for one in fields if one.section == "criteria"),
        "gaps": words.GAPS,
        "emergency_heading": pathway.referring.changes.emergency_heading,
        "emergency": pathway.referring.changes.emergency,
        "localities": [
            {"id": place.id, "name": place.name, "current": place is chosen} for place in pathway.localities
        ],
        "chosen": chosen.name if chosen else "",
        "contacts": [_contact(one) for one in shown],
        "no_contact": _no_contact(chosen.no_contact) if chosen and not shown else "",
    }


def what_happens_next(pathway: Pathway) -> dict[str, Any]:
    """How soon, and everything that a clinician may decide, each with its way back."""
    return {
        "soon": words.how_soon(pathway),
        "outcomes": [
            {
                "id": one.id,
                "label": one.label,
                "words": one.explanation,
                "due": f"{words.within(one.due)}: {one.due.what}" if one.due else "",
                "way_back": one.way_back,
            }
            for one in pathway.outcomes
        ],
    }


def _criterion(pathway: Pathway, criterion: Criterion) -> dict[str, Any]:
    return {
        "id": criterion.id,
        "name": criterion.name,
        "published": criterion.published,
        "plain": criterion.plain,
        "exception": criterion.exception,
        "exception_shown_by": criterion.exception_shown_by,
        "adjustments": "adjustments_offered" in criterion.requires,
        "notes": notes_of(criterion, pathway),
        "question": criterion.question,
        "example": criterion.example,
        "instead": [_instead(pathway, one.outcome, one.signpost, one.why) for one in criterion.outcomes],
        "minutes": [
            {"title": podcast.title, "minute": chapter.minute}
            for podcast in pathway.podcasts
            for chapter in podcast.chapters
            if criterion.id in chapter.criteria
        ],
    }


def _instead(pathway: Pathway, outcome: str, signpost: str | None, why: str) -> dict[str, str]:
    name = pathway.outcome(outcome).label
    return {"what": f"{name}: {pathway.signpost(signpost).name}" if signpost else name, "why": why}


def _route(pathway: Pathway, route: Route) -> dict[str, Any]:
    grades = {grade.id: grade.name for grade in pathway.grades}
    return {
        "id": route.id,
        "name": route.name,
        "who": [pathway.referring.kind(kind).name for kind in route.referrers],
        "how": route.how,
        "published": route.published,
        "decided_by": [grades[one] for one in route.decided_by],
        "exceptional": route.exceptional,
        "ubrn": "ubrn" in route.needs,
    }


def _link(pathway: Pathway, criterion: str) -> dict[str, str]:
    page = reverse("referrers:criteria", args=[pathway.name])
    return {"text": pathway.criterion(criterion).name, "href": f"{page}#{criterion}"}


def _contact(contact: Contact) -> dict[str, str]:
    href = {"email": "mailto:", "phone": "tel:", "web": ""}.get(contact.kind)
    address = contact.value.replace(" ", "") if contact.kind == "phone" else contact.value
    return {
        "label": contact.label,
        "value": contact.value,
        "href": "" if href is None else f"{href}{address}",
    }


def _no_contact(words_for_it: str | None) -> str:
    return words_for_it or "The service has not published how to reach it for these patients. Refer as above."
