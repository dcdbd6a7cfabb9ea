"""What those who refer would see of a pathway that is a draft."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from painpath.pathway import Pathway
from painpath.referrers import downloads
from painpath.referrers.presenters import about
from painpath.referrers.refer_forms import Questions
from painpath.referrers.summary import summary_pdf
from painpath.referrers.template_docx import docx_template
from painpath.web.previews import FILE, Asked, Preview, every_criterion, only

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
    shown: dict[str, Any] = {
        "criteria": lambda: about.criteria(pathway),
        "how_to_refer": lambda: about.how_to_refer(pathway, None),
        "practitioners": lambda: about.overview(pathway),
        "what_happens_next": lambda: about.what_happens_next(pathway),
        "service": lambda: about.front(pathway),
    }[asked.one]()
    context = {"slug": asked.service.slug, "service_name": pathway.service, **about.guide(pathway, asked.one), **shown}
    return render(asked.request, f"referrers/about/{asked.one}.jinja", context)


def question(asked: Asked) -> HttpResponse:
    """The question that a referrer is asked when the letter does not say."""
    criterion = asked.pathway.criterion(asked.one)
    form = Questions(asked=[criterion], said=[], mentions={})
    context = {"title": "Some questions", "field": form[criterion.id], "is_asked": criterion.is_asked_of_referrers}
    return render(asked.request, "referrers/preview_question.jinja", context)


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


def _pages(_: Pathway) -> tuple[tuple[str, str], ...]:
    return tuple(PAGES.items())


def _questions(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    return tuple(one for one in every_criterion(pathway) if pathway.criterion(one[0]).is_asked_of_referrers)


PREVIEWS = (
    Preview(id="question", title="The question for referrers", of="criteria", each=_questions, make=question),
    Preview(id="practitioners", title="Pages for practitioners", of="pages", each=_pages, make=page),
    Preview(id="summary", title="Printed summary for practitioners", of="", each=only, make=summary, is_file=True),
    Preview(id="template", title="Template of a referral letter", of="", each=only, make=template, is_file=True),
)
