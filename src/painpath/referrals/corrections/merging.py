"""Two referrals of one person: never joined by the program. A person merges them, or says that they are two."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.referrals import tasks
from painpath.referrals.corrections.refiling import (
    back_on_the_list,
    carry_actions,
    carry_alerts,
    file_copies,
    quarantine,
    screen_again,
)
from painpath.referrals.kinds import NAMESAKE
from painpath.referrals.models import Document, Merge, NotADuplicate, Patient, Referral
from painpath.referrals.moves import check_move, check_not_a_colleagues, lock, move
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import OPEN, STAFF, State
from painpath.referrals.unsettled import is_being_read, mark_first

UNDECIDED = frozenset({State.RECEIVED, State.AWAITING_SCREENING, State.SCREENING})
"""Only these can be the duplicate: what the patient was told after a decision must not go out of sight."""


def same_person(one: Patient | None, other: Patient | None) -> bool:
    """One NHS number; or, where a number is missing, one family name and one date of birth."""
    if one is None or other is None:
        return False
    if one.pk == other.pk:
        return True
    if one.nhs_number and other.nhs_number:
        return one.nhs_number == other.nhs_number
    born = one.date_of_birth
    return (
        born is not None and born == other.date_of_birth and one.family_name.casefold() == other.family_name.casefold()
    )


def possible_duplicates(referral: Referral) -> "QuerySet[Referral]":
    """Other open referrals of the same person that nobody has told apart yet: for a person to look at."""
    patient = referral.patient
    found = Referral.objects.none()
    if patient is None or not referral.is_open or _is_alone(referral, patient):
        return found
    same = Q(patient=patient)
    if patient.date_of_birth is not None:
        alike = Q(patient__family_key=patient.family_name.lower(), patient__date_of_birth=patient.date_of_birth)
        same |= alike & Q(patient__nhs_number="") if patient.nhs_number else alike
    apart = NotADuplicate.objects.filter(Q(one=referral) | Q(other=referral)).values_list("one", "other")
    told = set() if referral.lacks("apart") else {pk for pair in apart for pk in pair}
    return (
        Referral.objects.filter(same, service_id=referral.service_id, state__in=[state.value for state in OPEN])
        .exclude(pk__in=told | {referral.pk})
        .select_related("patient", "referrer", "practice", "pathway_version")
        .defer("pathway_version__content")
        .order_by("received_at", "id")
    )


def _is_alone(referral: Referral, patient: Patient) -> bool:
    """Whether it is known that nobody on record could be this person, and no other referral is theirs."""
    if not (referral.lacks("other_referral") and referral.lacks(NAMESAKE)):
        return False
    return str(patient.family_key) == patient.family_name.lower()  # else the database writes it small in another way


def check_merge(duplicate: Referral, into: Referral, *, by: Membership) -> None:
    """Raise `Refused` unless `duplicate` can be closed as the same as `into`."""
    check_move("merge", duplicate, by=by)
    if duplicate.pk == into.pk:
        raise Refused("This is the same referral. Choose the other one.")
    if not into.is_open:
        raise Refused(
            f"Referral {into.reference} has ended ({into.state_label.lower()}). Take it back first, if they are one."
        )
    if not same_person(duplicate.patient, into.patient):
        raise Refused(
            "These two referrals are not about the same person by what is on record: correct the details first, or "
            "move the document if it was filed under the wrong person."
        )
    if duplicate.state not in UNDECIDED:
        raise Refused(
            f"Referral {duplicate.reference} has been decided ({duplicate.state_label.lower()}), and the patient was "
            f"told. Merge {into.reference} into it, or bring it back to screening first."
        )
    check_not_a_colleagues(duplicate, by=by)
    if duplicate.restricted and not into.restricted:
        raise Refused(
            f"Referral {duplicate.reference} is a restricted record and {into.reference} is not: merged, the whole "
            f"team could read it. Merge {into.reference} into it, or ask a manager or a lead to restrict that one too."
        )
    for referral in (duplicate, into):
        if is_being_read(referral):
            raise Refused(f"A document of referral {referral.reference} is still being read. Wait a minute.")


@transaction.atomic
def merge(*, duplicate: Referral, into: Referral, by: Membership, reason: str) -> Merge:
    """Close `duplicate` and file its documents with `into`, which is screened anew with them, at once.

    An alert that is open here is open there before it is out of sight here; what was done about one is there too.
    Done twice, it is done once. Raises `Refused`, and then nothing has changed.
    """
    duplicate, into = lock_both(duplicate, into)
    before = Merge.objects.filter(duplicate=duplicate, into=into, undone_at__isnull=True).first()
    if before is not None:
        return before
    check_merge(duplicate, into, by=by)
    row = Merge.objects.create(
        service_id=into.service_id, duplicate=duplicate, into=into, by=by, at=clock.now(), reason=reason.strip()
    )
    sooner = _sooner(duplicate, into)
    move("merge", duplicate, by=by, reason=reason, facts={"into": into.reference})
    if sooner is not None:
        move("bring_forward", into, by=by, reason=reason, due_on=sooner, facts={"from": duplicate.reference})
        if into.state == State.DELAYED:
            tasks.fall_due_on(into, sooner)
    pairs = file_copies(duplicate.documents.current(), into, by=by)
    carry_alerts(pairs, by=by)
    screen_again(into, by=by)
    carry_actions(pairs, by=by)
    back_on_the_list(into)
    if duplicate.not_by_id is not None and into.not_by_id is None:  # what was promised for one holds for both
        into.not_by = duplicate.not_by
        into.save(update_fields=["not_by"])
    for referral in (into, duplicate):
        mark_first(referral)
    audit.record(by, "merge.make", row)
    return row


def _sooner(duplicate: Referral, into: Referral) -> date | None:
    """The due date of the duplicate, where it comes before that of `into`: nobody waits longer because of a merge.

    A delay comes back by a job of the calendar, so it can come back tomorrow at the earliest. None: nothing changes.
    """
    theirs, ours = duplicate.due_on, into.due_on
    if theirs is not None and into.state == State.DELAYED:
        theirs = max(theirs, clock.today() + timedelta(days=1))
    return theirs if theirs is not None and (ours is None or theirs < ours) else None


def check_unmerge(merge: Merge, *, by: Membership) -> None:
    """Raise `Refused` unless this merge can be taken back now."""
    if merge.undone_at is not None:
        raise Refused("This merge has been taken back already.")
    check_move("unmerge", merge.duplicate, by=by)
    further = Merge.objects.filter(duplicate=merge.into, undone_at__isnull=True).select_related("into").first()
    if further is not None:
        raise Refused(
            f"Referral {merge.into.reference} was itself merged into {further.into.reference}. Take that back first."
        )


@transaction.atomic
def unmerge(*, merge: Merge, by: Membership, reason: str) -> list[Document]:
    """Take a merge back: the copies leave `into`, the duplicate is received again, and both are screened anew.

    Gives the copies that left. Taken back twice, it is taken back once.
    """
    duplicate, into = lock_both(Referral(pk=merge.duplicate_id), Referral(pk=merge.into_id))
    merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    merge.duplicate, merge.into = duplicate, into
    if merge.undone_at is not None and merge.undone_by_id == by.pk:
        return []
    check_unmerge(merge, by=by)
    merge.undone_at, merge.undone_by, merge.undone_reason = clock.now(), by, reason.strip()
    merge.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    move("unmerge", duplicate, by=by, reason=reason, facts={"from": into.reference})
    merged = into.documents.current().filter(copied_from__referral=duplicate, copied_from__quarantine__isnull=True)
    copies = list(merged.select_related("copied_from"))
    carry_alerts([(copy, copy.copied_from) for copy in copies if copy.copied_from], by=by)
    quarantine(copies, by=by, reason=reason)
    for referral in (into, duplicate):
        screen_again(referral, by=by)
    audit.record(by, "merge.undo", merge)
    return copies


@transaction.atomic
def tell_apart(*, one: Referral, other: Referral, by: Membership, reason: str) -> NotADuplicate:
    """Record that two referrals are two: they are not offered again. Said twice, it is said once."""
    if by.role not in STAFF or by.ended_at is not None:
        raise Refused("Only an administrator or a clinician can say that.")
    if one.pk == other.pk:
        raise Refused("This is the same referral. Choose the other one.")
    if not reason.strip():
        raise Refused("Say how you know that these are two different referrals.")
    first, second = sorted((one, other), key=lambda referral: referral.pk)
    row, new = NotADuplicate.objects.get_or_create(
        service_id=first.service_id, one=first, other=second, defaults={"by": by, "reason": reason.strip()}
    )
    if new:
        audit.record(by, "duplicate.tell_apart", row)
    return row


def lock_both(one: Referral, other: Referral) -> tuple[Referral, Referral]:
    """Both as they stand now; the first to come is locked first, so that two people cannot wait for each other."""
    held = {pk: lock(Referral(pk=pk)) for pk in sorted({one.pk, other.pk})}
    return held[one.pk], held[other.pk]
