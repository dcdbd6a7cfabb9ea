"""A row of the worklist: what a screener must see before a referral is opened, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.formats import date_format

from painpath import clock
from painpath.accounts.models import Membership
from painpath.pathway import Pathway
from painpath.referrals.arriving.other_sources import REFERRER, other_sources
from painpath.referrals.models import Referral
from painpath.referrals.models.referral import ALERT_FIRST, CAME_BACK, UNREAD_NEXT
from painpath.referrals.moves import can_move
from painpath.referrals.restricting import HIDDEN
from painpath.referrals.transitions import OPEN, STAFF, State, working_days_between
from painpath.referrals.worklist.searching import Quote
from painpath.triage.presenters import needs
from painpath.triage.presenters.sent_online import UNVERIFIED, is_unverified
from painpath.triage.presenters.words import plural, state_words

STATE_COLOURS = {
    State.RECEIVED: "grey",
    State.AWAITING_SCREENING: "blue",
    State.SCREENING: "purple",
    State.AWAITING_REFERRER: "yellow",
    State.AWAITING_PATIENT: "yellow",
    State.DELAYED: "orange",
    State.ACCEPTED: "green",
}
OF_THE_PERSON = frozenset({"aqua-green", "pink"})
"""Colours of the flags that say what a person needs."""
UNDECIDED = frozenset({State.RECEIVED, State.AWAITING_SCREENING, State.SCREENING})


@dataclass(frozen=True)
class Row:
    """One referral on the worklist."""

    href: str
    reference: str
    patient: str
    about: str
    state: str
    colour: str
    owner: str
    may_assign: bool
    """Whether it can be ticked: one that is being screened too, for then it is said why it was not assigned."""
    take_over: str
    """Address that takes the screening over, for who may."""
    waiting: str
    late: bool
    """Waits for longer than the published target."""
    due: str
    overdue: bool
    route: str
    place: str
    priority: str
    missing: tuple[str, ...]
    """Names of the criteria that the referral does not settle."""
    missing_words: str
    flags: tuple[tuple[str, str], ...]
    """(words, colour) of what must be seen before the referral is opened."""
    quotes: tuple[tuple[str, str, Quote], ...]
    """Where the words that were searched for stand: name and address of the document, its words."""


_ANY = "ANY-REFERENCE"


def rows(
    referrals: Iterable[Referral], pathway: Pathway, by: Membership, quotes: Mapping[int, list[Quote]] | None = None,
    blind: frozenset[int] = frozenset(), closed: frozenset[int] = frozenset(),
) -> list[Row]:  # fmt: skip
    """Rows in the order given; of those `closed` to `by`, what keeps a person safe and not lost. Asks the database
    nothing: `queries.rows_of` has fetched what they show."""
    page = reverse("triage:referral", args=[_ANY])  # an address is looked up among hundreds: once, and not for each row
    found = [
        (referral, _row(referral, pathway, by, (quotes or {}).get(referral.pk, []), page)) for referral in referrals
    ]
    found = [(referral, _unseen(row) if referral.pk in blind else row) for referral, row in found]
    return [_closed(row) if referral.pk in closed else row for referral, row in found]


def _closed(row: Row) -> Row:
    """A restricted record: alerts, state, due day and owner stay; nothing says whom it is about or what they need."""
    flags = tuple(flag for flag in row.flags if flag[1] not in OF_THE_PERSON)
    return replace(row, patient=HIDDEN, about="", place="", take_over="", may_assign=False, flags=flags, quotes=())


def _unseen(row: Row) -> Row:
    """A referral that one is screening blind: nothing of what others have made of it."""
    flags = tuple(flag for flag in row.flags if flag[0] not in CAME_BACK.values() and "GP" not in flag[0])
    return replace(
        row, state="You screen it blind", colour="grey", owner="", take_over="", waiting="", late=False, due="",
        overdue=False, priority="", missing=(), missing_words="", flags=flags,
    )  # fmt: skip


def _row(referral: Referral, pathway: Pathway, by: Membership, quotes: list[Quote], page: str) -> Row:
    today = clock.today()
    patient = referral.patient
    age = patient.age_on(today) if patient else None
    localities = {item.id: item.name for item in pathway.localities}
    routes = {route.id: route.name for route in pathway.routes}
    priorities = {item.id: item.name for item in pathway.priorities}
    place = [localities.get(referral.locality, "Locality not known")]
    place += [referral.practice.name] if referral.practice else []
    overdue = referral.due_on is not None and referral.due_on < today
    waiting, late = _waiting(referral, pathway)
    missing = _missing(referral, pathway)
    screened = bool(missing) or bool(referral.is_registered and referral.state != State.RECEIVED)
    elsewhere = referral.state == State.SCREENING and referral.owner_id != by.pk
    return Row(
        href=page.replace(_ANY, referral.reference),
        reference=referral.reference,
        patient=patient.name if patient else "Not registered yet",
        about=f"{age} years" if age is not None else "",
        state=state_words(referral),
        colour=STATE_COLOURS.get(State(referral.state), "white"),
        owner=screened_by(referral) or referral.owner_label,
        may_assign=referral.is_open and by.role in STAFF,
        take_over=reverse("triage:screening-step", args=[referral.reference, "take-over"])
        if elsewhere and can_move("take_over", referral, by=by)
        else "",
        waiting=waiting,
        late=late,
        due=f"{referral.due_on:%-d %b %Y}" if referral.due_on else "",
        overdue=overdue,
        route=routes.get(referral.route, "Route not known yet"),
        place=", ".join(place),
        priority=priorities.get(referral.priority, ""),
        missing=missing,
        missing_words=f"{len(missing)} not stated" if missing else "All stated" if screened else "",
        flags=_flags(referral, overdue, pathway),
        quotes=tuple(
            (quote.document.name, reverse("triage:original", args=[referral.reference, quote.document.pk]), quote)
            for quote in quotes
        ),
    )


def screened_by(referral: Referral) -> str:
    """`Being screened by Dr X since 10:42` while somebody has it; with the day when that was not today."""
    if referral.state != State.SCREENING or referral.owner is None:
        return ""
    since = referral.state_since.astimezone(clock.LONDON)
    when = date_format(since, "H:i" if since.date() == clock.today() else r"j F, H:i")
    return f"Being screened by {referral.owner.name} since {when}"


def _waiting(referral: Referral, pathway: Pathway) -> tuple[str, bool]:
    """How long the patient has waited since receipt, against the day by which the page's target wants a decision told.

    The target stands for what has not been decided; what came back was, so it has only the days.
    """
    if State(referral.state) not in OPEN:
        return "", False
    target, today = pathway.target("decision-told"), clock.today()
    received = referral.received_at.astimezone(clock.LONDON).date()
    working = target.unit == "working_days"
    waited = working_days_between(received, today) if working else (today - received).days
    unit = "working day" if working else "day"
    if State(referral.state) not in UNDECIDED or referral.came_back:
        return f"{plural(waited, unit)} since receipt" if waited else "Received today", False
    return f"{waited} of {plural(target.days, unit)}", waited > target.days


def _missing(referral: Referral, pathway: Pathway) -> tuple[str, ...]:
    """Names of what nothing settles: neither letter nor clinician (as stored), nor the form or the directory today."""
    if not referral.missing:
        return ()
    # An answer in which nothing was read stands beside the clause and settles nothing: a person reads it.
    settled = {one.criterion for one in other_sources(referral) if one.source != REFERRER or one.state != "not_stated"}
    return tuple(one.name for one in pathway.criteria if one.id in referral.missing and one.id not in settled)


def _flags(referral: Referral, overdue: bool, pathway: Pathway) -> tuple[tuple[str, str], ...]:
    flags = []
    changed: bool = referral.changed  # type: ignore[attr-defined]  # by `queries.rows_of`, as what follows
    if changed:
        flags.append((CAME_BACK["changed"], "red"))
    if referral.look_first == ALERT_FIRST and referral.alerted:  # type: ignore[attr-defined]
        flags.append(("Alert", "red"))
    if referral.look_first == UNREAD_NEXT or referral.partly_read:  # type: ignore[attr-defined]
        flags.append(("Pages not read", "orange"))
    if overdue:
        flags.append(("Overdue", "red"))
    if is_unverified(referral):
        flags.append((UNVERIFIED, "yellow"))
    if referral.came_back and referral.is_open and not (changed and referral.came_back == "changed"):
        flags.append((CAME_BACK[referral.came_back], "blue"))
    if referral.awaits_referral and referral.state == State.ACCEPTED:
        flags.append(("Awaits the GP's referral", "yellow"))
    if patient := referral.patient:
        if patient.interpreter:
            flags.append((f"Interpreter: {patient.interpreter}", "aqua-green"))
        if words := needs.short(patient, pathway.communication):
            flags.append((words, "aqua-green"))
        if patient.safe_contact:
            flags.append(("Safe contact", "pink"))
    return tuple(flags)
