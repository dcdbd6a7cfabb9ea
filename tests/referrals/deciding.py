"""Decisions signed as a clinician signs them, for the tests of what follows them."""

import uuid
from typing import Any

from painpath.accounts.models import Membership
from painpath.letters.signing import prepare, seal, sign, to_overrule
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.models import Decision, Referral
from painpath.referrals.sheet import judging
from tests.referrals.conftest import acceptance

CLAUSE = "major-psychiatric-disturbance"
NEEDS: dict[str, dict[str, Any]] = {
    "accept": acceptance(),
    "advise": {
        "to_gp": "Please review the medicines.",
        "no_question": True,
        "recommendation": "ADVICE_ONLY_NO_REFERRAL_RECOMMENDED",
    },
    "ask_referrer": {"questions_referrer": "Which medicines has he tried?"},
    "ask_patient": {"questions_patient": "What helps you?"},
    "send_questionnaire": {"questionnaire": "about-your-pain"},
    "delay": {"condition": "your mood is steady", "watcher": "the GP"},
    "signpost": {"signposts": ("msk-service",)},
    "redirect": {"target_service": "Rheumatology"},
    "not_now": {"condition": "your mood is steady"},
    "discharge": {"clauses": (CLAUSE, "re-referral-exhausted")},
    "withdraw": {"asked_by": "patient"},
}
"""What each outcome needs besides a reason and a clause."""


def confirm(referral: Referral, by: Membership, *criteria: str, state: str = "against") -> None:
    for criterion in criteria:
        judging.judge(referral=referral, by=by, criterion=criterion, state=state, reason="As the letter says.")


def read_both(referral: Referral, content: DecisionContent, by: Membership) -> dict[str, Any]:
    """What `sign` takes from somebody who has read both letters, with a reason for whatever a check asks to change."""
    letters = prepare(referral, content, by=by)
    return {"seen_letters": seal(letters), "overruled": dict.fromkeys(to_overrule(letters), "It is right as it is.")}


def decided(referral: Referral, by: Membership, outcome: str, **changes: Any) -> Decision:
    """Confirm what the decision cites, read both letters, sign; `referral` is as it stands afterwards."""
    given: dict[str, Any] = {"outcome": outcome, "clauses": (CLAUSE,), "reason": "As the letter says."}
    given |= NEEDS[outcome] | changes
    content = DecisionContent(**given)
    referral.refresh_from_db()
    confirm(referral, by, *content.clauses)
    referral.refresh_from_db()
    decision = sign(
        referral=referral, by=by, content=content, key=uuid.uuid4(), seen_version=referral.version,
        **read_both(referral, content, by),
    )  # fmt: skip
    referral.refresh_from_db()
    return decision
