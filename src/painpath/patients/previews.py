"""What patients would see of a pathway that is a draft: the public pages, and those of one's own referral."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from msgspec import structs

from painpath import clock
from painpath.accounts.audit import Process
from painpath.letters.door import PATIENT_WITH_CODE
from painpath.letters.sample import sample_facts
from painpath.letters.where_it_is import Decided, Step, Where, after_this, day
from painpath.pathway import Pathway
from painpath.patients.answering_forms import WhoAnswers
from painpath.patients.mine_forms import Act, Changed, InWords, Needs
from painpath.patients.presenters import about, answering, every_page
from painpath.patients.presenters import resources as places
from painpath.patients.presenters import right_time as conversation
from painpath.patients.presenters.around import behind_code
from painpath.patients.presenters.frame import frame
from painpath.patients.presenters.mine import telling
from painpath.patients.right_time_forms import RightTimeForm, chosen_name, words_name
from painpath.patients.seen import Seen
from painpath.questionnaires import parse
from painpath.referrals.models import Patient, Referral
from painpath.referrals.referring.clocks import due_moment
from painpath.referrals.transitions import OUTCOME_STATES, Outcome
from painpath.web.previews import REFERENCE, Asked, Preview, every_form, only

NO_CONTACT = "no-contact"
TELLS = {
    "changed": "Something has changed",
    "stop": "I do not want this any more",
    "needs": "What helps you to read, hear and answer us",
}


def home(asked: Asked) -> HttpResponse:
    """The front page for patients."""
    context = frame(asked.service, asked.pathway) | about.home(asked.pathway)
    return render(asked.request, "patients/about/home.jinja", context)


def page(asked: Asked) -> HttpResponse:
    """One of the public pages."""
    context = frame(asked.service, asked.pathway) | about.page(asked.pathway, asked.one, None)
    return render(asked.request, "patients/about/page.jinja", context)


def resources(asked: Asked) -> HttpResponse:
    """Where people may turn to."""
    context = frame(asked.service, asked.pathway) | places.resources(asked.pathway, {})
    return render(asked.request, "patients/about/resources.jinja", context)


def right_time(asked: Asked) -> HttpResponse:
    """“Is it the right time?”, all its questions."""
    context = conversation.steps(asked.pathway, RightTimeForm(pathway=asked.pathway), begun=False)
    return _shown(asked, "patients/right_time/questions.jinja", conversation.addresses(asked.pathway) | context)


def card(asked: Asked) -> HttpResponse:
    """The card of somebody who gave the answer of this number to each question, or its last one."""
    given: dict[str, Any] = {}
    for question in asked.pathway.right_time.questions:
        if question.answers:
            answer = question.answers[min(int(asked.one), len(question.answers)) - 1].id
            given[chosen_name(question)] = [answer] if question.several else answer
        given[words_name(question)] = "In my own words."
    form = RightTimeForm(given, pathway=asked.pathway)
    form.is_valid()
    context = conversation.addresses(asked.pathway) | conversation.card_page(asked.pathway, form)
    return _shown(asked, "patients/right_time/card.jinja", context)


def own(asked: Asked) -> HttpResponse:
    """“Where is my referral?” in one state, with every step that is ever shown."""
    if asked.one == NO_CONTACT:
        asked = replace(asked, pathway=structs.replace(asked.pathway, contacts=()), one="screening")
    status, moment = asked.pathway.patient_status, clock.now()
    words = status.state(asked.one.replace("-", "_"))
    where = Where(
        state=words.state, name=words.plain_name, now=words.plain_now,
        next=after_this(words.plain_next, day(moment + timedelta(days=14))), late=False, changed=day(moment),
        awaited=(), decisions=(), told=(), steps=tuple(Step(moment, one.plain) for one in status.steps),
    )  # fmt: skip
    return _own(asked, where)


def decided(asked: Asked) -> HttpResponse:
    """The same page once something was decided."""
    moment, who = clock.now(), sample_facts(asked.pathway, "not_now").signatory
    outcome = next(one for one in asked.pathway.outcomes if one.id.replace("_", "-") == asked.one)
    words = asked.pathway.patient_status.state(OUTCOME_STATES[Outcome(outcome.id)])
    decision = Decided(
        what=outcome.plain, on=day(moment), name=who.name, role=who.role, contact=who.contact or "", why=(),
        letter=None, taken_back="",
    )  # fmt: skip
    where = Where(
        state=words.state, name=words.plain_name, now=words.plain_now,
        next=after_this(words.plain_next, day(moment + timedelta(days=14))), late=False, changed=day(moment),
        awaited=(), decisions=(decision,), told=(), steps=(Step(moment, outcome.plain),),
    )  # fmt: skip
    return _own(asked, where)


def _own(asked: Asked, where: Where) -> HttpResponse:
    context = behind_code(_seen(asked)) | {
        "reference": REFERENCE, "where": where, "to_ask": (), "can_report": True, "can_record_needs": True,
        "can_say_ready": True, "can_look_again": True, "can_withdraw": True,
    }  # fmt: skip
    return render(asked.request, "patients/mine.jinja", context)


def tell(asked: Asked) -> HttpResponse:
    """A page on which somebody tells us something."""
    pathway, status = asked.pathway, asked.pathway.patient_status
    read_by = due_moment(clock.now(), pathway.referring.changes.read_by)
    shown: dict[str, Callable[[], tuple[Act, tuple[str, ...]]]] = {
        "changed": lambda: (Changed(status=status), ()),
        "stop": lambda: (InWords(label=_("Why do you want to stop?")), status.plain_withdraw),
        "needs": lambda: (Needs(lists=pathway.communication, patient=Patient()), ()),
    }
    form, intro = shown[asked.one]()
    context = behind_code(_seen(asked)) | telling(pathway, read_by) | {
        "proxy": "", "before": (), "form": form, "heading": TELLS[asked.one], "button": _("Send this to the team"),
        "intro": intro,
    }  # fmt: skip
    return render(asked.request, "patients/tell.jinja", context)


def questionnaire(asked: Asked) -> HttpResponse:
    """What stands before the questions."""
    pathway = asked.pathway
    step = next(one for one in pathway.questionnaires if one.id == asked.one)
    forms = [parse(pathway.form(one).text) for one in step.forms]
    context = answering.around(_seen(asked)) | answering.before_the_questions(pathway, step, forms)
    return render(asked.request, "patients/answering/start.jinja", context | {"form": WhoAnswers()})


def questions(asked: Asked) -> HttpResponse:
    """All pages of the questions, in order, with when each is asked."""
    form = parse(asked.pathway.form(asked.one).text)
    context = answering.around(_seen(asked)) | every_page.every(asked.pathway, form)
    return render(asked.request, "patients/answering/every_page.jinja", context)


def at_once(asked: Asked) -> HttpResponse:
    """What stands there right after an answer about safety."""
    safety = asked.pathway.safety
    context = answering.around(_seen(asked)) | {
        "at_once": answering.words_at_once(safety, for_somebody=asked.one == "somebody"),
        "happens": answering.what_happens(safety, clock.now()),
        "stop_or_go_on": safety.plain_stop_or_go_on if safety else "",
        "on": "#", "is_open": True, "typed": (), "mend": (), "checks": False,
    }  # fmt: skip
    return render(asked.request, "patients/answering/at_once.jinja", context)


def _seen(asked: Asked) -> Seen:
    """Somebody with a code, of a referral that is nowhere."""
    by = Process(asked.service, PATIENT_WITH_CODE)
    return Seen(Referral(reference=REFERENCE, locality=""), asked.pathway, by, asked.service, clock.now())


def _shown(asked: Asked, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(asked.request, template, frame(asked.service, asked.pathway) | context)


def _cards(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    most = max((len(one.answers) for one in pathway.right_time.questions), default=1)
    return tuple((str(number), f"With answer {number} to each question") for number in range(1, most + 1))


def _states(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    states = tuple((one.state.replace("_", "-"), one.plain_name) for one in pathway.patient_status.states)
    return (*states, (NO_CONTACT, "Where we have no contact for the place"))


def _outcomes(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    return tuple((one.id.replace("_", "-"), one.label) for one in pathway.outcomes)


def _steps(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    return tuple((one.id, one.name) for one in pathway.questionnaires)


def _who(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    return (("patient", "To the patient"), ("somebody", "To somebody who answers for them")) if pathway.safety else ()


def _pages(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    return tuple((one.id, one.plain_title) for one in pathway.patient_pages.pages)


PREVIEWS = (
    Preview(id="patients", title="Front page for patients", of="", each=only, make=home),
    Preview(id="patients-page", title="Pages for patients", of="pages", each=_pages, make=page),
    Preview(id="resources", title="Where people may turn to", of="", each=only, make=resources),
    Preview(id="right-time", title="“Is it the right time?”", of="", each=only, make=right_time),
    Preview(id="right-time-card", title="The card of “Is it the right time?”", of="own", each=_cards, make=card),
    Preview(id="my-referral", title="“Where is my referral?”, by state", of="own", each=_states, make=own),
    Preview(id="my-decision", title="“Where is my referral?”, by decision", of="own", each=_outcomes, make=decided),
    Preview(id="tell", title="Telling us something", of="own", each=lambda _: tuple(TELLS.items()), make=tell),
    Preview(id="questionnaire", title="Before a questionnaire", of="own", each=_steps, make=questionnaire),
    Preview(id="questions", title="A questionnaire, all its pages", of="own", each=every_form, make=questions),
    Preview(id="at-once", title="Right after an answer about safety", of="own", each=_who, make=at_once),
)
