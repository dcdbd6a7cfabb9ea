"""Advice that was given well once: kept with its owner and an expiry, offered until then, changed only as a new row."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Case, Count, Q, QuerySet, When

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.holding import held
from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN
from painpath.referrals import pathways
from painpath.referrals.models import AdviceParagraph, Referral
from painpath.referrals.refusal import Refused

LONGEST_LIFE = timedelta(days=730)
"""Two years: advice that nobody has looked at for longer is not offered. The longest limit that a pathway can hold."""


def standing(of: Membership | Referral) -> "QuerySet[AdviceParagraph]":
    """The paragraphs of this service that were neither replaced nor retired, expired ones too."""
    found = AdviceParagraph.objects.filter(service_id=of.service_id, replaced_by__isnull=True, retired_at__isnull=True)
    return found.select_related("owner__user")


def in_groups(by: Membership, today: date) -> "QuerySet[AdviceParagraph]":
    """What stands: to be reviewed by `by` themselves first, then what is offered, then what waits for its owner."""
    group = Case(When(expires_on__gte=today, then=1), When(_own(by), then=0), default=2)
    return standing(by).order_by(group, "title", "id")


def group_counts(by: Membership, today: date) -> dict[str, int]:
    """How many stand in each group of `in_groups`."""
    offered, own = Q(expires_on__gte=today), _own(by)
    return standing(by).aggregate(
        offered=Count("pk", filter=offered), review=Count("pk", filter=~offered & own),
        expired=Count("pk", filter=~offered & ~own),
    )  # fmt: skip


def _own(by: Membership) -> Q:
    """`can_own`, as a condition."""
    return Q(owner=by) | Q(owner__ended_at__isnull=False) if by.role == CLINICIAN else Q(pk__in=[])


def offered(of: Membership | Referral, cited: Sequence[str] = ()) -> list[AdviceParagraph]:
    """The paragraphs that may be used today, those about the cited criteria first, then by title."""
    usable = standing(of).filter(expires_on__gte=clock.today())
    return sorted(usable, key=lambda one: (not set(cited) & set(one.criteria), one.title.casefold(), one.pk))


def check_clinician(*, by: Membership) -> None:
    """Raise `Refused` unless `by` may write advice."""
    if by.role != CLINICIAN:
        raise Refused("Only a clinician can keep advice for others to use.")


def check_own(paragraph: AdviceParagraph, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may renew or retire it: its owner, or anybody once the owner has left."""
    check_clinician(by=by)
    if paragraph.owner_id != by.pk and paragraph.owner.ended_at is None:
        raise Refused(f"{paragraph.owner.name} owns this advice. Ask them, or change it and make it your own.")


def can_own(paragraph: AdviceParagraph, *, by: Membership) -> bool:
    """Whether `check_own` would pass."""
    return by.role == CLINICIAN and (paragraph.owner_id == by.pk or paragraph.owner.ended_at is not None)


@transaction.atomic
def add(*, by: Membership, title: str, text: str, criteria: Sequence[str], expires_on: date) -> AdviceParagraph:
    """Keep a new paragraph, owned by who writes it. The same one twice is kept once."""
    check_clinician(by=by)
    title, text, criteria = _checked(by, title, text, criteria, expires_on)
    same = standing(by).filter(owner=by, title=title, text=text, criteria=criteria, expires_on=expires_on).first()
    if same is not None:
        return same
    made = AdviceParagraph.objects.create(
        service_id=by.service_id, title=title, text=text, criteria=criteria, owner=by, expires_on=expires_on,
        made_at=clock.now(),
    )  # fmt: skip
    audit.record(by, "advice.add", made)
    return made


@transaction.atomic
def change(
    *, paragraph: AdviceParagraph, by: Membership, title: str, text: str, criteria: Sequence[str], expires_on: date
) -> AdviceParagraph:
    """Put a new row in the place of a paragraph; who changes it owns it, for they answer for its words."""
    check_clinician(by=by)
    title, text, criteria = _checked(by, title, text, criteria, expires_on)
    paragraph = _lock(paragraph)
    after = AdviceParagraph.objects.filter(replaces=paragraph).select_related("owner__user").first()
    if after is not None:
        if (after.owner_id, after.title, after.text, after.criteria) == (by.pk, title, text, criteria):
            return after
        raise Refused(f"{after.owner.name} has changed this advice meanwhile. Open the new one and change that.")
    if paragraph.retired_at is not None:
        raise Refused("This advice has been retired. Write it anew if it is right again.")
    made = AdviceParagraph.objects.create(
        service_id=by.service_id, title=title, text=text, criteria=criteria, owner=by, expires_on=expires_on,
        replaces=paragraph, made_at=clock.now(),
    )  # fmt: skip
    audit.record(by, "advice.change", made, replaces=paragraph.pk)
    return made


@transaction.atomic
def renew(*, paragraph: AdviceParagraph, by: Membership, expires_on: date) -> AdviceParagraph:
    """Its owner has read it again and finds it right until another day."""
    paragraph = _lock(paragraph)
    check_own(paragraph, by=by)
    _check_stands(paragraph)
    _check_expiry(expires_on)
    if paragraph.expires_on != expires_on:
        before, paragraph.expires_on = paragraph.expires_on, expires_on
        paragraph.save(update_fields=["expires_on"])
        audit.record(by, "advice.renew", paragraph, before=before.isoformat(), until=expires_on.isoformat())
    return paragraph


@transaction.atomic
def retire(*, paragraph: AdviceParagraph, by: Membership) -> AdviceParagraph:
    """It is offered no more; where it was used it stands as it was. Done twice, it is done once."""
    paragraph = _lock(paragraph)
    check_own(paragraph, by=by)
    if paragraph.retired_at is None:
        _check_stands(paragraph)
        paragraph.retired_at = clock.now()
        paragraph.save(update_fields=["retired_at"])
        audit.record(by, "advice.retire", paragraph)
    return paragraph


def record_use(paragraphs: Sequence[AdviceParagraph], referral: Referral, *, by: Membership) -> None:
    """Say in the audit which paragraphs a clinician put into their draft, inside the transaction that keeps it."""
    audit.record(by, "advice.use", referral, paragraphs=[paragraph.pk for paragraph in paragraphs])


def _lock(paragraph: AdviceParagraph) -> AdviceParagraph:
    return held(AdviceParagraph.objects.select_related("owner__user").filter(pk=paragraph.pk)).get()


def _check_stands(paragraph: AdviceParagraph) -> None:
    if paragraph.retired_at is not None or AdviceParagraph.objects.filter(replaces=paragraph).exists():
        raise Refused("This advice has been changed or retired meanwhile. Look at the list again.")


def _check_expiry(expires_on: date) -> None:
    if expires_on <= clock.today():
        raise Refused("The last day on which this advice is offered must be in the future.")
    if expires_on > clock.today() + LONGEST_LIFE:
        raise Refused("Advice is looked at again within two years: choose an earlier day.")


def _checked(
    by: Membership, title: str, text: str, criteria: Sequence[str], expires_on: date
) -> tuple[str, str, list[str]]:
    title, text = " ".join(title.split()), text.strip()
    if not title or not text:
        raise Refused("Give the advice a title, and write its words.")
    _check_expiry(expires_on)
    pathway, _ = pathways.in_force(by.service)
    known = [criterion.id for criterion in pathway.criteria]
    return title, text, [name for name in known if name in criteria]
