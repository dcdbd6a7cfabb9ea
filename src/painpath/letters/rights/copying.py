"""A copy of what is held about a person (UK GDPR, Article 15): read thing by thing by a person, then given.

What is about somebody else, or could do serious harm to anybody's health, may be left out, and that is a judgement of
people (Data Protection Act 2018, Schedule 2 paragraph 16 and Schedule 3 Part 2): nothing is chosen beforehand, each
thing that is left out has its reason, and a health professional is named.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.letters.rights.items import Item, items
from painpath.referrals.looking import check_not_blind
from painpath.referrals.models import DisclosureChoice, RightsRequest
from painpath.referrals.refusal import Refused
from painpath.referrals.restricting import check_open
from painpath.referrals.rights.asking import check_gives, close_request, lock_request, of_the_person

Key = tuple[str, int]


def choices_of(request: RightsRequest) -> dict[Key, DisclosureChoice]:
    """What a person has said of each thing; the latest word counts. One query."""
    return {(row.kind, row.item): row for row in request.choices.select_related("by__user")}


def to_choose(request: RightsRequest) -> list[Item]:
    """Every thing on record about the person, of all their referrals here; as it was when the copy was given."""
    return items(list(of_the_person(request.referral)), until=request.closed_at)


def stands(item: Item, choice: DisclosureChoice | None) -> bool:
    """Whether what somebody said of a thing still holds: words that were added since were read by nobody."""
    return choice is not None and (item.latest is None or item.latest <= choice.at)


def look(request: RightsRequest, *, by: Membership) -> list[Item]:
    """The same for somebody who reads it now: on record as a look at each referral. Raises `Refused`."""
    check_gives(by)
    found = list(of_the_person(request.referral))
    for referral in found:
        check_not_blind(referral, by=by)
        check_open(referral, by=by)
    audit.record_each(by, "rights.look", found, request=request.pk)
    return items(found)


@transaction.atomic
def choose(
    *, request: RightsRequest, by: Membership, said: Mapping[Key, tuple[bool, str]], read_at: datetime | None = None
) -> list[DisclosureChoice]:
    """Say of some things whether they go into the copy; what is left out has a reason. The same word twice is one.

    `read_at`: when they were shown; it holds of what stood there then (`stands`). Absent: now.
    """
    check_gives(by)
    request = lock_request(request)
    _check_access(request)
    for referral in of_the_person(request.referral):
        check_open(referral, by=by)
    known, before = {item.key: item for item in to_choose(request)}, choices_of(request)
    made, at = [], min(read_at or clock.now(), clock.now())
    for key, (included, reason) in said.items():
        reason = "" if included else reason.strip()
        if key not in known:
            raise Refused("Something is not on record any more. Load the page again.")
        if not included and not reason:
            raise Refused(f"Say why “{known[key].label}” is left out.")
        last = before.get(key)
        if last is not None and stands(known[key], last) and (last.included, last.reason) == (included, reason):
            continue
        made.append(DisclosureChoice.objects.create(
            service_id=request.service_id, request=request, referral=known[key].referral, kind=key[0], item=key[1],
            included=included, reason=reason, by=by, at=at,
        ))  # fmt: skip
    audit.record(
        by, "rights.choose", request.referral, request=request.pk,
        said=[[row.kind, row.item, row.included] for row in made],
    )  # fmt: skip
    return made


def check_give(request: RightsRequest, *, by: Membership) -> None:
    """Raise `Refused` unless everything has been read and nothing came since."""
    check_gives(by)
    _check_access(request)
    for referral in of_the_person(request.referral):
        check_open(referral, by=by)
    said = choices_of(request)
    left = [item for item in to_choose(request) if not stands(item, said.get(item.key))]
    if left:
        words = "1 thing" if len(left) == 1 else f"{len(left)} things"
        raise Refused(f"Nobody has said yet whether {words} on record goes into the copy: “{left[0].label}” first.")


@transaction.atomic
def give(*, request: RightsRequest, by: Membership, harm_judged_by: str, identity_how: str = "") -> RightsRequest:
    """Give the copy: from now on it can be downloaded (`bundle`), and the request is answered. Raises `Refused`."""
    request = lock_request(request)
    check_give(request, by=by)
    request.harm_judged_by = harm_judged_by.strip()
    request.identity_how = identity_how.strip() or request.identity_how
    if not request.harm_judged_by:
        raise Refused("Say which health professional judged whether it could do serious harm.")
    if not request.identity_how:
        raise Refused("Say how you made sure who asks.")
    return close_request(request, by=by, outcome="released", answer="")


def _check_access(request: RightsRequest) -> None:
    if request.kind != "access":
        raise Refused("Nobody has asked for a copy here.")
