"""Writes the publication of a draft that two people agreed on. The verbs check, and audit."""

from painpath import clock, pathway
from painpath.accounts.models import Membership
from painpath.referrals import pathways
from painpath.referrals.models import PathwayDraft, PathwayPublication, PathwayVersion


def write(
    draft: PathwayDraft, current: pathway.Pathway, *, service_id: int, published_by: Membership, approved_by: Membership
) -> PathwayPublication:
    """In force from the draft's day, or from today where that has passed. Inside the scope of the service."""
    version, _ = PathwayVersion.objects.defer("content").get_or_create(
        service_id=service_id, pathway=current.name, digest=current.digest,
        defaults={"label": current.version, "content": pathway.encode(current)},
    )  # fmt: skip
    made = PathwayPublication.objects.create(
        service_id=service_id, version=version, from_date=max(draft.from_date or clock.today(), clock.today()),
        files=draft.files, draft=draft if draft.service_id == service_id else None, published_by=published_by,
        approved_by=approved_by,
    )  # fmt: skip
    pathways.ask_again(service_id)
    return made
