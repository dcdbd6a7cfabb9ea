"""Public pages about a service. They see what it publishes and its name, and nothing of the record."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from painpath.accounts.scope import service_at, slugs
from painpath.referrers import downloads
from painpath.referrers.presenters import about as presenter
from painpath.web.published import public_pathway


def services(request: HttpRequest) -> HttpResponse:
    """The services here that have published their criteria; where there is one, its own page."""
    found = [one for name in slugs() if (one := service_at(name)) is not None]
    if len(found) == 1:
        return redirect("referrers:service", found[0].slug)
    return render(request, "referrers/services.jinja", {"services": found})


def service(request: HttpRequest, service: str) -> HttpResponse:
    """The front page of a service."""
    return _page(request, service, "service", presenter.front)


def practitioners(request: HttpRequest, service: str) -> HttpResponse:
    """What the service is for, in short, and where the rest is."""
    return _page(request, service, "practitioners", presenter.overview)


def criteria(request: HttpRequest, service: str) -> HttpResponse:
    """Every criterion: its published words, and what to write."""
    return _page(request, service, "criteria", presenter.criteria)


def how_to_refer(request: HttpRequest, service: str) -> HttpResponse:
    """What to try first, how to refer by role, what to write, and whom to ask."""
    where = request.GET.get("locality")
    return _page(request, service, "how_to_refer", lambda pathway: presenter.how_to_refer(pathway, where))


def what_happens_next(request: HttpRequest, service: str) -> HttpResponse:
    """How soon, and what may follow."""
    return _page(request, service, "what_happens_next", presenter.what_happens_next)


def summary(request: HttpRequest, service: str) -> HttpResponse:
    """Everything on one sheet, to print."""
    _, pathway = public_pathway(service)
    response = HttpResponse(downloads.summary(pathway), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{service}-for-practitioners.pdf"'
    return response


def letter_template(request: HttpRequest, service: str, form: str) -> HttpResponse:
    """The letter with merge fields."""
    if form not in downloads.TEMPLATES:
        raise Http404
    _, pathway = public_pathway(service)
    response = HttpResponse(downloads.template(pathway, form), content_type=downloads.TEMPLATES[form])
    response["Content-Disposition"] = f'attachment; filename="{service}-referral-letter.{form}"'
    return response


def _page(request: HttpRequest, slug: str, name: str, show: presenter.Show) -> HttpResponse:
    found, pathway = public_pathway(slug)
    context = {"slug": slug, "service_name": found.name, **presenter.guide(pathway, name), **show(pathway)}
    return render(request, f"referrers/about/{name}.jinja", context)
