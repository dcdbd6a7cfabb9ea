"""When a decision can be signed, and what is missing before that. Nothing here changes anything."""

from datetime import timedelta

from painpath import clock
from painpath.accounts.models import AuditEntry, Membership
from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.decisions import accepting
from painpath.referrals.decisions.asking import Asked, questions
from painpath.referrals.decisions.decision_content import PLACES, DecisionContent
from painpath.referrals.guidance import asked, attaching, ers_codes
from painpath.referrals.models import Judgement, Referral, Transcript
from painpath.referrals.moves import check_another_looks, check_move, check_not_a_colleagues
from painpath.referrals.questionnaires import offering
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import ADVERSE, STAFF, Outcome, State
from painpath.referrals.unsettled import check_nothing_is_left, is_being_read

RETURNING = frozenset({"previous-significant-intervention", "re-referral-exhausted"})
"""Clauses by which somebody who was treated here before may be discharged (published: "redirected or discharged")."""
LATEST_REVIEW = timedelta(days=730)
"""Two years: the longest time limit that a pathway can hold (`pathway.outcomes.Due`)."""


def possible_outcomes(referral: Referral) -> list[Outcome]:
    """What may be decided from the state the referral is in; empty when nothing may."""
    if referral.state == State.ACCEPTED:
        return [Outcome.DISCHARGE]
    return list(Outcome) if referral.state == State.SCREENING else []


def check_may_decide(referral: Referral, *, by: Membership) -> None:
    """Raise `Refused` unless `by` is somebody who may decide this referral as it stands."""
    check_move("discharge" if referral.state == State.ACCEPTED else "decide", referral, by=by)
    check_not_a_colleagues(referral, by=by)
    check_another_looks(referral, by=by)
    route = pathways.of(referral.pathway_version).route(referral.route)
    if by.grade not in route.decided_by:
        raise Refused(
            f"Referrals by this route ({route.name}) are decided by others than you. "
            "You can confirm and correct criteria; ask a colleague who may decide to take over."
        )


def can_decide(referral: Referral, *, by: Membership) -> bool:
    """Whether `check_may_decide` would pass."""
    try:
        check_may_decide(referral, by=by)
    except Refused:
        return False
    return True


def problems(referral: Referral, content: DecisionContent, *, by: Membership) -> dict[str, str]:
    """What still has to be put right before the decision can be signed: field -> a sentence. Empty when nothing."""
    pathway = pathways.of(referral.pathway_version)
    found: dict[str, str] = {}
    if content.outcome not in possible_outcomes(referral):
        return {"outcome": "Choose what you have decided."}
    needs = pathway.outcome(content.outcome).needs
    required = {
        "reason": (content.reason, "Give the reason in your own words. It goes into the record and the GP's letter."),
        "advice": (content.to_gp, "Write the advice for the GP or referrer."),
        "condition": (content.condition, "Say what we are waiting for."),
        "watcher": (content.watcher, "Say who watches for it."),
        "stage": (content.stage, "Choose what the patient is accepted for."),
        "signpost": (content.signposts, "Choose at least one service to point the patient to."),
        "target_service": (content.target_service, "Name the service that you redirect to."),
        "asked_by": (content.asked_by, "Say who wishes this: the patient, or somebody on their behalf."),
        "questionnaire": (content.questionnaire, "Choose which questionnaire to send."),
    }
    for need, (value, sentence) in required.items():
        if (need in needs or need == "reason") and not value:
            found[PLACES.get(need, need)] = sentence
    if "questions" in needs:
        of: Asked = "referrer" if content.outcome == Outcome.ASK_REFERRER else "patient"
        if not questions(content, pathway, of):
            found[f"questions_{of}"] = "Write what you ask for."
    if "review_date" in needs:
        if content.review_on is None:
            found["review_on"] = "Enter the day on which the referral comes back to us."
        elif content.review_on <= clock.today():
            found["review_on"] = "The day on which the referral comes back must be in the future."
        elif content.review_on > clock.today() + LATEST_REVIEW:
            found["review_on"] = "The day on which the referral comes back must be within two years."
    if (
        "questionnaire" in needs
        and content.questionnaire
        and (why := offering.problem(referral, content.questionnaire))
    ):
        found["questionnaire"] = why
    found |= accepting.problems(referral, content, pathway)
    if content.watcher_member is not None and "watcher" in needs and not _is_of_the_team(content, referral):
        found["watcher_member"] = "Choose somebody who works in the team now."
    if "asked_by" in needs and content.asked_by == "other":
        if not content.asked_by_name:
            found["asked_by_name"] = "Enter who wishes this on the patient's behalf."
        if not content.asked_by_relationship:
            found["asked_by_relationship"] = "Enter how they are related to the patient, or their authority."
    found |= _question_problems(referral, content) if "question" in needs else {}
    reply = ers_codes.reply_of(referral, pathway, content.outcome)
    if reply and reply.recommendations and not ers_codes.recommended(reply, content.recommendation):
        found["recommendation"] = "Choose what you recommend in e-RS."
    found |= attaching.problems(referral, content)
    found |= _clause_problems(referral, content, pathway, "clauses" in needs, by)
    return found


