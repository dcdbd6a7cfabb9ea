"""What the team would see of a pathway that is a draft, beside criteria and letters.

Questionnaires, what to do now, e-RS, records to review. No record is read: what has to be about somebody is about
nobody.
"""

from django.http import HttpResponse
from django.shortcuts import render

from painpath import clock
from painpath.letters.paper import paper, phone_script, words_for
from painpath.pathway import Pathway
from painpath.pathway.needs import STANDARD
from painpath.pathway.retention import Facts, RetentionClass, add_years, periods
from painpath.questionnaires import parse
from painpath.referrals.transitions import LABELS, State
from painpath.triage.presenters import answers, ers
from painpath.triage.presenters.keeping import Row
from painpath.triage.presenters.letter_forms import comes_in
from painpath.triage.presenters.questionnaires import shipped_one
from painpath.triage.presenters.words import day
from painpath.web.files import file_answer
from painpath.web.previews import FILE, MARK, REFERENCE, Asked, Preview, every_form, only

SAFETY = "An answer about safety that nobody has read"
FORMATS = "In which format somebody’s letters come"


def questionnaire(asked: Asked) -> HttpResponse:
    """All questions as the team looks them through, with whose they are and beside which clauses the answers stand."""
    shown = shipped_one(parse(asked.pathway.form(asked.one).text), asked.pathway) | {"may_print": False}
    return render(asked.request, "triage/questionnaire.jinja", shown)


def phone(asked: Asked) -> HttpResponse:
    """All questions as somebody of the team reads them out on the phone."""
    form = parse(asked.pathway.form(asked.one).text)
    return _words(asked, f"On the phone: {form.title}", phone_script(form, words_for(asked.pathway, form)))


def on_paper(asked: Asked) -> HttpResponse:
    """All questions on paper, in standard print."""
    form = parse(asked.pathway.form(asked.one).text)
    pdf = paper(form, words_for(asked.pathway, form), reference=MARK)
    return file_answer(pdf, "application/pdf", f"{FILE}{form.id}.pdf", download=True)


def safety_now(asked: Asked) -> HttpResponse:
    """What stands on a referral's pages while nobody has read an answer about safety."""
    shown = answers.now(asked.pathway, clock.now(), "", "#safety-now")
    return render(asked.request, "triage/preview_safety.jinja", {"title": SAFETY, "safety": shown})


def formats(asked: Asked) -> HttpResponse:
    """What stands over the letters of somebody who needs another format."""
    known = asked.pathway.communication
    each = (comes_in(known, one.id) for one in known.letter_formats if one.id != STANDARD)
    return _words(asked, FORMATS, "\n\n".join(each))


def in_ers(asked: Asked) -> HttpResponse:
    """What to choose in e-RS after each decision, or why nothing is sent there."""
    return render(asked.request, "triage/preview_ers.jinja", {"decisions": ers.every_decision(asked.pathway)})


def retention(asked: Asked) -> HttpResponse:
    """The list of records that are due, with one of each class."""
    schedule = asked.pathway.retention
    classes = schedule.classes if schedule else ()
    return render(asked.request, "triage/retention.jinja", {
        "rows": [_row(one) for one in classes], "next": "", "is_first": True, "asked": [],
        "unconfirmed": [one.name for one in schedule.unconfirmed()] if schedule else [],
        "no_schedule": schedule is None,
    })  # fmt: skip


def _row(one: RetentionClass) -> Row:
    """An invented record to which this class applies, on the day on which it falls due."""
    today = clock.today()
    started = add_years(today, -one.years)
    age = one.age_from if one.age_from is not None else max((one.age_below or 40) - 1, 0)
    born = started if one.starts == "birth" else add_years(started, -age)
    ended = add_years(born, age) if one.starts == "birth" else started
    facts = Facts(
        state=one.states[0], accepted=bool(one.accepted), ended_on=ended, last_contact=ended, born=born,
        died=started if one.starts == "death" else None, alerts=frozenset(one.alerts),
    )  # fmt: skip
    due = next((period for period in periods(facts, (one,))), None)
    return Row(
        REFERENCE, "Alex Example", "#", f"{LABELS[State(one.states[0])]}, {day(ended)}",
        day(due.until if due else today), one.name, (due.words,) if due else (), on_hold=False, asked=False,
    )  # fmt: skip


def _words(asked: Asked, title: str, text: str) -> HttpResponse:
    return render(asked.request, "triage/preview_letter.jinja", {"title": title, "subject": "", "text": text})


def _where_safe(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    return only(pathway) if pathway.safety else ()


def _where_kept(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    return only(pathway) if pathway.retention else ()


PREVIEWS = (
    Preview(id="team-questions", title="A questionnaire, as the team reads it", of="team", each=every_form,
            make=questionnaire),
    Preview(id="phone", title="A questionnaire, as it is read out on the phone", of="team", each=every_form,
            make=phone),
    Preview(id="paper", title="A questionnaire on paper", of="team", each=every_form, make=on_paper, is_file=True),
    Preview(id="safety-now", title=SAFETY, of="team", each=_where_safe, make=safety_now),
    Preview(id="formats", title=FORMATS, of="team", each=only, make=formats),
    Preview(id="in-ers", title="What is chosen in e-RS, by decision", of="team", each=only, make=in_ers),
    Preview(id="retention", title="Records to review, one of each class", of="team", each=_where_kept, make=retention),
)  # fmt: skip
