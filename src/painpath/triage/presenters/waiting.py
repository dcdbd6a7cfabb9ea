"""Questionnaires that the patient is asked and has not sent yet, for the team."""

from dataclasses import dataclass

from django.urls import reverse

from painpath.letters.formats import MADE, format_name, layout_for
from painpath.referrals.arriving.needs import communication_of
from painpath.referrals.models import Referral
from painpath.referrals.questionnaires import library
from painpath.referrals.questionnaires.answering import asked_of_patient
from painpath.referrals.questionnaires.stopping import answered as count
from painpath.triage.presenters.words import day, plural


@dataclass(frozen=True)
class Waiting:
    """A questionnaire that the patient is asked and has not sent yet."""

    title: str
    words: str
    href: str
    paper: str
    """In the format that the patient needs."""
    layouts: tuple[tuple[str, str], ...]
    """(words, address) of the other formats."""


def waiting(referral: Referral) -> list[Waiting]:
    """What is asked now, form by form, with how much of it is there; the way to type in paper for who may."""
    request = asked_of_patient(referral)
    if request is None:
        return []
    needed, communication = layout_for(referral.patient), communication_of(referral)
    others = [(format_name(one, communication), one) for one in MADE if one != needed]
    rows = {row.questionnaire_id: row for row in request.answerings.all()}
    found = []
    for form in library.forms_of(request):
        row = rows.get(form.pk)
        if row is not None and row.sent_at is not None:
            continue
        some = f"{plural(number, 'answer')} saved" if row and (number := count(row)) else "nothing saved yet"
        words = f"asked on {day(request.asked_at)}, hoped for by {day(request.due_on)}; {some}."
        to = [referral.reference, form.pk]
        paper = reverse("triage:answers-paper", args=to)
        found.append(
            Waiting(
                library.parsed(form).title,
                words,
                reverse("triage:enter-answers", args=to),
                paper,
                tuple((name, f"{paper}?layout={one}") for name, one in others),
            )
        )
    return found
