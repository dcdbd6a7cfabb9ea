"""Answers that a clinician reads the same working day, whether or not the form is ever sent.

An alert is a reported change of its own kind: it stands first until a clinician has said what they did, and goes
further when nobody has read it in time. No risk is ever computed: the question and the answer stand there, word for
word. Neither the referrer nor the patient's own pages show it.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.questionnaires import Answers, Item, Questionnaire, Value, in_words, is_above, question_at
from painpath.referrals import pathways
from painpath.referrals.models import Answering, Referral, ReportedChange
from painpath.referrals.moves import lock, move
from painpath.referrals.questionnaires import library
from painpath.referrals.referring.clocks import answer_moment, due_moment
from painpath.referrals.referring.going_further import SAFETY_ANSWER, watch
from painpath.referrals.transitions import STAFF
from painpath.referrals.unsettled import mark_first
from painpath.referrals.worklist.rota import on_duty


def above(item: Item, values: Iterable[Value]) -> tuple[Value, ...]:
    """Those of these answers that are above."""
    return tuple(value for value in values if is_above(item, value))


def see(
    answering: Answering, questionnaire: Questionnaire, before: Answers, given: Mapping[str, tuple[Value, ...]], *,
    referral: Referral, by: Actor,
) -> list[ReportedChange]:  # fmt: skip
    """What saving `given` over `before` raises, inside the caller's transaction; referral and answering are locked.

    The same answer again is the same alert until a clinician has closed it: said once more by the patient after that,
    it is a new one. So is another one above; one that is no longer above leaves the alert open, with the change noted
    on it. What the team types in comes with its whole page each time: unchanged, nobody has said it again.
    """
    raised = []
    for place, values in given.items():
        item = question_at(questionnaire, place)
        if item is None or item.safety is None:
            continue
        was, now = above(item, before.get(place, ())), above(item, values)
        again = by.role not in STAFF and not _alerts(answering, place).filter(read_at__isnull=True).exists()
        if now and (now != was or again):
            raised.append(_raise(answering, referral, item, place, values, by=by))
        elif was and not now:
            _note(answering, item, place, values)
    return raised


@transaction.atomic
def tell(
    *, answering: Answering, given: Mapping[str, tuple[Value, ...]], by: Actor
) -> list[ReportedChange]:  # fmt: skip
    """An answer above that came when the form takes no answers any more: it is not saved, but a clinician reads it.

    Sent twice, it is one alert. Raises `Refused` where nobody reads about this referral (it was closed in error).
    """
    referral = lock(answering.referral)
    answering = Answering.objects.select_for_update(of=("self",)).select_related("questionnaire").get(pk=answering.pk)
    questionnaire = library.parsed(answering.questionnaire)
    raised = []
    for place, values in given.items():
        item = question_at(questionnaire, place)
        if item is None or not above(item, values):
            continue
        last = _alerts(answering, place).last()
        if last is not None and last.read_at is None and last.facts.get("answer") == _words(item, values):
            raised.append(last)
        else:
            raised.append(_raise(answering, referral, item, place, values, by=by))
    return raised


def _raise(
    answering: Answering, referral: Referral, item: Item, place: str, values: tuple[Value, ...], *, by: Actor
) -> ReportedChange:  # fmt: skip
    pathway = pathways.of(referral.pathway_version)
    now = clock.now()
    kept = pathway.safety
    due_at = answer_moment(now, kept) if kept else due_moment(now, pathway.referring.changes.read_by)
    # Whoever is on duty now is told now, also of what is due tomorrow: they are still there.
    here = due_moment(now, kept.read_by) if kept else due_at
    answer = _words(item, values)
    words = f"{item.text}\n{answer}"
    if answering.who == "proxy":
        words += f"\nAnswered for the patient by {answering.proxy_name} ({answering.proxy_relationship})"
    move("report_answer", referral, by=by, reason=words, facts={"answering": answering.pk})
    change = ReportedChange.objects.create(
        service_id=referral.service_id, referral=referral, side="patient", by=audit.person(by),
        key=uuid.uuid5(answering.key, f"{place} {_alerts(answering, place).count()}"), kind=SAFETY_ANSWER, words=words,
        facts={"answering": answering.pk, "link_id": item.link_id, "place": place, "answer": answer},
        owner=on_duty(referral, here.astimezone(clock.LONDON).date(), to_read=True), at=now, due_at=due_at,
    )  # fmt: skip
    mark_first(referral)
    watch(change)
    audit.record(by, "change.report", change, kind=SAFETY_ANSWER)
    return change


def _note(answering: Answering, item: Item, place: str, values: tuple[Value, ...]) -> None:
    """The answer was taken back or changed: that stands with the alert, which stays for a clinician to close."""
    change = _alerts(answering, place).last()
    if change is None:
        return
    later: list[dict[str, Any]] = [*change.facts.get("later", ()), {"at": clock.now().isoformat(),
                                                                    "answer": _words(item, values)}]  # fmt: skip
    change.facts = change.facts | {"later": later}
    change.save(update_fields=["facts"])


def _alerts(answering: Answering, place: str) -> Any:
    found = ReportedChange.objects.filter(service_id=answering.service_id, kind=SAFETY_ANSWER)
    return found.filter(facts__answering=answering.pk, facts__place=place).order_by("pk")


def _words(item: Item, values: tuple[Value, ...]) -> str:
    return ", ".join(in_words(item, value) for value in values) or "No answer"
