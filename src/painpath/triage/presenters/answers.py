"""What came back in questionnaires, for the team: every question and answer, scores with their arithmetic, alerts."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from painpath.accounts.models import Membership
from painpath.pathway import Pathway
from painpath.pathway.crisis import help_now
from painpath.questionnaires import Questionnaire, enabled, question_at, scores
from painpath.referrals import pathways
from painpath.referrals.arriving.other_sources import PATIENT, OtherSource
from painpath.referrals.models import Answering, Referral, ReportedChange
from painpath.referrals.models.questionnaires import CHANNELS
from painpath.referrals.questionnaires import library
from painpath.referrals.questionnaires.answering import answers_of
from painpath.referrals.questionnaires.looking import (
    beside_clauses,
    came_at,
    earlier,
    is_body_map,
    words_of,
)
from painpath.referrals.referring.going_further import SAFETY_ANSWER
from painpath.referrals.restricting import closed_to
from painpath.triage.presenters.waiting import waiting
from painpath.triage.presenters.words import day, moment, person
from painpath.web.body_picture import body_picture

MOST_EARLIER = 3
"""Earlier answers beside the latest: as many columns as a page can hold."""


@dataclass(frozen=True)
class Row:
    """One question with its answers, the latest first; `section` stands over it where a new one begins."""

    question: str
    answers: tuple[str, ...]
    section: str = ""


@dataclass(frozen=True)
class Sum:
    """One score: the arithmetic, and the name that its authors gave to such a number. Never a verdict of ours."""

    label: str
    how: str
    value: str
    parts: tuple[tuple[str, str], ...]
    band: str = ""
    source: str = ""
    missing: tuple[str, ...] = ()
    before: tuple[tuple[str, str], ...] = ()
    """(date, value) of earlier answers."""


@dataclass(frozen=True)
class Danger:
    """An answer about safety, and what a person did about it."""

    words: str
    when: str
    done: str
    href: str


@dataclass(frozen=True)
class Answered:
    """One questionnaire as it came back."""

    title: str
    about: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    sums: tuple[Sum, ...]
    pictures: tuple[tuple[str, SafeString], ...]
    dangers: tuple[Danger, ...]
    ident: str
    scan: str = ""
    copyright: str = ""
    earlier: tuple[tuple[str, str], ...] = field(default=())
    """(date, address) of earlier answers about another referral."""


def answered(referral: Referral, rows: list[Answering], by: Membership) -> list[Answered]:
    """Everything that came back, the latest of each questionnaire first, with earlier answers to the same beside it."""
    found: list[Answered] = []
    shown: set[int] = set()
    dangers, closed = _dangers(referral), closed_to(by)
    for row in rows:
        if row.pk in shown:
            continue
        before = earlier(referral, row, closed)[:MOST_EARLIER]
        shown |= {row.pk} | {one.pk for one in before}
        found.append(_answered(referral, row, before, dangers))
    return found


def _answered(
    referral: Referral, row: Answering, before: list[Answering], dangers: dict[int, list[Danger]]
) -> Answered:
    form = library.parsed(row.questionnaire)
    all_rows = [row, *before]
    return Answered(
        title=form.title or row.questionnaire.name,
        about=_about(row, form),
        heads=tuple(day(came_at(one)) for one in all_rows),
        rows=_rows(form, all_rows),
        sums=_sums(form, row, before),
        pictures=_pictures(form, row),
        dangers=tuple(danger for one in all_rows for danger in dangers.get(one.pk, ())),
        ident=f"answers-{row.pk}",
        scan=reverse("triage:original", args=[referral.reference, row.scan_id]) if row.scan_id else "",
        copyright=form.copyright,
        earlier=tuple(
            (day(came_at(one)), reverse("triage:answers", args=[one.referral.reference]))
            for one in before
            if one.referral_id != referral.pk
        ),
    )


def _about(row: Answering, form: Questionnaire) -> tuple[tuple[str, str], ...]:
    return tuple(
        (label, value)
        for label, value in (
            ("Answered by", who(row)),
            ("How", CHANNELS[row.channel]),
            ("Typed in by", person(row.entered_by) if row.entered_by else ""),
            ("Sent" if row.sent_at else "Taken as far as it went", moment(came_at(row))),
            ("Version", row.questionnaire.label or form.version),
        )
        if value
    )


def who(row: Answering) -> str:
    """Who answered: the patient, somebody for them with name and relationship, or the team for them."""
    if row.who == "proxy":
        return f"{row.proxy_name} ({row.proxy_relationship}), for the patient"
    return {"patient": "The patient", "staff": "The team, for the patient"}.get(row.who, "Not known")


def _rows(form: Questionnaire, rows: list[Answering]) -> tuple[Row, ...]:
    """Every question that was asked, in order, with the answers of each time; what only an older version had, last."""
    given = [answers_of(one) for one in rows]
    places = dict.fromkeys(enabled(form, given[0]))
    found, section = [], ""
    for place in places:
        item = question_at(form, place)
        if item is None:
            continue
        around = [one for one in form.above(item.link_id) if one.text]
        heading = around[-1].text if around else ""
        texts = tuple(words_of(item, one.get(place, ())) or "Not answered" for one in given)
        question = f"{item.prefix} {item.text}".strip() + _number(place)
        found.append(Row(question, texts, heading if heading != section else ""))
        section = heading
    for number, one in enumerate(rows[1:], 1):
        old = library.parsed(one.questionnaire)
        for place, values in given[number].items():
            item = question_at(old, place)
            if place in places or item is None or not values:
                continue
            then = ["Not asked"] * len(rows)
            then[number] = words_of(item, values)
            found.append(Row(f"{item.prefix} {item.text}".strip() + _number(place), tuple(then)))
    return tuple(found)


def _number(place: str) -> str:
    """Which one of a repeating group: `medicines:1/what` is the second."""
    counts = [part.rpartition(":")[2] for part in place.split("/")[:-1]]
    numbers = [str(int(one) + 1) for one in counts if one.isdecimal()]
    return f" ({', '.join(numbers)})" if numbers else ""


def _sums(form: Questionnaire, row: Answering, before: list[Answering]) -> tuple[Sum, ...]:
    older = [(day(came_at(one)), scores(library.parsed(one.questionnaire), answers_of(one))) for one in before]
    found = []
    for one in scores(form, answers_of(row)):
        most = f" of {_plain(one.highest)}" if one.highest is not None else ""
        missing = tuple(item.text for place in one.missing if (item := question_at(form, place)) is not None)
        past = [
            (when, _plain(score.value) if score.value is not None else "Not known")
            for when, then in older
            for score in then
            if score.link_id == one.link_id
        ]
        found.append(
            Sum(
                label=one.label,
                how=one.how,
                value=f"{_plain(one.value)}{most}" if one.value is not None else "Not known",
                parts=tuple((label, _plain(number)) for label, number in one.arithmetic),
                band=one.band.words if one.band else "",
                source=one.band.source if one.band else "",
                missing=missing,
                before=tuple(past),
            )
        )
    return tuple(found)


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}" if number else "0"


def _pictures(form: Questionnaire, row: Answering) -> tuple[tuple[str, SafeString], ...]:
    found = []
    for number, (place, values) in enumerate(answers_of(row).items()):
        item = question_at(form, place)
        if item is not None and is_body_map(item):
            found.append((item.text, body_picture(map(str, values), ident=f"body-{row.pk}-{number}")))
    return tuple(found)


def _dangers(referral: Referral) -> dict[int, list[Danger]]:
    page = reverse("triage:referral", args=[referral.reference])
    rows = ReportedChange.objects.filter(referral=referral, kind=SAFETY_ANSWER).select_related("read_by__user")
    found: dict[int, list[Danger]] = {}
    for row in rows:
        done = f"{row.action} ({person(row.read_by)}, {moment(row.read_at)})" if row.read_at else ""
        danger = Danger(row.words, moment(row.at), done, f"{page}#change-{row.pk}")
        found.setdefault(int(row.facts.get("answering", 0)), []).append(danger)
    return found


def others_beside(referral: Referral) -> list[OtherSource]:
    """What the patient answered that bears on a criterion, with who, how and when. It settles nothing."""
    return [
        OtherSource(
            one.criterion,
            PATIENT,
            "not_stated",
            f"“{one.question}” {one.answer} ({who(one.answering)}, {CHANNELS[one.answering.channel].lower()}, "
            f"{day(came_at(one.answering))})",
        )
        for one in beside_clauses(referral)
    ]


def page(referral: Referral, rows: list[Answering], by: Membership) -> dict[str, Any]:
    """The context of the page of answers."""
    there = waiting(referral)
    begun = referral.answerings.filter(sent_at__isnull=True, response__isnull=True).exclude(answers={})
    return {
        "answered": answered(referral, rows, by),
        "waiting": there,
        "can_take": bool(there) and begun.exists(),
        "safety": what_to_do(referral),
    }


def what_to_do(referral: Referral) -> dict[str, Any] | None:
    """What somebody of the team does now about an answer about safety that nobody has read; None for none."""
    row = referral.changes.filter(kind=SAFETY_ANSWER, read_at__isnull=True).select_related("owner__user").first()
    if row is None:
        return None
    href = f"{reverse('triage:referral', args=[referral.reference])}#change-{row.pk}"
    return now(pathways.of(referral.pathway_version), row.due_at, person(row.owner) if row.owner else "", href)


def now(pathway: Pathway, due: datetime, duty: str, href: str) -> dict[str, Any]:
    """The same in words: until when somebody reads it, who is on duty, what to do, and where it is read."""
    return {
        "by": moment(due),
        "duty": duty,
        "now": pathway.safety.staff_now if pathway.safety else (),
        "crisis": [(one.name, [way.value for way in one.ways if way.value]) for one in help_now(pathway)],
        "href": href,
    }
