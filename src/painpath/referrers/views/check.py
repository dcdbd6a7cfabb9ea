"""Check before you send: anybody may, nothing is stored."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from painpath.pathway import Pathway
from painpath.reading import printed
from painpath.referrals import pathways
from painpath.referrers.check_forms import ANSWER, Check, asked_anew
from painpath.referrers.presenters.check import checked
from painpath.referrers.presenters.refer import emergency
from painpath.referrers.reading import read_files, screen, with_answers
from painpath.web.forms import render_form
from painpath.web.published import public_pathway


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, service: str) -> HttpResponse:
    """A letter read against every criterion. What was typed goes back to the page that sent it, and nowhere else."""
    named, pathway = public_pathway(service)
    context = {"service": named, "pathway": pathway}
    if request.method != "POST":
        return render(request, "referrers/check.jinja", {"form": Check(pathway=pathway), **context})
    seen = pathways.as_asked(named, request.POST.get("asked_in", ""), pathway)
    form = Check(request.POST, request.FILES, pathway=seen)
    if not form.is_valid():
        return render_form(request, "referrers/check.jinja", form, **context | {"pathway": seen})
    read = read_files([(file.name or "letter", file.read()) for file in form.cleaned_data["documents"]])
    answers, others = asked_anew(form.answers(), seen, pathway)
    letter = "\n\n".join(filter(None, (form.cleaned_data["letter"].strip(), read.text, *printed.answered(others))))
    if not letter and not answers:
        form.add_error(
            "documents", " ".join(read.problems) or "There are no words in this file. Paste the text instead."
        )
        return render_form(request, "referrers/check.jinja", form, **context | {"pathway": seen})
    text = with_answers(letter, answers, pathway)
    again = Check(
        initial={"letter": letter} | {f"{ANSWER}{name}": words for name, words in answers.items()}, pathway=pathway
    )
    context |= {
        "checked": checked(pathway, *screen(text, pathway)),
        "problems": read.problems,
        "answers": answers,
        "others": others,
    }
    return _result(request, again, context, pathway)


def _result(request: HttpRequest, form: Check, context: dict[str, object], pathway: Pathway) -> HttpResponse:
    return render(
        request,
        "referrers/checked.jinja",
        {"form": form, "emergency": emergency(pathway), "key": uuid.uuid4(), **context},
    )
