"""Questionnaires of the service: those that come with the pathway, and the site's own."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from painpath.accounts.models import Membership, Service
from painpath.accounts.roles import MANAGER
from painpath.pathway import Pathway
from painpath.questionnaires import Questionnaire
from painpath.referrals.models import QuestionnaireLicence, SiteQuestionnaire
from painpath.referrals.questionnaires import choosing, library, site
from painpath.referrals.refusal import Refused
from painpath.triage.presenters.questions import all_questions
from painpath.triage.presenters.rota import no_email
from painpath.triage.presenters.words import day, person, plural
from painpath.web import answer_fields, forms

ASKS = {
    True: "Questionnaires with a question about safety can be sent, as the PHQ-9.",
    False: "The PHQ-4 is asked instead of the PHQ-9. No questionnaire with a question about safety is sent.",
}
NOT_SAID = "The file does not say"


_IN_THE_LIST = {"Rights", "Asks", "Takes", "Safety"}


@dataclass(frozen=True)
class Entry:
    """One questionnaire in the list."""

    title: str
    href: str
    about: tuple[tuple[str, str], ...]
    state: str


def overview(service: Service, pathway: Pathway, by: Membership) -> dict[str, Any]:
    """The page with all of them."""
    return {
        "shipped": [_shipped(one) for one in site.shipped(pathway)],
        "own": [_own(row) for row in site.own(service)],
        "may_manage": by.role == MANAGER,
        "asking": asking(service),
        "no_email": no_email(service),
        "looks": _looks(service),
    }


def _looks(service: Service) -> str:
    if (said := choosing.who_looks(service)) is None:
        return (
            "Nobody has recorded who looks at To do. Until then no questionnaire with a question about safety is sent."
        )
    return f"Who looks at To do: “{said.detail['words']}” (recorded on {day(said.at)} by {person(said.by)})."


def asking(service: Service) -> list[str]:
    """Whether the service asks about self-harm: every decision with who, when and why, the one that holds first."""
    made = [
        f"{ASKS[one.asks]} Decided on {day(one.at)} by {person(one.by)}: “{one.reason}”"
        for one in choosing.choices(service)
    ]
    return made or ["No decision is recorded. Such a questionnaire can be sent while the duty rota has no gap."]


def _shipped(one: site.Shipped) -> Entry:
    form = one.form
    if form.skeleton:
        state = "A frame without its questions: a manager fills it in under a licence and uploads it"
    elif one.offered_as:
        state = f"Sent as: {', '.join(one.offered_as)}"
    else:
        state = "Comes with the pathway, in no step of this service"
    href = reverse("triage:questionnaire-shipped", args=[form.id])
    return Entry(form.title or form.id, href, _in_short(form, form.rights or ""), state)


def _own(row: SiteQuestionnaire) -> Entry:
    form = library.parsed(row.version)
    href = reverse("triage:questionnaire", args=[row.pk])
    return Entry(f"{row.title} ({row.version.label or 'no version'})", href, _in_short(form, row.rights), standing(row))


def _in_short(form: Questionnaire, rights: str) -> tuple[tuple[str, str], ...]:
    """What tells one from another in the list; its sources and notices stand on its own page."""
    return tuple((label, value) for label, value in facts(form, rights) if label in _IN_THE_LIST)


def standing(row: SiteQuestionnaire) -> str:
    """Whether clinicians can send it now."""
    if row.ended_at is not None:
        return f"Ended on {day(row.ended_at)} by {person(row.ended_by)}"
    if row.published_at is not None:
        stopped = ". Its licence has run out: it is not sent" if site.needs_licence(row) else ""
        return f"Published on {day(row.published_at)} by {person(row.published_by)}{stopped}"
    return f"Not published. Uploaded on {day(row.uploaded_at)} by {person(row.uploaded_by)}"


def facts(form: Questionnaire, rights: str) -> tuple[tuple[str, str], ...]:
    """Whose it is, what it asks, what it adds up, and whether an answer may be about safety."""
    asked = [item for item in form.walk() if item.is_asked]
    sums = [item for item in form.walk() if item.calculated]
    bands = {band.source for item in sums for band in item.bands}
    safety = [item.text for item in asked if item.safety is not None]
    rows = (
        ("Version", form.version),
        ("Rights", site.RIGHTS.get(rights, NOT_SAID)),
        ("Source", form.rights_source),
        ("Notice", form.copyright),
        ("For whom", form.population),
        ("Asks", plural(len(asked), "question") if asked else "Nothing yet"),
        ("Takes", f"about {plural(form.minutes, 'minute')}" if form.minutes else ""),
        ("Adds up", "; ".join(item.text for item in sums)),
        ("Names of scores from", "; ".join(sorted(bands))),
        ("Safety", f"Read the same working day: “{'”, “'.join(safety)}”" if safety else ""),
    )
    return tuple((label, value) for label, value in rows if value)


def one(row: SiteQuestionnaire, pathway: Pathway, by: Membership) -> dict[str, Any]:
    """A site's own, with what stands in the way of publishing it."""
    form = library.parsed(row.version)
    may = by.role == MANAGER
    problem = ""
    if may and row.published_at is None:
        try:
            site.check_publish(row, pathway, by=by)
        except Refused as refused:
            problem = refused.sentence
    licences = QuestionnaireLicence.objects.filter(service_id=row.service_id, name=row.version.name)
    return preview(form, row.title, pathway) | {
        "row": row,
        "facts": (*facts(form, row.rights), ("State", standing(row))),
        "problem": problem,
        "may_publish": may and row.published_at is None and row.ended_at is None,
        "may_end": may and row.published_at is not None and row.ended_at is None,
        "may_manage": may,
        "may_print": not site.needs_licence(row),
        "licences": [
            {
                "pk": licence.pk,
                "holder": licence.holder,
                "words": licence.words,
                "until": day(licence.valid_until) or "no end",
                "by": f"{person(licence.by)}, {day(licence.at)}",
                "file": licence.file_name,
            }
            for licence in licences.defer("content").select_related("by__user")
        ],
    }


def shipped_one(form: Questionnaire, pathway: Pathway) -> dict[str, Any]:
    """One that comes with the pathway."""
    sent_as = "; ".join(step.name for step in pathway.questionnaires if form.id in step.forms)
    return preview(form, form.title or form.id, pathway) | {
        "facts": (*facts(form, form.rights or ""), *([("Sent as", sent_as)] if sent_as else [])),
        "row": None,
        "may_print": True,
    }


def preview(form: Questionnaire, title: str, pathway: Pathway) -> dict[str, Any]:
    """Every question as the patient sees it, one after the other, with the condition under which it is asked."""
    names = {
        criterion.id: criterion.name for criterion in pathway.criteria
    }  # an older file may name one that is no more
    questions = all_questions(form, {}, one_more=False)
    made: dict[str, Any] = {}
    for number, question in enumerate(questions):
        made |= answer_fields.fields_of(question.item, f"a{number}", heading=False)
    for field in made.values():
        field.size = "s"
    shown = type("Preview", (forms.Form,), made)()
    return {
        "title": title,
        "description": form.description,
        "questions": [
            {
                "number": number + 1,
                "section": question.section,
                "intro": question.intro,
                "only_if": question.only_if,
                "why": question.item.why,
                "bears_on": [names.get(one, one) for one in question.item.criteria],
                "fields": [shown[name] for name in (f"a{number}", f"a{number}-time") if name in shown.fields],
            }
            for number, question in enumerate(questions)
        ],
    }
