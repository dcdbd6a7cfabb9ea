"""Accepted: with what authority, how long people wait, and since when the referral-to-treatment clock runs."""

from datetime import date, timedelta

from django.db import transaction

from painpath import clock
from painpath.accounts.models import Membership
from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.arriving.registering import UBRN, check_ubrn_is_free
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.models import Referral
from painpath.referrals.moves import lock, move, reckon
from painpath.referrals.refusal import Refused

OLDEST_WAIT = timedelta(days=366)
"""A waiting time that was true more than a year ago is not told to anybody."""


def lacks_authority(referral: Referral, pathway: Pathway) -> bool:
    """Whether this is an advice request that the team may not turn into a referral itself.

    Then the patient can be booked, and the clock starts, only with the GP's own referral. Authority that nobody has
    stated is none.
    """
    if not referral.route:
        return False
    return pathway.route(referral.route).channel == "ers_advice_and_guidance" and referral.may_convert is not True


def wait_words(content: DecisionContent) -> str:
    """`between 12 and 20 weeks`; empty when nobody can say yet."""
    if content.wait != "range" or content.wait_from is None or content.wait_to is None:
        return ""
    low, high = content.wait_from, content.wait_to
    if low == high:
        return f"about {high} {'week' if high == 1 else 'weeks'}"
    return f"between {low} and {high} weeks"


def problems(referral: Referral, content: DecisionContent, pathway: Pathway) -> dict[str, str]:
    """What is missing or odd in an acceptance: field -> a sentence."""
    found: dict[str, str] = {}
    needs, today = pathway.outcome(content.outcome).needs, clock.today()
    if "priority" in needs and content.priority not in {one.id for one in pathway.priorities}:
        found["priority"] = "Choose the priority."
    if "wait" in needs:
        found |= _wait_problems(content, today)
    if "clock_start" in needs and not lacks_authority(referral, pathway):
        started = content.clock_started_on
        if started is None:
            found["clock_started_on"] = "Enter the day on which the referral-to-treatment clock started."
        elif started > today:
            found["clock_started_on"] = "The clock cannot start in the future."
    return found


def _wait_problems(content: DecisionContent, today: date) -> dict[str, str]:
    if content.wait not in ("range", "unknown"):
        return {"wait": "Give the waiting time with its date, or say that you cannot say yet."}
    if content.wait == "unknown":
        return {}
    found = {}
    if content.wait_from is None:
        found["wait_from"] = "Enter from how many weeks people wait."
    if content.wait_to is None:
        found["wait_to"] = "Enter up to how many weeks people wait."
    elif content.wait_from is not None and content.wait_to < content.wait_from:
        found["wait_to"] = "The longest wait cannot be shorter than the shortest."
    if content.wait_as_of is None:
        found["wait_as_of"] = "Enter the day on which this waiting time was true."
    elif content.wait_as_of > today:
        found["wait_as_of"] = "The day on which the waiting time was true cannot be in the future."
    elif content.wait_as_of < today - OLDEST_WAIT:
        found["wait_as_of"] = (
            "This waiting time is more than a year old. Ask for today's, or say that you cannot say yet."
        )
    return found


def check_may_be_booked(referral: Referral) -> None:
    """Raise `Refused` while the GP's own referral is still to come."""
    if referral.awaits_referral:
        raise Refused(
            "The GP's own referral has not come yet: this was accepted from an advice request that we may not turn "
            "into a referral. Record the GP's referral first, with its UBRN."
        )


@transaction.atomic
def record_gp_referral(*, referral: Referral, by: Membership, ubrn: str, on: date) -> Referral:
    """The GP has sent the referral that was asked for: under which UBRN, on which day. The clock starts on that day."""
    referral = lock(referral)
    ubrn = "".join(ubrn.split()).replace("-", "")
    if referral.ubrn == ubrn and not referral.awaits_referral and referral.clock_started_on == on:
        return referral  # the other half of a double click
    if not referral.awaits_referral:
        raise Refused("This referral does not wait for one of the GP's own.")
    if not UBRN.fullmatch(ubrn):
        raise Refused("A UBRN has 12 digits. Copy it from the e-RS page, with its leading zeros.")
    if on > clock.today():
        raise Refused("The day of the GP's referral cannot be in the future.")
    if on < referral.received_at.astimezone(clock.LONDON).date():
        raise Refused("The GP's own referral cannot be older than the advice request. Check the day.")
    check_ubrn_is_free(referral, ubrn)
    due = pathways.of(referral.pathway_version).outcome("accept").due
    before = referral.ubrn
    move(
        "record_gp_referral", referral, by=by, due_on=reckon(due, clock.today()) if due else None,
        facts={"ubrn": ubrn, "before": before, "on": on.isoformat()},
    )  # fmt: skip
    referral.ubrn, referral.awaits_referral, referral.clock_started_on = ubrn, False, on
    referral.save(update_fields=["ubrn", "awaits_referral", "clock_started_on"])
    return referral
