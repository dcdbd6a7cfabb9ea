"""The tables of the record. What is append-only is so in PostgreSQL too (accounts.row_level_security)."""

from painpath.referrals.models.decision import Decision, DecisionClause, DecisionDraft
from painpath.referrals.models.documents import Document, Transcript
from painpath.referrals.models.people import Patient
from painpath.referrals.models.referral import PathwayVersion, Referral, Transition
from painpath.referrals.models.sheet import Alert, AlertAction, ClauseState, Evidence, Judgement, ScreeningRun

__all__ = [
    "Alert",
    "AlertAction",
    "ClauseState",
    "Decision",
    "DecisionClause",
    "DecisionDraft",
    "Document",
    "Evidence",
    "Judgement",
    "PathwayVersion",
    "Patient",
    "Referral",
    "ScreeningRun",
    "Transcript",
    "Transition",
]
