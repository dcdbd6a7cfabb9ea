"""Answering what we ask, in words: the start, one page, help, the check, and what happens next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from painpath import clock
from painpath.letters.wording import clock_words, line
from painpath.pathway import Pathway
from painpath.pathway.crisis import crisis_line
from painpath.pathway.model import Questionnaire as Sent
from painpath.pathway.safety import Safety
from painpath.pathway.safety import who_reads as safety_words
from painpath.patients.answering_forms import in_language
from painpath.patients.presenters.around import behind_code
from painpath.patients.seen import Seen
from painpath.questionnaires import (
    Answers,
    Fault,
    Item,
    Page,
    Questionnaire,
    in_words,
    pages,
    previous_page,
    progress,
)
from painpath.referrals.models import Answering, InformationRequest, QuestionnaireVersion, ReportedChange
from painpath.referrals.questionnaires import answering as verb
from painpath.referrals.questionnaires import library
from painpath.referrals.questionnaires.instances import count
from painpath.referrals.questionnaires.stopping import answered
from painpath.referrals.referring.going_further import SAFETY_ANSWER
from painpath.web.answer_fields import long_help
from painpath.web.errors import Problem
from painpath.web.language import translated


def parsed(version: QuestionnaireVersion) -> Questionnaire:
    """The questionnaire in the language of the page; what is kept of an answer is the same in each."""
    return translated(library.parsed(version))


def around(seen: Seen) -> dict[str, Any]:
    """What every page has: the frame, and help for somebody who needs it now."""
    return behind_code(seen) | help_of(seen.pathway)


def help_of(pathway: Pathway) -> dict[str, Any]:
    """Help for somebody who needs it now."""
    safety = pathway.safety
    return {
        "help_heading": safety.plain_heading if safety else _("Do you need help now?"),
        "now": safety.plain_now if safety else (),
        "out_of_hours": safety.plain_out_of_hours if safety else "",
    }


@dataclass(frozen=True)
class Part:
    """One questionnaire of what was sent: its name, and how far it is."""

    title: str
    state: str


def start(seen: Seen, request: InformationRequest) -> dict[str, Any]:
    """What it is for, how long it takes, who reads it and when."""
    step = library.find(seen.service, seen.pathway, request.questionnaire)
    forms = library.forms_of(request)
    rows = {row.questionnaire_id: row for row in request.answerings.all()}
    return around(seen) | before_the_questions(seen.pathway, step, [parsed(form) for form in forms]) | {
        "parts": [Part(parsed(form).title, _state(rows.get(form.pk))) for form in forms],
        "notices": [text for form in forms if (text := library.parsed(form).copyright)],
        "answer_by": day(request.due_on) if request.due_on >= clock.today() else "",
        "begun": any(row.answers for row in rows.values()),
    }  # fmt: skip


def before_the_questions(
    pathway: Pathway, step: library.Offered | Sent, forms: Sequence[Questionnaire]
) -> dict[str, Any]:
    """What the step is for, how long it takes and who reads the answers; of nobody's answers yet."""
    minutes = [form.minutes for form in forms]
    return {
        "title": _("Our questions for you") if len(forms) != 1 else forms[0].title,
        "about": _(step.plain) if step.plain else "",
        "plain_help": _(step.plain_help) if step.plain_help else "",
        "parts": [Part(form.title, _state(None)) for form in forms],
        "notices": [form.copyright for form in forms if form.copyright],
        "minutes": sum(filter(None, minutes)) if all(minutes) else 0,
        "answer_by": "",
        "begun": False,
        "reads": who_reads(pathway),
    }


def _state(row: Answering | None) -> str:
    if row is None or not row.answers:
        return _("Not begun")
    return _("Sent") if row.sent_at else _("Begun: {number} answered").format(number=answered(row))


def who_reads(pathway: Pathway) -> list[str]:
    """Who reads the answers, and when."""
    if pathway.safety is None:
        return [_("Someone in our team reads your answers. We read them on working days, in the daytime.")]
    return list(safety_words(pathway.safety, clock_words))


