"""What was approved for a day to come is withdrawn before that day; a draft can take it up again.

The newest first: what was approved later was begun from it and holds its words, so that to withdraw the older one alone
would only seem to take them back.
"""

from datetime import date

from django.db import transaction

from painpath import clock
from painpath.accounts import audit, telling
from painpath.accounts.models import Membership, Service
from painpath.referrals import pathways
from painpath.referrals.models import PathwayDraft, PathwayPublication, PathwayWithdrawal
from painpath.referrals.publishing.beginning import begin
from painpath.referrals.publishing.drafting import LONGEST_WORDS, check_start
from painpath.referrals.refusal import Refused


def check_withdraw(publication: PathwayPublication, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may withdraw this publication now: a lead, before its day, the newest first."""
    if by.ended_at is not None or not by.leads:
        raise Refused("Only a lead can withdraw what was approved.")
    if publication.service_id != by.service_id:
        raise Refused("This was published by another service.")
    done = PathwayWithdrawal.objects.select_related("by__user").filter(publication=publication).first()
    if done is not None:
        raise Refused(f"{done.by.name} has withdrawn it already.")
    if publication.from_date <= clock.today():
        raise Refused("Its day has come, so it cannot be withdrawn any more. Publish another version instead.")
    newest = pathways.publications(by.service_id)[-1]
    if newest.pk != publication.pk and newest.from_date > clock.today():
        raise Refused(
            f"Another version was approved after it, for {_day(newest.from_date)}, and holds its words. Withdraw that "
            "one first."
        )
    if newest.pk != publication.pk:
        raise Refused(
            "Another version was approved after it, with its words, and is in force. Publish another instead."
        )


def can_withdraw(publication: PathwayPublication, *, by: Membership) -> bool:
    """Whether `check_withdraw` would pass."""
    try:
        check_withdraw(publication, by=by)
    except Refused:
        return False
    return True


@transaction.atomic
def withdraw(*, publication: PathwayPublication, words: str, by: Membership) -> PathwayWithdrawal:
    """The publication does not come into force. `words` say why. The two who published it are told, except `by`.

    Raises `Refused`, also when its day begins while this waits; then it is in force.
    """
    words = words.strip()
    if not words or len(words) > LONGEST_WORDS:
        raise Refused(f"Say why it is withdrawn, in at most {LONGEST_WORDS:,} characters.")
    # One after the other with approvals, which take the same lock; what day it is counts once this is held.
    Service.objects.select_for_update(no_key=True).get(pk=by.service_id)
    check_withdraw(publication, by=by)
    made = PathwayWithdrawal.objects.create(service_id=by.service_id, publication=publication, words=words, by=by)
    pathways.ask_again(by.service_id)
    audit.record(by, "pathwaypublication.withdraw", publication, withdrawal=made.pk)
    sentence = (
        f"{by.name[:80]} withdrew version {publication.version.label} of the pathway of {by.service.name[:80]}, which "
        f"you and a colleague had published from {_day(publication.from_date)}. It does not come into force."
    )
    for one in (publication.published_by, publication.approved_by):
        if one.user_id != by.user_id:
            telling.tell(one.user, "A version of the pathway was withdrawn", sentence, if_not="")
    return made


@transaction.atomic
def take_up(*, publication: PathwayPublication, by: Membership) -> PathwayDraft:
    """A new draft with what was withdrawn, begun from what that was begun from: whatever was published meanwhile has to
    be taken into it, as into any other. Raises `Refused`."""
    check_start(by=by)
    held = PathwayDraft.objects.filter(publications=publication, service_id=by.service_id).first()
    if held is None or not PathwayWithdrawal.objects.filter(publication=publication).exists():
        raise Refused("Only what was withdrawn here can be taken up again.")
    draft, is_new = begin(
        by=by, name=held.name, files=publication.files, base_digest=held.base_digest, base_files=held.base_files
    )
    if is_new:
        audit.record(by, "pathwaydraft.take_up", draft, publication=publication.pk)
    return draft


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
