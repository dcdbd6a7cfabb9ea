"""What becomes of each table when a person's record is destroyed. A new table without a rule fails a test.

Names stand here as words, so that tables of layers above can be named: the record must not know their code. The
function of the database (`function`) is made of these rules at every `migrate`.
"""

DESTROYED: dict[str, tuple[str, ...]] = {
    "referrals.AddedEvidence": ("referral", "transcript__document"),
    "referrals.Alert": ("referral", "transcript__document"),
    "referrals.AlertAction": ("alert__referral", "alert__transcript__document"),
    "referrals.Answering": ("referral",),
    "referrals.BlindJudgement": ("second__referral",),
    "referrals.BrokenGlass": ("referral",),
    "referrals.ClauseState": ("run__referral",),
    "referrals.CombinationState": ("run__referral",),
    "referrals.Comment": ("referral",),
    "referrals.ConversationEntry": ("referral",),
    "referrals.ConversationFile": ("entry__referral", "document"),
    "referrals.Decision": ("referral",),
    "referrals.DecisionClause": ("decision__referral",),
    "referrals.DecisionDraft": ("referral",),
    "referrals.DestructionMember": ("referral",),
    "referrals.Disagreement": ("referral",),
    "referrals.DisclosureChoice": ("request__referral", "referral"),
    "referrals.DraftFile": ("draft__referral",),
    "referrals.Evidence": ("clause__run__referral", "transcript__document"),
    "referrals.InformationRequest": ("referral",),
    "referrals.Judgement": ("referral",),
    "referrals.KeptLonger": ("referral",),
    "referrals.MeetingItem": ("referral",),
    "referrals.Merge": ("into", "duplicate"),
    "referrals.NotADuplicate": ("one", "other"),
    "referrals.OnlineReferral": ("referral",),
    "referrals.Quarantine": ("document",),
    "referrals.ReferralDraft": ("referral",),
    "referrals.ReportedChange": ("referral",),
    "referrals.Restriction": ("referral",),
    "referrals.RetentionHold": ("referral",),
    "referrals.RetentionReview": ("referral",),
    "referrals.Reversal": ("decision__referral",),
    "referrals.RightsRequest": ("referral",),
    "referrals.ScreenedTranscript": ("run__referral", "transcript__document"),
    "referrals.ScreeningRun": ("referral",),
    "referrals.SecondScreening": ("referral",),
    "referrals.SignpostFollowUp": ("referral",),
    "referrals.SimulationAlert": ("referral", "transcript__document"),
    "referrals.SimulationChange": ("referral",),
    "referrals.SimulationQuote": ("change__referral", "transcript__document"),
    "referrals.Task": ("referral",),
    "referrals.Transcript": ("document",),
    "referrals.Transition": ("referral",),
    "letters.Dispatch": ("referral",),
    "letters.InboundMessage": ("referral", "dispatch__referral"),
    "letters.Letter": ("referral",),
    "letters.LetterCopy": ("letter__referral",),
    "letters.OneTimeCode": ("referral",),
    "letters.OverruledCheck": ("letter__referral",),
    "exchange.Sent": ("referral",),
    "measuring.CountedReferral": ("referral",),
}
"""Model -> how its rows lead to a referral that is destroyed, or to a document that is."""

BY_HAND: dict[str, str] = {
    "referrals.Referral": "last of all",
    "referrals.Document": "of the referral; and where a file was moved here from, the copy that was left there",
    "referrals.Patient": "when no other referral is about this person",
    "referrals.ConfirmedContact": "with the patient",
    "referrals.DestructionRequest": "with its last referral",
    "letters.PrintBatch": "the file of the batch is emptied: letters of others in it are kept as letters",
    "accounts.KeptForm": "a form about this referral that was sent after its session had ended; and one that nobody "
    "came back to for 30 days, when it names the person, or holds a document of theirs",
    "accounts.KeptFile": "with its form",
    "accounts.Search": "what anybody in the service searched for last: it may be this name",
    "exchange.Representation": "as shown to other programs: whatever names the reference",
}
"""What the function treats in its own words."""

KEPT: dict[str, str] = {
    "accounts.AuditEntry": "who did what and who looked: ids of records that are no more, and no identifiers",
    "referrals.DestructionCertificate": "what shows that a record was destroyed, and by whom: no identifiers",
}
"""What stays, and why. Other tables lead to no referral."""
