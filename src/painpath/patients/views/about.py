"""Public pages for patients. They see what the service publishes and its name, and nothing of the record."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from painpath.patients.presenters import about
from painpath.patients.presenters import resources as places
from painpath.patients.presenters.frame import frame
from painpath.web.published import public_pathway


def home(request: HttpRequest, service: str) -> HttpResponse:
    """The front page for patients."""
    found, pathway = public_pathway(service)
    return _page(request, "home", frame(found, pathway) | about.home(pathway))


def page(request: HttpRequest, service: str, page: str) -> HttpResponse:
    """One of the pages that every service has."""
    found, pathway = public_pathway(service)
    try:
        shown = about.page(pathway, page, request.GET.get("locality"))
    except KeyError:
        raise Http404 from None
    return _page(request, "page", frame(found, pathway) | shown)


def everything(request: HttpRequest, service: str) -> HttpResponse:
    """All pages on one, to print."""
    found, pathway = public_pathway(service)
    return _page(request, "everything", frame(found, pathway) | about.everything(pathway))


def resources(request: HttpRequest, service: str) -> HttpResponse:
    """Where people may turn to: all of it, or what they are looking for."""
    found, pathway = public_pathway(service)
    return _page(request, "resources", frame(found, pathway) | places.resources(pathway, request.GET.dict()))


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"patients/about/{name}.jinja", context)
