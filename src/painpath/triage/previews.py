"""What the team would see of a pathway that is a draft: a criterion on the screening sheet, deciding, what is sent."""

from itertools import count
from typing import get_args

import msgspec
from django.http import HttpResponse
from django.shortcuts import render

from painpath import clock, documents
from painpath.letters import sample_messages
from painpath.letters.drafting import draft
from painpath.letters.facts import LetterFacts, cited
from painpath.letters.rendering import render as rendered
from painpath.letters.sample import sample_facts
from painpath.pathway import Pathway
from painpath.pathway.letters import Audience
from painpath.pathway.messages import MessageId
from painpath.referrals.models import ClauseState, Evidence, Patient, Referral
from painpath.screening import screen
from painpath.triage import decision_fields, team_previews
from painpath.triage.needs_forms import Needs
from painpath.triage.presenters.sheet import sheet
from painpath.web import forms
from painpath.web.files import file_answer
from painpath.web.marking import Highlight
from painpath.web.previews import FILE, Asked, Preview, every_criterion, only

TO: dict[Audience, str] = {"patient": "to the patient", "gp": "to the GP"}


def criterion(asked: Asked) -> HttpResponse:
    """The criterion on the screening sheet, of a letter that says only what its example says."""
    return _on_sheet(asked)


def exception(asked: Asked) -> HttpResponse:
    """The same where something speaks against it, so that its exception stands there."""
    return _on_sheet(asked, "against")


def _on_sheet(asked: Asked, state: str = "") -> HttpResponse:
    pathway, number = asked.pathway, count(1)
    example = pathway.criterion(asked.one).example
    found = screen(documents.read(example.encode(), "letter.txt"), pathway, written_on=None, today=clock.today())
    one = found.criterion(asked.one)
    clause = ClauseState(
        criterion=one.id, state=state or str(one.state), source="letter", case_by_case=one.case_by_case
    )
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


def easy_read(asked: Asked) -> HttpResponse:
    """A letter to a patient in the easy read layout, with its pictures."""
    outcome = next(one.id for one in asked.pathway.outcomes if one.id == asked.one)
    pdf = rendered(draft(sample_facts(asked.pathway, outcome), "patient", asked.pathway), "easy-read")
    return file_answer(pdf, "application/pdf", f"{FILE}{outcome}.pdf", download=True)


def message(asked: Asked) -> HttpResponse:
    """A message as it would go out."""
    one = next(name for name in get_args(MessageId) if name == asked.one)
    return _words(asked, sample_messages.MESSAGES[one], *sample_messages.message(asked.pathway, one))


def notice(asked: Asked) -> HttpResponse:
    """A notice as it would go out."""
    return _words(asked, dict(sample_messages.notices())[asked.one], *sample_messages.notice(asked.pathway, asked.one))


def _words(asked: Asked, title: str, subject: str, text: str) -> HttpResponse:
    context = {"title": title, "subject": subject, "text": text}
    return render(asked.request, "triage/preview_letter.jinja", context)


def deciding(asked: Asked) -> HttpResponse:
    """What a clinician chooses from, and what an acceptance and a redirection ask for."""
    pathway, referral = asked.pathway, Referral(received_at=clock.now(), locality="")  # never stored
    fields = {"outcome": decision_fields.outcome(pathway.outcomes)}
    fields |= decision_fields.acceptance(referral, pathway, ("stage", "priority"))
    fields |= decision_fields.redirection(referral, pathway)
    form = type("Deciding", (forms.Form,), fields)()
    return render(asked.request, "preview_form.jinja", {"title": "Deciding", "form": form})


def needs(asked: Asked) -> HttpResponse:
    """The list of what a patient may need."""
    form = Needs(None, communication=asked.pathway.communication, patient=Patient(), online=True)
    return render(asked.request, "preview_form.jinja", {"title": "Communication needs", "form": form})


def _letter(asked: Asked, facts: LetterFacts, audience: str, title: str) -> HttpResponse:
    to: Audience = "gp" if audience == "gp" else "patient"
    text = rendered(draft(facts, to, asked.pathway), "plain-text").decode()
    return _words(asked, title, "", text)


def _names(pathway: Pathway) -> dict[str, str]:
    return {
        f"{one.id}-{audience}": f"{one.label}, {TO[audience]}"
        for one in pathway.outcomes
        for audience in get_args(Audience)
        if any(text.outcome == one.id and text.audience == audience for text in pathway.letters.texts)
    }


def _letters(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    return tuple(_names(pathway).items())


def _to_patients(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    texts = {text.outcome for text in pathway.letters.texts if text.audience == "patient"}
    return tuple((one.id, one.label) for one in pathway.outcomes if one.id in texts)


def _excepted(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    return tuple((one.id, one.name) for one in pathway.criteria if one.exception)


PREVIEWS = (
    Preview(id="sheet", title="On the screening sheet", of="criteria", each=every_criterion, make=criterion),
    Preview(
        id="sheet-exception",
        title="On the screening sheet, where its exception may apply",
        of="criteria",
        each=_excepted,
        make=exception,
    ),
    Preview(id="reason", title="In the letter, as the reason", of="criteria", each=every_criterion, make=reason),
    Preview(id="letter", title="Letters", of="letters", each=_letters, make=letter),
    Preview(
        id="easy-read", title="Letters in easy read", of="letters", each=_to_patients, make=easy_read, is_file=True
    ),
    Preview(id="message", title="Messages", of="letters", each=lambda _: sample_messages.messages(), make=message),
    Preview(id="notice", title="Notices", of="letters", each=lambda _: sample_messages.notices(), make=notice),
    Preview(id="deciding", title="What a clinician decides between", of="", each=only, make=deciding),
    Preview(id="needs", title="The list of communication needs", of="", each=only, make=needs),
    *team_previews.PREVIEWS,
)
