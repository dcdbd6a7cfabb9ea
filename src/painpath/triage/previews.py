"""What the team would see of a pathway that is a draft: a criterion on the screening sheet, and the letters."""

from itertools import count
from typing import get_args

import msgspec
from django.http import HttpResponse
from django.shortcuts import render

from painpath import clock, documents
from painpath.letters.drafting import draft
from painpath.letters.facts import LetterFacts, cited
from painpath.letters.rendering import render as rendered
from painpath.letters.sample import sample_facts
from painpath.pathway import Pathway
from painpath.pathway.letters import Audience
from painpath.referrals.models import ClauseState, Evidence
from painpath.screening import screen
from painpath.triage.presenters.sheet import sheet
from painpath.web.marking import Highlight
from painpath.web.previews import Asked, Preview, every_criterion

TO: dict[Audience, str] = {"patient": "to the patient", "gp": "to the GP"}


def criterion(asked: Asked) -> HttpResponse:
    """The criterion on the screening sheet, of a letter that says only what its example says."""
    pathway, number = asked.pathway, count(1)
    example = pathway.criterion(asked.one).example
    found = screen(documents.read(example.encode(), "letter.txt"), pathway, written_on=None, today=clock.today())
    one = found.criterion(asked.one)
    clause = ClauseState(criterion=one.id, state=str(one.state), source="letter", case_by_case=one.case_by_case)
    evidence = [
        Evidence(pk=next(number), clause=clause, quote=each.quote, start=each.start, end=each.end,
                 speaks=str(each.speaks), why=each.why)
        for each in one.evidence
    ]  # fmt: skip
    marks = {each.pk: Highlight(each.pk, each.start, each.end) for each in evidence}
    groups = sheet(pathway, [clause], evidence, marks, [], [], 0)
    shown = next((group, each) for group in groups for each in group.criteria if each.id == asked.one)
    context = {
        "group": shown[0], "one": shown[1], "example": example, "can_judge": False, "can_mark": False,
        "reference": "", "run": 0, "judge_forms": {},
    }  # fmt: skip
    return render(asked.request, "triage/preview_criterion.jinja", context)


def letter(asked: Asked) -> HttpResponse:
    """A letter of sample facts, to be read."""
    outcome, audience = asked.one.rsplit("-", 1)
    facts = sample_facts(asked.pathway, next(one.id for one in asked.pathway.outcomes if one.id == outcome))
    return _letter(asked, facts, audience, f"Letter: {_names(asked.pathway)[asked.one]}")


def reason(asked: Asked) -> HttpResponse:
    """The letter in which this criterion speaks against, so that its reason stands in it."""
    facts = sample_facts(asked.pathway, "not_now")
    found = asked.pathway.criterion(asked.one)
    facts = msgspec.structs.replace(
        facts, clauses=(cited(asked.pathway, asked.one, state="against", quotes=(found.example,)),)
    )
    return _letter(asked, facts, "patient", f"Letter with the reason: {found.name}")


def _letter(asked: Asked, facts: LetterFacts, audience: str, title: str) -> HttpResponse:
    to: Audience = "gp" if audience == "gp" else "patient"
    text = rendered(draft(facts, to, asked.pathway), "plain-text").decode()
    return render(asked.request, "triage/preview_letter.jinja", {"title": title, "text": text})


def _names(pathway: Pathway) -> dict[str, str]:
    return {
        f"{one.id}-{audience}": f"{one.label}, {TO[audience]}"
        for one in pathway.outcomes
        for audience in get_args(Audience)
        if any(text.outcome == one.id and text.audience == audience for text in pathway.letters.texts)
    }


def _letters(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    return tuple(_names(pathway).items())


PREVIEWS = (
    Preview(id="sheet", title="On the screening sheet", of="criteria", each=every_criterion, make=criterion),
    Preview(id="reason", title="In the letter, as the reason", of="criteria", each=every_criterion, make=reason),
    Preview(id="letter", title="Letters", of="letters", each=_letters, make=letter),
)
