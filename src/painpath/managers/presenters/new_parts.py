"""A pathway that is new, read part by part before somebody approves it: each part has a page, and leads to the next."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from painpath.accounts.models import Membership
from painpath.managers.presenters.differing import SHARED, compared
from painpath.managers.presenters.publishing import head
from painpath.managers.presenters.versions import named_parts, things
from painpath.pathway.draft_files import compile_draft
from painpath.referrals.models import PathwayDraft
from painpath.referrals.publishing import drafting


def part(one: PathwayDraft, chosen: str, by: Membership) -> dict[str, Any] | None:
    """One part of a pathway that was begun from nothing; None where there is none of this name.

    Things with fields are shown by names, as in a kept version; rules as sentences, files and what all services share
    (of which only what the draft adds is anybody's to approve) as they stand.
    """
    found = [] if one.base_files else compared(one)[0]
    at = next((number for number, each in enumerate(found) if each.field == chosen), None)
    whole = compile_draft(one.name, one.files).pathway
    if at is None or whole is None:
        return None
    data = {} if chosen in SHARED else named_parts(whole)
    links = [{"href": _address(one, each.field), "labelText": each.label} for each in found]
    approves = drafting.can_approve(one, by=by)
    end = {
        "href": reverse("managers:draft-approve" if approves else "managers:draft", args=[one.key]),
        "labelText": "Approve it, or send it back" if approves else f"Draft {one.pk}",
    }  # fmt: skip
    return head(one) | {
        "part": found[at].label, "number": at + 1, "of": len(found),
        "things": list(things(data[chosen])) if chosen in data else [],
        "words": "".join(piece.text for piece in found[at].parts),
        "before": links[at - 1] if at else {}, "after": [*links, end][at + 1],
    }  # fmt: skip


def _address(one: PathwayDraft, field: str) -> str:
    return f"{reverse('managers:draft-compare', args=[one.key])}?{urlencode({'part': field})}"
