"""What those who refer would see of a pathway that is a draft."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from painpath import clock
from painpath.accounts.audit import Process
from painpath.directory.models import Practice
from painpath.letters.door import WITH_CODE
from painpath.pathway import Pathway, contacts_for
from painpath.referrals.models import Referral
from painpath.referrals.referring import clocks
from painpath.referrers import downloads
from painpath.referrers.account_forms import AskForAccount
from painpath.referrers.presenters import about
from painpath.referrers.presenters.status import day, moment
from painpath.referrers.refer_forms import Questions
from painpath.referrers.seen import Seen
from painpath.referrers.status_forms import Changed
from painpath.referrers.summary import summary_pdf
from painpath.referrers.template_docx import docx_template
from painpath.web.previews import FILE, REFERENCE, Asked, Preview, every_criterion, only

PAGES = {
    "criteria": "Criteria",
    "how_to_refer": "How to refer",
    "practitioners": "For practitioners",
    "what_happens_next": "What happens next",
    "service": "Front page of the service",
}


def page(asked: Asked) -> HttpResponse:
    """A public page for practitioners."""
    pathway = asked.pathway
    name, _, place = asked.one.partition("-")
    shown: dict[str, Any] = {
        "criteria": lambda: about.criteria(pathway),
        "how_to_refer": lambda: about.how_to_refer(pathway, place),
        "practitioners": lambda: about.overview(pathway),
        "what_happens_next": lambda: about.what_happens_next(pathway),
        "service": lambda: about.front(pathway),
    }[name]()
    context = {"slug": asked.service.slug, "service_name": pathway.service, **about.guide(pathway, name), **shown}
    return render(asked.request, f"referrers/about/{name}.jinja", context)


def question(asked: Asked) -> HttpResponse:
    """The question that a referrer is asked when the letter does not say."""
    criterion = asked.pathway.criterion(asked.one)
    form = Questions(asked=[criterion], said=[], mentions={})
    context = {"title": "Some questions", "field": form[criterion.id], "is_asked": criterion.is_asked_of_referrers}
    return render(asked.request, "referrers/preview_question.jinja", context)


def status(asked: Asked) -> HttpResponse:
    """What whoever referred sees of a referral in one state."""
    one = asked.pathway.referring.status(asked.one.replace("-", "_"))
    today = clock.now()
    context = _around(asked) | {
        "full": True, "status": one.name, "patient": "", "sent": day(today), "changed": day(today),
        "words": one.words.format(due=day(today + timedelta(days=14)), who="Dr Robin Sample"),
        "contacts": [(each.label, each.value) for each in contacts_for(asked.pathway, None)],
        "until": "", "late": "", "merged": None, "who": "", "awaited": (), "told": (), "to_answer": None,
        "decisions": (), "conversation": (), "history": ({"when": day(today), "what": one.name},), "reads": True,
        "can_report": True, "can_judge": False,
        "can_write": False,
    }  # fmt: skip
    return render(asked.request, "referrers/status.jinja", context)


def changed(asked: Asked) -> HttpResponse:
    """“Something has changed”, for whoever referred."""
    changes = asked.pathway.referring.changes
    context = _around(asked) | {
        "heading": "Something has changed", "button": "Send this to a clinician", "changes": changes,
        "form": Changed(changes=changes), "by": moment(clocks.due_moment(clock.now(), changes.read_by)),
    }  # fmt: skip
    return render(asked.request, "referrers/changed.jinja", context)


def account(asked: Asked) -> HttpResponse:
    """The form with which somebody who refers asks for an account."""
    form = AskForAccount(pathway=asked.pathway, practices=Practice.objects.none())
    return render(asked.request, "preview_form.jinja", {"title": "Ask for an account", "form": form})


def _around(asked: Asked) -> dict[str, Any]:
    by = Process(asked.service, WITH_CODE)
    seen = Seen(Referral(reference=REFERENCE), by, full=True, service=asked.service, until=clock.now())
    return {"seen": seen, "reference": REFERENCE}


def _states(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    return tuple((one.state.replace("_", "-"), one.name) for one in pathway.referring.statuses)


def summary(asked: Asked) -> HttpResponse:
    """The printed summary."""
    return _file(summary_pdf(asked.pathway), "application/pdf", f"{asked.service.slug}-for-practitioners.pdf")


def template(asked: Asked) -> HttpResponse:
    """The letter template."""
    name = f"{asked.service.slug}-referral-letter.docx"
    return _file(docx_template(asked.pathway), downloads.TEMPLATES["docx"], name)


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{FILE}{name}"'
    return answer


def _pages(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    places = [(f"how_to_refer-{one.id}", f"How to refer, patients from {one.name}") for one in pathway.localities]
    return (*PAGES.items(), *places)


def _questions(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    return tuple(one for one in every_criterion(pathway) if pathway.criterion(one[0]).is_asked_of_referrers)


PREVIEWS = (
    Preview(id="question", title="The question for referrers", of="criteria", each=_questions, make=question),
    Preview(id="practitioners", title="Pages for practitioners", of="pages", each=_pages, make=page),
    Preview(id="status", title="“Where is it?”, for whoever referred", of="theirs", each=_states, make=status),
    Preview(id="referrer-change", title="“Something has changed”", of="theirs", each=only, make=changed),
    Preview(id="account", title="Asking for an account", of="theirs", each=only, make=account),
    Preview(id="summary", title="Printed summary for practitioners", of="", each=only, make=summary, is_file=True),
    Preview(id="template", title="Template of a referral letter", of="", each=only, make=template, is_file=True),
)
