"""What patients would see of a pathway that is a draft."""

from django.http import HttpResponse
from django.shortcuts import render

from painpath.pathway import Pathway
from painpath.patients.presenters import about
from painpath.patients.presenters import resources as places
from painpath.patients.presenters.frame import frame
from painpath.web.previews import Asked, Preview, only


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


def _pages(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    return tuple((one.id, one.plain_title) for one in pathway.patient_pages.pages)


PREVIEWS = (
    Preview(id="patients", title="Front page for patients", of="", each=only, make=home),
    Preview(id="patients-page", title="Pages for patients", of="pages", each=_pages, make=page),
    Preview(id="resources", title="Where people may turn to", of="", each=only, make=resources),
)