def one(seen: Seen, row: Answering, questionnaire: Questionnaire, answers: Answers, page: Page) -> dict[str, Any]:
    """One page: where it stands, what goes before it, why we ask."""
    before = previous_page(questionnaire, answers, page.key)
    at = progress(questionnaire, answers, page.key)
    back = seen.to("answering-page", key=row.key, page=before.key) if before else seen.to("questions")
    return around(seen) | on_page(questionnaire, page) | {
        "row": row,
        "back": back,
        "progress": _("Question {number} of about {of}").format(number=at.number, of=at.of),
        "how_many": count(answers, instance) if (instance := instance_of(page)) and _can_go(instance, answers) else 0,
    }  # fmt: skip


def on_page(questionnaire: Questionnaire, page: Page) -> dict[str, Any]:
    """What a page says, whoever answers it and whatever they have answered."""
    return {
        "page": page,
        "title": page.heading or questionnaire.title,
        "single": len(page.items) == 1,
        "caption": _caption(page, questionnaire),
        "help": [(item.text, long_help(item)) for item in page.items if long_help(item)],
        "why": list(dict.fromkeys(item.why for item in page.items if item.why)),
        "again": page.again,
        "again_name": _group_name(page),
    }


def _can_go(instance: str, answers: Answers) -> bool:
    """Whether there is something to take out: another one, or an answer in this one."""
    group = instance.rpartition(":")[0]
    others = any(place.startswith(f"{group}:") and not place.startswith(f"{instance}/") for place in answers)
    return others or any(values for place, values in answers.items() if place.startswith(f"{instance}/"))


def _caption(page: Page, questionnaire: Questionnaire) -> str:
    if page.number is not None and page.group is not None and page.group.repeats:
        return f"{_group_name(page)} {page.number}"
    return page.section or questionnaire.title


def _group_name(page: Page) -> str:
    return page.group.text if page.group is not None else ""


def instance_of(page: Page) -> str:
    """The place of the repeating group's instance that this page is in: `medicines:1`; empty for none."""
    head, slash, _tail = page.places[0].rpartition("/") if page.places else ("", "", "")
    return head if slash and page.group is not None and page.group.repeats else ""


@dataclass(frozen=True)
class Row:
    """A question with its answer, on the page to check."""

    question: str
    answers: tuple[str, ...]
    needed: bool
    href: str


@dataclass(frozen=True)
class Section:
    """Questions that belong together."""

    heading: str
    rows: tuple[Row, ...]


def check(
    seen: Seen, row: Answering, questionnaire: Questionnaire, answers: Answers, faults: tuple[Fault, ...] = ()
) -> dict[str, Any]:
    """Every question with its answer, in groups, each with a way to change it; what is still needed is named."""
    sections: list[tuple[str, list[Row]]] = []
    hrefs: dict[str, tuple[str, str]] = {}
    book = pages(questionnaire, answers)
    for page in book:
        href = f"{seen.to('answering-page', key=row.key, page=page.key)}?check=1"
        heading = _caption(page, questionnaire) if page.section or page.number else ""
        if len(page.items) > 1:
            heading = page.heading or heading
        if not sections or sections[-1][0] != heading:
            sections.append((heading, []))
        for place, item in zip(page.places, page.items, strict=True):
            given = answers.get(place, ())
            hrefs[place] = (item.text, href)
            words = tuple(answer_words(item, value) for value in given)
            sections[-1][1].append(Row(item.text, words, item.required and not given, href))
    last = book[-1] if book else None
    return around(seen) | {
        "row": row,
        "title": _("Check your answers"),
        "form_title": questionnaire.title,
        "sections": [Section(heading, tuple(rows)) for heading, rows in sections if rows],
        "back": seen.to("answering-page", key=row.key, page=last.key) if last else seen.to("questions"),
        "problems": [_problem(fault, hrefs) for fault in faults],
        "last": is_last(row),
    }


def _problem(fault: Fault, hrefs: dict[str, tuple[str, str]]) -> dict[str, str]:
    question, href = hrefs.get(fault.place, ("", ""))
    if not href:
        href = next((there for place, (_q, there) in hrefs.items() if place.startswith(f"{fault.place}/")), "")
    text = in_language(fault.sentence)
    return {"text": f"{question}: {text}" if question else text} | ({"href": href} if href else {})


def answer_words(item: Item, value: Any) -> str:
    """One answer as a person reads it."""
    words = in_words(item, value)
    if item.type == "time":
        return words.removesuffix(":00")
    if item.type == "dateTime" and "T" in words:
        return date_format(datetime.fromisoformat(words), "j F Y, H:i")
    return {"Yes": _("Yes"), "No": _("No")}[words] if isinstance(value, bool) else words


