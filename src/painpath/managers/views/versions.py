"""Versions of the pathway: each is readable whole, and beside any other, for as long as a decision holds to it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painpath.managers.presenters import versions as present
from painpath.managers.views.drafts import fhir_answer, member
from painpath.pathway.zips import packed
from painpath.referrals import pathways
from painpath.referrals.models import PathwayPublication, PathwayVersion
from painpath.web.files import file_answer
from painpath.web.numbers import whole_number


def _version(request: HttpRequest, pk: int) -> PathwayVersion:
    found = PathwayVersion.objects.filter(service_id=member(request).service_id, pk=pk).defer("content").first()
    if found is None:
        raise Http404
    return found


@require_safe
def whole(request: HttpRequest, version: int) -> HttpResponse:
    """One part of a version after the other, all of it."""
    found = _version(request, version)
    page = present.whole(found, request.GET.get("part", ""))
    if page is None:
        raise Http404
    return render(request, "managers/version.jinja", page)


@require_safe
def compare(request: HttpRequest, version: int) -> HttpResponse:
    """A version beside another one, which is in force when none is named."""
    found = _version(request, version)
    number = whole_number(request.GET.get("with", ""))
    beside = None if number is None else _version(request, number)
    return render(request, "managers/version_compare.jinja", present.comparison(found, beside, member(request)))


@require_safe
def download(request: HttpRequest, version: int) -> HttpResponse:
    """The folder of a version that was published here, byte for byte, as a zip."""
    found = _version(request, version)
    name = f"{found.pathway}-{found.label}.zip"
    return file_answer(packed(found.pathway, _files(found)), "application/zip", name, download=True)


@require_safe
def download_fhir(request: HttpRequest, version: int) -> HttpResponse:
    """A version that was published here as a FHIR Bundle, its folder within."""
    found = _version(request, version)
    return fhir_answer(pathways.as_kept(found), _files(found), f"{found.pathway}-{found.label}")


def _files(version: PathwayVersion) -> dict[str, str]:
    """The folder of a version. 404 for one that was not published here."""
    files: dict[str, str] | None = (
        PathwayPublication.objects.filter(version=version).values_list("files", flat=True).first()
    )
    if files is None:
        raise Http404
    return files
