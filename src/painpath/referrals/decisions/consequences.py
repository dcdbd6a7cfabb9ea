"""What follows a signed decision: due dates, what is kept with the referral, requests, questions and tasks."""

from datetime import date

from painpath import clock
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR
from painpath.pathway import Pathway
from painpath.referrals import tasks
from painpath.referrals.decisions.accepting import lacks_authority
from painpath.referrals.decisions.asking import ask, expectations
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.decisions.following_up import point_to
from painpath.referrals.models import Decision, Referral
from painpath.referrals.moves import reckon
from painpath.referrals.todo import give_task
from painpath.referrals.transitions import Outcome, State


def due_on(referral: Referral, content: DecisionContent, pathway: Pathway) -> date | None:
    """When the team looks at the referral again after this decision; None where the outcome sets no day."""
    if content.review_on is not None:
        return content.review_on
    if content.outcome == Outcome.ACCEPT and lacks_authority(referral, pathway):
        return reckon(pathway.target("gp-referral"), clock.today())
    if asked := [day for day in expectations(content, pathway, clock.today()) if day is not None]:
        return min(asked)
    due = pathway.outcome(content.outcome).due
    return reckon(due, clock.today()) if due else None


def leave_behind(referral: Referral, content: DecisionContent, pathway: Pathway) -> None:
    """Keep with the locked referral what this decision sets, and clear what an earlier one had set."""
    accepted = content.outcome == Outcome.ACCEPT
    without = accepted and lacks_authority(referral, pathway)
    referral.awaits_referral = without
    referral.priority = content.priority
    referral.clock_started_on = None if without else content.clock_started_on
    referral.not_by = None
    if referral.state == State.DELAYED and content.watcher_member is not None:
        referral.owner_id = content.watcher_member
    referral.save(update_fields=["awaits_referral", "priority", "clock_started_on", "not_by", "owner"])


def follow(decision: Decision, content: DecisionContent, pathway: Pathway, *, by: Membership) -> None:
    """Start every clock that this decision needs, inside its transaction."""
    referral = decision.referral
    if decision.outcome == Outcome.DELAY and referral.due_on is not None:
        tasks.fall_due_on(referral, referral.due_on)
    for request in ask(decision, content, pathway, by=by):
        tasks.later("letters.chase", request.due_on, service=referral.service_id, request=request.pk, after=True)
    for row in point_to(decision, content, pathway, by=by)[:1]:
        tasks.later("letters.ask_signposts", row.ask_on, service=referral.service_id, decision=decision.pk)
    if decision.outcome == Outcome.REDIRECT:
        give_task(
            referral, "send_documents",
            f"Send the referral's documents to “{content.target_service}”, and make sure that they have arrived.",
            by=by, role=ADMINISTRATOR, due_on=reckon(pathway.target("documents-sent"), clock.today()),
            decision=decision.pk,
        )  # fmt: skip
