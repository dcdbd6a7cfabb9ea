"""Where a thing that a pathway says appears: each door shows its own pages for a pathway that is not published yet.

A door lists them in `PREVIEWS` beside its addresses, as it lists its menu, so that the door with the editor knows
nothing of the pages of the others. Nothing of a preview is sent or recorded about a patient, and it is marked as one:
on its pages, in the version that its files name, and in the names of files.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import format_html

from painpath.accounts.models import Service
from painpath.pathway import Pathway
from painpath.questionnaires import every_page, parse
from painpath.web import access

MARK = "Preview of a draft"
FILE = "preview-of-a-draft-"
"""Before the name of a file."""
REFERENCE = "2BCD-FGHJ"
"""Of a referral that is nowhere."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A preview that somebody has asked for."""

    request: HttpRequest
    service: Service
    pathway: Pathway
    one: str
    """Which criterion, page or letter; empty where there is only one."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """One kind of page, letter or file."""

    id: str
    title: str
    of: str
    """What there is one of each: `criteria`, `pages`, `letters`; empty where there is only one."""
    each: Callable[[Pathway], tuple[tuple[str, str], ...]]
    """Those that there are: id and name."""
    make: Callable[[Asked], HttpResponse]
    is_file: bool = False


def only(_: Pathway) -> tuple[tuple[str, str], ...]:
    """There is one of it."""
    return (("", ""),)


def every_criterion(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    """One for each criterion."""
    return tuple((one.id, one.name) for one in pathway.criteria)


def every_form(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    """One for each questionnaire that asks something; a frame without its questions asks nothing."""
    return tuple((one.id, title) for one in pathway.forms if (title := _title(one.text)))


@lru_cache(maxsize=256)
def _title(text: str) -> str:
    """Of a questionnaire, read once: the editor lists what can be previewed on every page of a part."""
    form = parse(text)
    return form.title if every_page(form) else ""


def previews() -> dict[str, Preview]:
    """All that the doors offer, by id."""
    found: dict[str, Preview] = {}
    for door in access.DOORS:
        for one in getattr(import_module(door), "PREVIEWS", ()):
            found[one.id] = one
    return found


def show(request: HttpRequest, service: Service, pathway: Pathway, name: str, one: str, *, back: str) -> HttpResponse:
    """The page, letter or file as it would be, marked, with the way `back` to the previews. 404 when there is none."""
    kind = previews().get(name)
    if kind is None or one not in dict(kind.each(pathway)):
        raise Http404
    marked = msgspec.structs.replace(pathway, version=f"{pathway.version} ({MARK.lower()})")
    if not kind.is_file:
        words = f"{MARK}. Nothing here is published, and links below lead to what is in force."
        link = '{}<br><a class="nhsuk-notification-banner__link" href="{}">Back to the previews of this draft</a>'
        messages.warning(request, format_html(link, words, back))
    answer = kind.make(Asked(request=request, service=service, pathway=marked, one=one))
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
