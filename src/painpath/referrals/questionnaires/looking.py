"""What was answered, for the team: who looks at it is on record. Answers stand beside clauses and settle none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.questionnaires import in_words, question_at
from painpath.questionnaires.body import BY_CODE, SYSTEM
from painpath.questionnaires.model import Item, Value
from painpath.referrals.looking import check_not_blind
from painpath.referrals.models import Answering, Referral
from painpath.referrals.questionnaires import library
from painpath.referrals.questionnaires.answering import answers_of


@dataclass(frozen=True)
class BoundAnswer:
    """An answer that bears on a criterion, as the patient's word. It is evidence for a person; no state comes of it."""

    criterion: str
    question: str
    answer: str
    answering: Answering


def came(referral: Referral) -> QuerySet[Answering]:
    """What was sent, or taken as far as it went, about this referral; the latest first."""
    rows = referral.answerings.filter(Q(sent_at__isnull=False) | Q(response__isnull=False))
    return rows.select_related("questionnaire", "entered_by__user", "scan").order_by("-saved_at", "-pk")


def came_at(row: Answering) -> datetime:
    """When it was sent, else when it was taken as it was."""
    return row.sent_at or row.stopped_at or row.saved_at


def earlier(referral: Referral, row: Answering, closed: frozenset[int]) -> list[Answering]:
    """What the same person answered to the same questionnaire before, also about an earlier referral that is not
    `closed` (a restricted record); newest first."""
    rows = Answering.objects.filter(
        referral__patient=referral.patient_id, questionnaire__name=row.questionnaire.name, response__isnull=False
    ).exclude(pk=row.pk)
    rows = rows.exclude(referral__in=closed).select_related("questionnaire", "entered_by__user", "scan", "referral")
    return [one for one in sorted(rows, key=came_at, reverse=True) if came_at(one) <= came_at(row)]


@transaction.atomic
def look_at_answers(referral: Referral, *, by: Membership) -> list[Answering]:
    """The answers that came, each look on record. Raises `Refused` for who is screening this referral blind."""
    check_not_blind(referral, by=by)
    rows = list(came(referral))
    for row in rows:
        audit.record(by, "answering.look", row)
    return rows


def beside_clauses(referral: Referral) -> list[BoundAnswer]:
    """The answers that a questionnaire binds to criteria, of what came last of each questionnaire. One query."""
    found: list[BoundAnswer] = []
    if referral.lacks("answering"):
        return found
    seen: set[str] = set()
    for row in came(referral):
        if row.questionnaire.name in seen:
            continue
        seen.add(row.questionnaire.name)
        form = library.parsed(row.questionnaire)
        for place, values in answers_of(row).items():
            item = question_at(form, place)
            if item is None or not item.criteria or not values:
                continue
            words = words_of(item, values)
            found += [BoundAnswer(name, item.text, words, row) for name in item.criteria]
    return found


def words_of(item: Item, values: Iterable[Value]) -> str:
    """Answers to one question as a person reads them; marked places of the body only as their number."""
    values = tuple(values)
    if is_body_map(item):
        return f"{len(values)} places marked" if len(values) != 1 else "1 place marked"
    return ", ".join(in_words(item, value) for value in values)


def is_body_map(item: Item) -> bool:
    """Whether these answers are places of the body map, which has a picture."""
    return any(option.system == SYSTEM and str(option.value) in BY_CODE for option in item.options)
