"""Deciding: one signed human act. Nothing is pre-selected, and every clause that is cited was confirmed one by one."""

import uuid
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import AuditEntry, Membership
from painpath.pathway import Pathway
from painpath.referrals import pathways, tasks
from painpath.referrals.models import Decision, DecisionClause, DecisionDraft, Judgement, Referral, Transcript
from painpath.referrals.moves import check_move, lock, move, reckon
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import OUTCOME_STATES, Outcome, State

RETURNING = frozenset({"previous-significant-intervention", "re-referral-exhausted"})
"""Clauses by which somebody who was treated here before may be discharged (published: "redirected or discharged")."""


@dataclass(frozen=True, kw_only=True)
class DecisionContent:
    """What a clinician wants to sign. Empty where the outcome does not need it."""

    outcome: str = ""
    clauses: tuple[str, ...] = ()
    reason: str = ""
    to_patient: str = ""
    to_gp: str = ""
    review_on: date | None = None
    condition: str = ""
    watcher: str = ""
    stage: str = ""
    signposts: tuple[str, ...] = ()
    target_service: str = ""
    questionnaire: str = ""
    questions_referrer: str = ""
    questions_patient: str = ""
    adjustments_offered: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain values for a draft."""
        plain = asdict(self)
        return plain | {"review_on": self.review_on.isoformat() if self.review_on else None}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "DecisionContent":
        """The inverse of `to_json`; what it does not know is ignored, so that an older draft opens."""
        known = {f.name: plain[f.name] for f in fields(cls) if f.name in plain}
        for name in ("clauses", "signposts"):
            known[name] = tuple(known.get(name, ()))
        if known.get("review_on"):
            known["review_on"] = date.fromisoformat(known["review_on"])
        return cls(**known)


def possible_outcomes(referral: Referral) -> list[Outcome]:
    """What may be decided from the state the referral is in; empty when nothing may."""
    if referral.state == State.ACCEPTED:
        return [Outcome.DISCHARGE]
    return list(Outcome) if referral.state == State.SCREENING else []


def check_may_decide(referral: Referral, *, by: Membership) -> None:
    """Raise `Refused` unless `by` is somebody who may decide this referral as it stands."""
    check_move("discharge" if referral.state == State.ACCEPTED else "decide", referral, by=by)
    if referral.state == State.SCREENING and referral.owner_id != by.pk:
        raise Refused(f"{referral.owner_label} is screening this referral. Take it over if you have agreed that.")
    route = pathways.of(referral.pathway_version).route(referral.route)
    if by.grade not in route.decided_by:
        raise Refused(
            f"Referrals by this route ({route.name}) are decided by others than you. "
            "You can confirm criteria and write a draft; ask a colleague who may decide to take over."
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
        "questionnaire": (content.questionnaire, "Choose which questionnaire to send."),
    }
    places = {"advice": "to_gp", "signpost": "signposts"}
    for need, (value, sentence) in required.items():
        if (need in needs or need == "reason") and not value:
            found[places.get(need, need)] = sentence
    if "questions" in needs:
        asked = "questions_referrer" if content.outcome == Outcome.ASK_REFERRER else "questions_patient"
        if not getattr(content, asked).strip():
            found[asked] = "Write what you ask for."
    if "review_date" in needs:
        if content.review_on is None:
            found["review_on"] = "Enter the day on which the referral comes back to us."
        elif content.review_on <= clock.today():
            found["review_on"] = "The day on which the referral comes back must be in the future."
    found |= _clause_problems(referral, content, pathway, "clauses" in needs, by)
    return found


def _clause_problems(
    referral: Referral, content: DecisionContent, pathway: Pathway, needed: bool, by: Membership
) -> dict[str, str]:
    found: dict[str, str] = {}
    criteria = {criterion.id: criterion for criterion in pathway.criteria}
    judged = own_judgements(referral, by)
    cited = [criteria[name] for name in content.clauses if name in criteria]
    unconfirmed = [criterion.name for criterion in cited if criterion.id not in judged]
    if needed and not cited:
        found["clauses"] = "Choose the criteria that this decision rests on."
    elif unconfirmed:
        found["clauses"] = (
            f"Confirm or correct each criterion that you cite first. Still to do: {', '.join(unconfirmed)}."
        )
    if (
        content.outcome == Outcome.DISCHARGE
        and referral.state != State.ACCEPTED
        and not RETURNING & {c.id for c in cited}
    ):
        found["clauses"] = (
            "Only somebody whom this service has accepted or treated before can be discharged. "
            "Cite the criterion on earlier treatment here, or choose another outcome."
        )
    against = {criterion.id for criterion in cited if criterion.id in judged and judged[criterion.id].state != "for"}
    if any("adjustments_offered" in criteria[name].requires for name in against) and not content.adjustments_offered:
        found["adjustments_offered"] = (
            "Say which adjustments were offered (Equality Act 2010): this criterion cannot be used before."
        )
    return found


def own_judgements(referral: Referral, by: Membership) -> dict[str, Judgement]:
    """The latest judgement that `by` made on each criterion of this referral."""
    return {judgement.criterion: judgement for judgement in referral.judgements.filter(by=by).order_by("id")}


def unopened_originals(referral: Referral, by: Membership) -> list[Transcript]:
    """Transcripts with pages that could not be read, whose original `by` has not opened yet."""
    partial = [
        transcript
        for transcript in Transcript.objects.filter(document__referral=referral).select_related("document")
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
            "Something has changed since you wrote this: new documents, or somebody else's work. Nothing was signed "
            "and your draft is kept. Look at the referral again, then continue."
        )
    if unread := unopened_originals(referral, by):
        names = ", ".join(f"“{transcript.document.name}”" for transcript in unread)
        raise Refused(f"Not every page could be read by the program. Open the original of {names} before you sign.")
    if referral.alerts.filter(action__isnull=True).exists():
        raise Refused(
            "This referral has an alert that nobody has acted on. Record what was done about it before you sign."
        )
    if found := problems(referral, content, by=by):
        raise Refused(next(iter(found.values())))


@transaction.atomic
def save_draft(*, referral: Referral, by: Membership, content: DecisionContent) -> DecisionDraft:
    """Keep what a clinician has written so far, with the version of the referral they have in front of them."""
    referral = lock(referral)
    if by.role != "clinician":
        raise Refused("Only a clinician can decide.")
    draft, _ = DecisionDraft.objects.update_or_create(
        service_id=referral.service_id, referral=referral, by=by,
        defaults={"content": content.to_json(), "seen_version": referral.version, "changed_at": clock.now(),
                  "key": uuid.uuid4()},
    )  # fmt: skip
    audit.record(by, "decision.draft", referral)
    return draft


@dataclass(frozen=True)
class Signed:
    """A decision, and whether this call made it (False: it was signed before with the same key)."""

    decision: Decision
    new: bool = field(default=True)


@transaction.atomic
def decide(
    *, referral: Referral, by: Membership, content: DecisionContent, key: uuid.UUID, seen_version: int
) -> Signed:
    """Sign a decision. `key` is the draft's: the same key twice is one decision; `seen_version` what the clinician saw.

    Of two clinicians who decide at once the second is refused with a sentence, and nothing is overwritten.
    """
    referral = lock(referral)
    before = Decision.objects.filter(key=key, by=by).first()
    if before is not None:
        return Signed(before, new=False)
    check_sign(referral, content, by=by, seen_version=seen_version)
    outcome = Outcome(content.outcome)
    pathway = pathways.of(referral.pathway_version)
    judged = own_judgements(referral, by)
    criteria = {criterion.id: criterion for criterion in pathway.criteria}
    due = pathway.outcome(outcome).due
    due_on = content.review_on or (reckon(due, clock.today()) if due else None)
    transition = move(
        "discharge" if referral.state == State.ACCEPTED else "decide", referral, by=by, to=OUTCOME_STATES[outcome],
        reason=content.reason, due_on=due_on, facts={"outcome": outcome.value},
    )  # fmt: skip
    decision = Decision.objects.create(
        service_id=referral.service_id, referral=referral, transition=transition, key=key, outcome=outcome, by=by,
        at=transition.at, pathway_version=referral.pathway_version, reason=content.reason,
        to_patient=content.to_patient, to_gp=content.to_gp, review_on=content.review_on, condition=content.condition,
        watcher=content.watcher,
        details={
            name: value
            for name in ("stage", "signposts", "target_service", "questionnaire", "questions_referrer",
                         "questions_patient", "adjustments_offered")
            if (value := getattr(content, name))
        },
    )  # fmt: skip
    DecisionClause.objects.bulk_create(
        DecisionClause(
            service_id=referral.service_id, decision=decision, criterion=name, state=judged[name].state,
            judgement=judged[name], published="\n".join(criteria[name].published),
        )
        for name in content.clauses
    )  # fmt: skip
    DecisionDraft.objects.filter(referral=referral, by=by).delete()
    if referral.state == State.DELAYED and referral.due_on is not None:
        tasks.fall_due_on(referral, referral.due_on)
    audit.record(by, "decision.sign", decision, outcome=outcome.value, clauses=list(content.clauses))
    return Signed(decision)