def is_last(row: Answering) -> bool:
    """Whether sending this one sends the last of what was asked."""
    if row.request is None:
        return True
    sent = set(row.request.answerings.filter(sent_at__isnull=False).values_list("questionnaire", flat=True))
    return {form.pk for form in library.forms_of(row.request)} - sent <= {row.questionnaire_id}


def at_once(seen: Seen, row: Answering, places: list[str], on: str) -> dict[str, Any]:
    """Help, right after an answer about safety and before anything else; with by when a clinician reads it.

    `on` is the address at which to go on.
    """
    safety = seen.pathway.safety
    alert = ReportedChange.objects.filter(
        referral=seen.referral, kind=SAFETY_ANSWER, facts__answering=row.pk, facts__place__in=places,
        read_at__isnull=True,
    ).order_by("pk").last()  # fmt: skip
    return around(seen) | {
        "at_once": words_at_once(safety, for_somebody=row.who == "proxy"),
        "happens": what_happens(safety, alert.due_at if alert else None),
        "stop_or_go_on": safety.plain_stop_or_go_on if safety else "",
        "on": on,
        "is_open": row.is_open,
        "typed": (),
        "mend": (),
        "checks": False,
    }


def plain_help(seen: Seen) -> Problem:
    """The same help without a page of its own, where that could not be made: it asks nothing of the database."""
    words = seen.pathway.safety.plain_at_once if seen.pathway.safety else ()
    kinds = ("emergency", "crisis")
    lines = [line(crisis_line(one)) for kind in kinds for one in seen.pathway.signposts if one.kind == kind]
    urgent = _("If you are in danger, call 999 or go to A&E now.")
    return Problem(200, _("Do you need help now?"), (*words, *(lines or [urgent]), _("To go on, go back one page.")))


def words_at_once(safety: Safety | None, *, for_somebody: bool) -> tuple[str, ...]:
    """What is said first of all after an answer about safety: to the patient, or to whoever answers for them."""
    if safety is None:
        return ()
    return safety.plain_at_once_for_somebody if for_somebody else safety.plain_at_once


def what_happens(safety: Safety | None, by: datetime | None) -> list[str]:
    """By when a clinician reads it. Never a promise that nobody keeps: without an alert nothing is said about one."""
    if safety is None or by is None:
        return []
    return [words.format(by=moment(by)) for words in safety.plain_next]


def sent(seen: Seen, row: Answering) -> dict[str, Any]:
    """What was sent, and what happens next, by when; or what is still to be answered."""
    left = next_form(row)
    referral = seen.referral
    return around(seen) | {
        "row": row,
        "form_title": parsed(row.questionnaire).title,
        "left": parsed(left).title if left else "",
        "on": _to_next(seen, row, left) if left else "",
        "by": day(referral.due_on) if referral.is_open and referral.due_on and referral.due_on >= clock.today() else "",
        "reference": referral.reference,
    }


def _to_next(seen: Seen, row: Answering, form: QuestionnaireVersion) -> str:
    """The next one was begun with the first; the start page begins what was not."""
    begun = Answering.objects.filter(request=row.request, questionnaire=form).first()
    return seen.to("answering", key=begun.key) if begun else seen.to("questions")


def next_form(row: Answering) -> QuestionnaireVersion | None:
    """The next one of what was asked that has not been sent; None when all have."""
    if row.request is None or row.request.closed_at is not None:
        return None
    done = set(row.request.answerings.filter(sent_at__isnull=False).values_list("questionnaire", flat=True))
    return next((form for form in library.forms_of(row.request) if form.pk not in done), None)


def over(seen: Seen, typed: tuple[str, ...]) -> dict[str, Any]:
    """Nobody waits for answers now: why that is nothing to worry about, and what to do. `typed` is not lost."""
    done = verb.last_sent(seen.referral)
    return around(seen) | {"typed": typed, "sent_on": day(done.sent_at) if done and done.sent_at else ""}


def day(value: Any) -> str:
    """`26 November 2026`, in London."""
    return date_format(value.astimezone(clock.LONDON) if isinstance(value, datetime) else value, "j F Y")


def moment(value: datetime) -> str:
    """`5pm on Thursday 26 November`, in London."""
    here = value.astimezone(clock.LONDON)
    return _("{time} on {day}").format(time=clock_words(f"{here:%H:%M}"), day=date_format(here, "l j F"))
