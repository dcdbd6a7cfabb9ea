"""The discussion of a referral and the MDT list, in sentences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse

from painpath.letters.wording import nhs_number
from painpath.referrals.models import Comment, MeetingItem
from painpath.referrals.restricting import HIDDEN
from painpath.triage.presenters.following import needs_in_short
from painpath.triage.presenters.words import BLIND, day, moment, person, state_words


@dataclass(frozen=True)
class CommentView:
    """One comment."""

    by: str
    when: str
    text: str


@dataclass(frozen=True)
class MeetingItemView:
    """One question to the meeting; `href` leads to where what was agreed is recorded."""

    question: str
    asked: str
    meets: str
    agreed: str
    agreed_by: str
    href: str
    patient: str
    about: str
    reference: str
    referral: str
    state: str
    needs: str


@dataclass(frozen=True)
class MeetingView:
    """The items of one meeting."""

    title: str
    items: tuple[MeetingItemView, ...]


def comment_views(comments: Iterable[Comment]) -> list[CommentView]:
    """Comments as they stand, the oldest first."""
    return [CommentView(person(one.by), moment(one.at), one.text) for one in comments]


def item_view(item: MeetingItem) -> MeetingItemView:
    """One item, with whom it is about and where the referral stands now."""
    referral = item.referral
    patient = referral.patient
    known = (day(patient.date_of_birth), nhs_number(patient.nhs_number)) if patient else ()
    return MeetingItemView(
        question=item.question,
        asked=f"{person(item.added_by)}, {moment(item.added_at)}",
        meets=day(item.meets_on),
        agreed=item.agreed,
        agreed_by=f"{person(item.agreed_by)}, {moment(item.agreed_at)}" if item.agreed_by and item.agreed_at else "",
        href=reverse("triage:meeting-agreed", args=[item.pk]),
        patient=patient.name if patient else "Not registered yet",
        about=", ".join(part for part in known if part),
        reference=referral.reference,
        referral=reverse("triage:referral", args=[referral.reference]),
        state=state_words(referral),
        needs=needs_in_short(referral),
    )


def meetings(
    items: Sequence[MeetingItem], blind: frozenset[int] = frozenset(), closed: frozenset[int] = frozenset()
) -> list[MeetingView]:
    """Items under the day of their meeting, in their order; nothing said of referrals that are screened `blind`."""
    found: dict[str, list[MeetingItemView]] = {}
    for item in items:
        view = item_view(item)
        if item.referral_id in blind:
            view = replace(view, question=BLIND, state="")
        if item.referral_id in closed:
            view = replace(view, patient=HIDDEN, about="", question="", agreed="", needs="")
        found.setdefault(day(item.meets_on) or "No day yet", []).append(view)
    return [MeetingView(title, tuple(views)) for title, views in found.items()]
