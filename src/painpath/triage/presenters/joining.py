"""Two practices that may be one, as pages show them: side by side, with what joining them does."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from painpath.directory.finding import Found, titled
from painpath.directory.models import Practice
from painpath.referrals.corrections.joining import Moving
from painpath.triage.presenters.directory import practice_facts, practice_row
from painpath.triage.presenters.words import moment, person, plural


@dataclass(frozen=True)
class JoinedNote:
    """What stands on the page of a practice that was joined with the right one."""

    name: str
    href: str
    when: str
    why: str


def joined_note(practice: Practice) -> JoinedNote | None:
    """With which practice this one was joined, when it was."""
    right = practice.joined_into
    if right is None or practice.joined_at is None:
        return None
    href = reverse("triage:practice", args=[right.pk])
    return JoinedNote(
        right.name, href, f"{moment(practice.joined_at)}, {person(practice.joined_by)}", practice.joined_why
    )


def joined_in(practice: Practice) -> list[tuple[str, str]]:
    """(Name, address) of those that were entered by mistake for this one."""
    return [(one.name, reverse("triage:practice", args=[one.pk])) for one in practice.joined.all()]


def not_found(found: Found) -> str:
    """Why no practice was taken for what somebody typed, and which come near."""
    nearest = "; ".join(", ".join(filter(None, (titled(one), one.postcode))) for one in found.nearest)
    if found.several:
        return f"Several practices have this name: {nearest}. Enter the code of the right one."
    if nearest:
        return f"The directory has no practice of this name. The nearest: {nearest}. Enter one of these names or codes."
    return "The directory has no practice of this name or code. Look it up in the directory, or add it first."


@dataclass(frozen=True)
class JoinSide:
    """One of the two practices on the page that asks whether they are one."""

    id: str
    heading: str
    name: str
    href: str
    facts: tuple[tuple[str, str], ...]


def join_sides(practice: Practice, into: Practice, places: dict[str, str], today: date) -> list[JoinSide]:
    """Both practices, the mistaken one first, whose contracts were fetched before."""
    return [
        JoinSide(name, heading, row.name, row.href, (*practice_facts(one, places), ("Contract today", row.contract)))
        for name, heading, one in (
            ("mistaken", "Entered by mistake", practice),
            ("right", "The right practice", into),
        )
        for row in [practice_row(one, places, today)]
    ]


def join_sentences(practice: Practice, into: Practice, moving: Moving) -> list[str]:
    """What joining them does, with how many it concerns."""
    found = [
        f"From {practice.name} to {into.name}: {plural(moving.referrals, 'referral')} and "
        + plural(moving.referrers, "referrer")
        + "."
    ]
    if moving.open:
        found.append(
            f"{plural(moving.open, 'referral is', 'referrals are')} open. There the contract of the right practice "
            "counts, the timeline says so, and a draft of a decision has to be checked again before it is signed."
        )
    if moving.known:
        found.append(
            f"{plural(moving.known, 'referrer has', 'referrers have')} the same name in both practices, and will be "
            "one person."
        )
    if moving.accounts:
        found.append(
            f"{plural(moving.accounts, 'referrer has', 'referrers have')} an account. Once their registration is "
            f"checked, they see the referrals that {into.name} has sent."
        )
    if moving.staff:
        found.append(
            f"{plural(moving.staff, 'practice member has', 'practice members have')} an account. They see where the "
            f"referrals of {into.name} stand from then on."
        )
    found += [
        f"What is known of the contract of {practice.name} does not move: only what is known of {into.name} counts.",
        "Letters that are made already keep their name and address. Look at those that wait in the outbox.",
        f"{practice.name} stays on record and cannot be chosen any more. This cannot be undone.",
    ]
    return found