def _is_of_the_team(content: DecisionContent, referral: Referral) -> bool:
    members = Membership.objects.current().filter(service_id=referral.service_id).filter(role__in=STAFF)
    return any(member.pk == content.watcher_member for member in members)


def _question_problems(referral: Referral, content: DecisionContent) -> dict[str, str]:
    if content.no_question:
        return {}
    if not content.question.strip():
        return {"question": "Choose the question that you answer, or say that the letter asks none."}
    if not asked.in_their_words(referral, content.question):
        return {
            "question": "These words do not stand in the referral or in what the referrer wrote later. Copy the "
            "referrer's own words: the letter quotes them."
        }
    return {}


def _clause_problems(
    referral: Referral, content: DecisionContent, pathway: Pathway, needed: bool, by: Membership
) -> dict[str, str]:
    found: dict[str, str] = {}
    criteria = {criterion.id: criterion for criterion in pathway.criteria}
    judged = own_judgements(referral, by)
    cited = [criteria[name] for name in content.clauses if name in criteria]
    unconfirmed = [criterion.name for criterion in cited if criterion.id not in judged]
    against = {name for name, judgement in judged.items() if judgement.state in ("against", "mixed")}
    against &= {criterion.id for criterion in cited}
    if needed and not cited:
        found["clauses"] = "Choose the criteria that this decision rests on."
    elif unconfirmed:
        found["clauses"] = (
            f"Confirm or correct each criterion that you cite first. Still to do: {', '.join(unconfirmed)}."
        )
    elif content.outcome in ADVERSE and (silent := [c.name for c in cited if judged[c.id].state == "not_stated"]):
        found["clauses"] = (
            f"The referral does not settle: {', '.join(silent)}. Silence is never a reason not to see somebody: "
            "take it out, or ask for what is missing."
        )
    elif content.outcome in ADVERSE and cited and not against:
        found["clauses"] = "Cite at least one criterion that speaks against, or where the words go both ways."
    elif content.outcome in ADVERSE and cited and not any(pathway.can_be_a_reason(criteria[name]) for name in against):
        found["clauses"] = (
            "The page makes none of the criteria that you cite a reason: they say who may be helped less, or how soon. "
            "Cite one that is a reason, or choose another outcome."
        )
    elif content.outcome == Outcome.DISCHARGE and referral.state != State.ACCEPTED and not RETURNING & against:
        found["clauses"] = (
            "Only somebody whom this service has accepted or treated before can be discharged. "
            "Cite the criterion on earlier treatment here, or choose another outcome."
        )
    if any("adjustments_offered" in criteria[name].requires for name in against) and not content.adjustments_offered:
        found["adjustments_offered"] = (
            "Say which adjustments were offered (Equality Act 2010): this criterion cannot be used before."
        )
    return found


def own_judgements(referral: Referral, by: Membership) -> dict[str, Judgement]:
    """The latest judgement that `by` made on each criterion, of the referral as it has been read last.

    A judgement made before a new document arrived was made without it, and counts no more.
    """
    run = referral.last_screening()
    made = referral.judgements.filter(by=by, run=run).order_by("id") if run else ()
    return {judgement.criterion: judgement for judgement in made}


def unopened_originals(referral: Referral, by: Membership) -> list[Transcript]:
    """Transcripts with pages that could not be read, whose original `by` has not opened yet."""
    partial = [
        transcript
        for transcript in Transcript.objects.filter(
            document__referral=referral, document__quarantine__isnull=True
        ).select_related("document")
        if not transcript.is_whole
    ]
    opened = set(
        AuditEntry.objects.filter(
            service_id=referral.service_id, by=by, action="document.open", subject_type="document",
            subject_id__in=[str(transcript.document_id) for transcript in partial],
        ).values_list("subject_id", flat=True)
    )  # fmt: skip
    return [transcript for transcript in partial if str(transcript.document_id) not in opened]


def check_sign(referral: Referral, content: DecisionContent, *, by: Membership, seen_version: int) -> None:
    """Raise `Refused` unless this decision can be signed now."""
    check_may_decide(referral, by=by)
    if referral.version != seen_version:
        raise Refused(
            "Something has changed since you wrote this: a document, a criterion, or words that were marked. Nothing "
            "was signed and your draft is kept. Look at the referral again, then continue."
        )
    if is_being_read(referral):
        raise Refused(
            "A document of this referral is still being read. Wait a minute, then look at it before you sign."
        )
    if unread := unopened_originals(referral, by):
        names = ", ".join(f"“{transcript.document.name}”" for transcript in unread)
        raise Refused(f"Not every page could be read by the program. Open the original of {names} before you sign.")
    check_nothing_is_left(referral)
    if found := problems(referral, content, by=by):
        raise Refused(next(iter(found.values())))
