"""What every view about a draft starts with."""

import json
from collections.abc import Mapping
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from painpath.accounts.models import Membership
from painpath.pathway import Pathway, fhir
from painpath.referrals.models import PathwayDraft
from painpath.web.files import file_answer


def member(request: HttpRequest) -> Membership:
    """Who is asking: set by the scope middleware for every listed address."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return membership


def draft_at(request: HttpRequest, key: UUID) -> PathwayDraft:
    """The draft of this address. 404 when this service has none of that key."""
    people = ("service", "started_by__user", "changed_by__user", "submitted_by__user", "approved_by__user")
    found = PathwayDraft.objects.select_related(*people)
    draft = found.filter(service_id=member(request).service_id, key=key).first()
    if draft is None:
        raise Http404
    return draft


def fhir_answer(pathway: Pathway, files: Mapping[str, str], name: str) -> HttpResponse:
    """A pathway as a FHIR Bundle to download."""
    content = json.dumps(fhir.bundle(pathway, files), indent=1, ensure_ascii=False).encode()
    return file_answer(content, "application/fhir+json", f"{name}.fhir.json", download=True)
