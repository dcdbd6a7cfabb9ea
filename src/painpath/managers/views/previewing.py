"""What readers would see of a draft, on the pages and in the letters of the product itself."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from painpath.managers.views.drafts import draft_at, member
from painpath.managers.workbench import Workbench
from painpath.referrals.refusal import Refused
from painpath.web import previews as web

OF = {
    "criteria": "Of one criterion",
    "pages": "Pages",
    "letters": "Letters, messages and notices",
    "own": "What a patient sees of their own referral",
    "team": "What the team sees",
    "theirs": "What whoever referred sees of it",
    "": "Whole",
}


@require_safe
def previews(request: HttpRequest, key: UUID) -> HttpResponse:
    """Everything that can be previewed; with `criterion`, what is about that one alone; with `kind`, that kind."""
    draft = draft_at(request, key)
    whole = Workbench(draft).compiled.pathway
    wanted = request.GET.get("criterion", "")
    kinds = []
    only = request.GET.get("kind", "")
    for kind in web.previews().values() if whole else ():
        if only and kind.id != only:
            continue
        each = [
            {"name": name or kind.title, "href": _href(key, kind.id, one)}
            for one, name in kind.each(whole)  # type: ignore[arg-type]
            if not (wanted and kind.of == "criteria") or one == wanted
        ]
        kinds.append({"title": kind.title, "of": kind.of, "each": each, "is_file": kind.is_file})
    about = next((one.name for one in whole.criteria if one.id == wanted), "") if whole else ""
    groups = [{"heading": heading, "kinds": [one for one in kinds if one["of"] == of]} for of, heading in OF.items()]
    service = whole.service if whole else ""
    context = {"draft": draft, "service": service, "groups": groups, "usable": whole is not None, "about": about}
    context["is_part"] = bool(about or only)
    return render(request, "managers/editing/previews.jinja", context)


@require_safe
def preview(request: HttpRequest, key: UUID, kind: str, one: str = "") -> HttpResponse:
    """One page, letter or file, as it would be."""
    draft = draft_at(request, key)
    whole = Workbench(draft).compiled.pathway
    if whole is None:
        raise Refused("This draft cannot be previewed: its files are no pathway yet. Put right what the draft lists.")
    back = reverse("managers:previews", args=[key])
    return web.show(request, member(request).service, whole, kind, one, back=back)


def _href(key: UUID, kind: str, one: str) -> str:
    return reverse("managers:preview", args=[key, kind, one] if one else [key, kind])
