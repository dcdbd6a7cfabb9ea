"""Deciding: one signed human act. Nothing is pre-selected, and every clause that is cited was confirmed one by one."""

import uuid
from dataclasses import dataclass, field, replace

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.referrals import pathways
from painpath.referrals.decisions.consequences import due_on, follow, leave_behind
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.decisions.decision_rules import check_sign, own_judgements
from painpath.referrals.guidance import asked, conversation
from painpath.referrals.models import Decision, DecisionClause, DecisionDraft, Referral
from painpath.referrals.moves import check_current, claim, lock, move
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import OUTCOME_STATES, Outcome, State


@transaction.atomic
def save_draft(*, referral: Referral, by: Membership, content: DecisionContent, seen_version: int) -> DecisionDraft:
    """Keep what a clinician has written so far, with the version of the referral that they had in front of them."""
    referral = lock(referral)
    if by.role != "clinician":
        raise Refused("Only a clinician can decide.")
    check_current(by)
    draft, _ = DecisionDraft.objects.update_or_create(
        service_id=referral.service_id, referral=referral, by=by,
        defaults={"content": content.to_json(), "seen_version": seen_version, "changed_at": clock.now(),
                  "key": uuid.uuid4()},
    )  # fmt: skip
    if referral.state == State.SCREENING and referral.owner_id == by.pk:
        referral.claimed_until = claim(referral)
        referral.save(update_fields=["claimed_until"])
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
    content = content.for_outcome(pathways.of(referral.pathway_version))
    before = Decision.objects.filter(key=key, by=by).first()
    if before is not None:
        return Signed(before, new=False)
    check_sign(referral, content, by=by, seen_version=seen_version)
    content = replace(content, question=asked.in_their_words(referral, content.question))
    outcome = Outcome(content.outcome)
    pathway = pathways.of(referral.pathway_version)
    judged = own_judgements(referral, by)
    criteria = {criterion.id: criterion for criterion in pathway.criteria}
    transition = move(
        "discharge" if referral.state == State.ACCEPTED else "decide", referral, by=by, to=OUTCOME_STATES[outcome],
        reason=content.reason, due_on=due_on(referral, content, pathway),
        facts={"outcome": outcome.value} | ({"instead_of": referral.not_by_id} if referral.not_by_id else {}),
    )  # fmt: skip
    decision = Decision.objects.create(
        service_id=referral.service_id, referral=referral, transition=transition, key=key, outcome=outcome, by=by,
        at=transition.at, pathway_version=referral.pathway_version, reason=content.reason,
        to_patient=content.to_patient, to_gp=content.to_gp, review_on=content.review_on, condition=content.condition,
        watcher=content.watcher,
        details=content.details(),
    )  # fmt: skip
    DecisionClause.objects.bulk_create(
        DecisionClause(
            service_id=referral.service_id, decision=decision, criterion=name, state=judged[name].state,
            judgement=judged[name], published="\n".join(criteria[name].published),
        )
        for name in content.clauses
    )  # fmt: skip
    conversation.answer(decision, content, pathway, by=by)
    DecisionDraft.objects.filter(referral=referral, by=by).delete()
    leave_behind(referral, content, pathway)
    follow(decision, content, pathway, by=by)
    audit.record(by, "decision.sign", decision, outcome=outcome.value, clauses=list(content.clauses))
    return Signed(decision)
