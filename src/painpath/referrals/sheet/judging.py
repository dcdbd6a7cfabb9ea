"""A clinician's own word: on a criterion (confirmed or corrected, one at a time), and on an alert."""

from collections import Counter

from django.db import transaction

from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.referrals import pathways
from painpath.referrals.models import Alert, AlertAction, ClauseState, Judgement, Referral, ScreeningRun
from painpath.referrals.models.sheet import STATES
from painpath.referrals.moves import check_current, check_not_a_colleagues, claim, lock
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import STAFF, State
from painpath.referrals.unsettled import mark_first, mark_missing

ONE_ACT = " (Recorded once for the same words in two copies of this letter.)"
"""Stands with what was done about an alert where the same act closed its twin."""


def check_judge(referral: Referral, *, by: Membership) -> None:
    """Raise `Refused` unless `by` is the clinician who screens this referral, or any clinician once it is accepted."""
    if by.role != "clinician":
        raise Refused("Only a clinician can confirm or correct what a letter says.")
    check_current(by)
    if referral.state not in (State.SCREENING, State.ACCEPTED):
        raise Refused("Start screening this referral before you confirm or correct a criterion.")
    check_not_a_colleagues(referral, by=by)


def can_judge(referral: Referral, *, by: Membership) -> bool:
    """Whether `check_judge` would pass."""
    try:
        check_judge(referral, by=by)
    except Refused:
        return False
    return True


@transaction.atomic
def judge(
    *, referral: Referral, by: Membership, criterion: str, state: str, reason: str = "", seen_run: int | None = None
) -> Judgement:
    """Confirm (same state) or correct (another state, with a reason) what the reader said of one criterion.

    Saying the same again changes nothing. Raises `Refused` with a sentence, also when `seen_run` is given and the
    referral has been read again since: nobody confirms what they have not seen.
    """
    referral = lock(referral)
    check_judge(referral, by=by)
    if criterion not in {item.id for item in pathways.of(referral.pathway_version).criteria}:
        raise Refused("This criterion is not one of the published ones. Open the page again.")
    if state not in STATES:
        raise Refused("Choose what the referral says about this criterion.")
    run = referral.screenings.last()
    if run is None:
        raise Refused("This referral has not been read yet. Try again in a minute.")
    if seen_run is not None and seen_run != run.pk:
        raise Refused("Something new has been read since you opened this page. Look at this criterion again first.")
    read_state = read_states(run).get(criterion, "not_stated")
    reason = reason.strip()
    if state != read_state and not reason:
        raise Refused("Say why you correct this: the words in the letter, or what you know.")
    last = referral.judgements.filter(criterion=criterion, by=by, run=run).last()
    if last is not None and (last.state, last.reason) == (state, reason):
        return last
    judgement = Judgement.objects.create(
        service_id=referral.service_id, referral=referral, run=run, criterion=criterion, read_state=read_state,
        state=state, reason=reason, by=by,
    )  # fmt: skip
    referral.version += 1  # letters that were drafted with another word on this criterion are to be seen again
    referral.claimed_until = claim(referral) if referral.state == State.SCREENING else None
    referral.save(update_fields=["version", "claimed_until"])
    mark_missing(referral)
    audit.record(by, "criterion.judge", referral, criterion=criterion, read=read_state, state=state)
    return judgement


def read_states(run: ScreeningRun) -> dict[str, str]:
    """What the letter says, by criterion."""
    return dict(ClauseState.objects.filter(run=run, source="letter").values_list("criterion", "state"))


@transaction.atomic
def act_on_alert(*, alert: Alert, by: Membership, action: str) -> AlertAction:
    """Record what was done about an alert, which closes it. Raises `Refused` without words, or when it is closed.

    The same words in a copy that a merge filed (`_twins`) are closed by the same act; every row says so.
    """
    if by.role not in STAFF:
        raise Refused("Only an administrator or a clinician can record what was done about an alert.")
    check_current(by)
    action = action.strip()
    if not action:
        raise Refused("Say what you did about it: whom you told, and when.")
    referral = lock(alert.referral)
    if (done := AlertAction.objects.filter(alert=alert).select_related("by__user").first()) is not None:
        if done.by_id == by.pk and done.action.removesuffix(ONE_ACT) == action:
            return done
        raise Refused(f"{done.by.name} has already recorded what was done about this: “{done.action}”")
    twins = _twins(alert)
    row, *_ = [
        AlertAction.objects.create(
            service_id=one.service_id, alert=one, by=by, action=action + ONE_ACT if twins else action
        )
        for one in (alert, *twins)
    ]
    mark_first(referral)
    for one in (alert, *twins):
        audit.record(by, "alert.act", one)
    return row


def _twins(alert: Alert) -> list[Alert]:
    """Open alerts about the same words in another copy of the same letter, which a merge filed with this referral.

    Same kind and same quote, in another document, and one of the two documents came by a merge. In the same bytes
    they must stand at the same place; else each document must have these words once, or nobody knows which is which.
    """
    alike = list(
        Alert.objects.filter(
            referral_id=alert.referral_id, kind=alert.kind, quote=alert.quote,
            transcript__document__quarantine__isnull=True,
        ).select_related("transcript__document", "action")
    )  # fmt: skip
    in_document = Counter(one.transcript.document_id for one in alike)
    mine = next((one for one in alike if one.pk == alert.pk), alert).transcript.document
    found = []
    for one in alike:
        theirs = one.transcript.document
        if theirs.pk == mine.pk or hasattr(one, "action") or not (mine.copied_from_id or theirs.copied_from_id):
            continue
        if theirs.sha256 == mine.sha256:
            same = (one.start, one.end) == (alert.start, alert.end)
        else:
            same = in_document[theirs.pk] == in_document[mine.pk] == 1
        if same:
            found.append(one)
    return found
