"""The tables of the record. What is append-only is so in PostgreSQL too (accounts.row_level_security)."""

from painpath.referrals.models.decision import Decision, DecisionClause, DecisionDraft, Reversal
from painpath.referrals.models.documents import Document, Quarantine, Transcript
from painpath.referrals.models.following import InformationRequest, SignpostFollowUp, Task
from painpath.referrals.models.online import DraftFile, OnlineReferral, ReferralDraft, ReportedChange
from painpath.referrals.models.people import ConfirmedContact, Patient
from painpath.referrals.models.publishing import PathwayDraft, PathwayPublication, PathwayWithdrawal
from painpath.referrals.models.questionnaires import (
    Answering,
    QuestionnaireLicence,
    QuestionnaireVersion,
    SiteQuestionnaire,
)
from painpath.referrals.models.referral import PathwayVersion, Referral, Transition
from painpath.referrals.models.restricting import BrokenGlass, Restriction
from painpath.referrals.models.retention import (
    DestructionCertificate,
    DestructionMember,
    DestructionRequest,
    KeptLonger,
    RetentionHold,
    RetentionReview,
)
from painpath.referrals.models.rights import Disagreement, DisclosureChoice, RightsRequest
from painpath.referrals.models.sheet import (
    AddedEvidence,
    Alert,
    AlertAction,
    ClauseState,
    CombinationState,
    Evidence,
    Judgement,
    ScreeningRun,
)
from painpath.referrals.models.simulating import Simulation, SimulationAlert, SimulationChange, SimulationQuote
from painpath.referrals.models.together import (
    AdviceParagraph,
    BlindJudgement,
    Comment,
    ConversationEntry,
    ConversationFile,
    MeetingItem,
    Merge,
    NotADuplicate,
    RotaEntry,
    SecondScreening,
)

__all__ = [
    "AddedEvidence",
    "AdviceParagraph",
    "Alert",
    "AlertAction",
    "Answering",
    "BlindJudgement",
    "BrokenGlass",
    "ClauseState",
    "CombinationState",
    "Comment",
    "ConfirmedContact",
    "ConversationEntry",
    "ConversationFile",
    "Decision",
    "DecisionClause",
    "DecisionDraft",
    "DestructionCertificate",
    "DestructionMember",
    "DestructionRequest",
    "Disagreement",
    "DisclosureChoice",
    "Document",
    "DraftFile",
    "Evidence",
    "InformationRequest",
    "Judgement",
    "KeptLonger",
    "MeetingItem",
    "Merge",
    "NotADuplicate",
    "OnlineReferral",
    "PathwayDraft",
    "PathwayPublication",
    "PathwayVersion",
    "PathwayWithdrawal",
    "Patient",
    "Quarantine",
    "QuestionnaireLicence",
    "QuestionnaireVersion",
    "Referral",
    "ReferralDraft",
    "ReportedChange",
    "Restriction",
    "RetentionHold",
    "RetentionReview",
    "Reversal",
    "RightsRequest",
    "RotaEntry",
    "ScreeningRun",
    "SecondScreening",
    "SignpostFollowUp",
    "Simulation",
    "SimulationAlert",
    "SimulationChange",
    "SimulationQuote",
    "SiteQuestionnaire",
    "Task",
    "Transcript",
    "Transition",
]
