"""Which codes a decision has in e-RS: data of the pathway, read for one referral."""

from dataclasses import dataclass

from painpath.pathway import Pathway
from painpath.pathway.outcomes import ErsReply, Recommendation, ReviewOutcome
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused

CHANNEL = "ers_advice_and_guidance"
TRIAGE = "ers_triage"
CHANNELS = frozenset({CHANNEL, TRIAGE})
"""Routes through e-RS: a request for advice, and a referral to an assessment service (RAS) for triage."""
ACCEPTED = "ACCEPT_REFER_BOOK_LATER"


@dataclass(frozen=True)
class Review:
    """The outcome of triage by which a decision is recorded in e-RS. It takes no recommendation."""

    outcome: ReviewOutcome
    recommendations: tuple[Recommendation, ...] = ()


def came_by_ers(referral: Referral, pathway: Pathway) -> bool:
    """Whether the referral came through e-RS, and is answered there. What was sent online without a UBRN is none: there
    is nothing in e-RS to answer."""
    if not referral.route or pathway.route(referral.route).channel not in CHANNELS:
        return False
    return bool(referral.ubrn) or referral.sent_by_id is None


def is_triage(referral: Referral, pathway: Pathway) -> bool:
    """Whether its outcome is recorded in e-RS as one of triage."""
    return came_by_ers(referral, pathway) and pathway.route(referral.route).channel == TRIAGE


def reply_of(referral: Referral, pathway: Pathway, outcome: str) -> ErsReply | Review | None:
    """The codes of this outcome; None when nothing is sent in e-RS. Silence on the authority to
    convert is no authority. KeyError when the pathway has no such outcome.
    """
    if not came_by_ers(referral, pathway):
        return None
    if is_triage(referral, pathway):
        try:
            return Review(review_of(pathway, outcome))
        except Refused:
            return None
    found = pathway.outcome(outcome)
    return (found.ers_if_may_convert if referral.may_convert else None) or found.ers


def review_of(pathway: Pathway, outcome: str) -> ReviewOutcome:
    """The outcome of triage that this decision is in e-RS (A028), for a referral to an assessment service there.

    Raises `Refused` with the pathway's own sentence where e-RS has none. KeyError when the pathway has no such outcome.
    """
    found = pathway.outcome(outcome)
    if found.ers_triage is None:
        raise Refused(
            found.ers_triage_local
            or f"e-RS has no outcome of triage for “{found.label}”: nothing is sent from here. Look in e-RS, and "
            "record there by hand what fits."
        )
    return found.ers_triage


def takes_the_letter(reply: ErsReply | Review | None) -> bool:
    """Whether the referrer gets the letter with it. What is written with an accepted triage goes to our own
    administrators alone (A028), so that the letter goes another way."""
    return reply is not None and reply.outcome != ACCEPTED


def recommended(reply: ErsReply | Review, chosen: str) -> str:
    """The recommendation of a reply: the clinician's choice, or the only one there is; empty where e-RS takes none."""
    if chosen in reply.recommendations:
        return chosen
    return reply.recommendations[0] if len(reply.recommendations) == 1 else ""
