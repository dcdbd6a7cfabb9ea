"""Which codes a decision has in e-RS: data of the pathway, read for one referral."""

from painpath.pathway import Pathway
from painpath.pathway.outcomes import ErsReply
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused

CHANNEL = "ers_advice_and_guidance"


def came_by_ers(referral: Referral, pathway: Pathway) -> bool:
    """Whether the referral is an Advice and Guidance request of e-RS, which is answered there. What was sent online
    without a UBRN is none: there is nothing in e-RS to answer."""
    if not referral.route or pathway.route(referral.route).channel != CHANNEL:
        return False
    return bool(referral.ubrn) or referral.sent_by_id is None


def reply_of(referral: Referral, pathway: Pathway, outcome: str) -> ErsReply | None:
    """The codes of this outcome; None when nothing is sent in e-RS. Silence on the authority to
    convert is no authority. KeyError when the pathway has no such outcome.
    """
    if not came_by_ers(referral, pathway):
        return None
    found = pathway.outcome(outcome)
    return (found.ers_if_may_convert if referral.may_convert else None) or found.ers


def review_of(pathway: Pathway, outcome: str) -> str:
    """The outcome of triage that this decision is in e-RS (A028), for a referral to an assessment service there.

    Raises `Refused` with the pathway's own sentence where e-RS has none. KeyError when the pathway has no such outcome.
    """
    found = pathway.outcome(outcome)
    if found.ers_triage is None:
        raise Refused(found.ers_triage_local or f"e-RS has no outcome of triage for “{found.label}”: nothing is sent.")
    return found.ers_triage


def recommended(reply: ErsReply, chosen: str) -> str:
    """The recommendation of a reply: the clinician's choice, or the only one there is; empty where e-RS takes none."""
    if chosen in reply.recommendations:
        return chosen
    return reply.recommendations[0] if len(reply.recommendations) == 1 else ""
