"""Information requested: one bundled request to each who is asked, with a clock. Silence never ends a referral.

At the due date a reminder goes out; at the next one somebody of the team gets in touch.
"""

import re
from datetime import date
from typing import Any, Literal, NamedTuple

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor, Process
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR, PATIENT, REFERRER
from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.models import Decision, InformationRequest, Referral, Transition
from painpath.referrals.models.following import ASKED
from painpath.referrals.moves import lock, move, reckon
from painpath.referrals.questionnaires.stopping import answered_so_far, stop_open
from painpath.referrals.refusal import Refused
from painpath.referrals.todo import drop_tasks, give_task
from painpath.referrals.transitions import Outcome, State

Asked = Literal["referrer", "patient"]
WAITS = {"referrer": State.AWAITING_REFERRER, "patient": State.AWAITING_PATIENT}
"""Who is asked -> the state of a referral that waits for nobody else."""
_OF: tuple[Asked, ...] = ("referrer", "patient")
_SELF = {REFERRER: "referrer", PATIENT: "patient"}
_BULLET = re.compile(r"^[\s•-]*(?:\d{1,2}[.)]\s+)?")
"""How people begin the lines of a list: the letter makes its own."""


class Expectations(NamedTuple):
    """By when the answer of each who is asked should have come; None for who is not asked."""

    referrer: date | None
    patient: date | None


def questions(content: DecisionContent, pathway: Pathway, of: Asked) -> list[dict[str, str]]:
    """What is asked of one, in the order of the cited clauses; `criterion` is empty for what was asked freely."""
    if content.outcome not in (Outcome.ASK_REFERRER, Outcome.ASK_PATIENT):
        return []
    if of == "referrer" and content.outcome == Outcome.ASK_PATIENT:
        return []
    asked = [
        {"criterion": name, "words": " ".join(words.split())}
        for name in content.clauses
        if (words := content.asks.get(f"{of}:{name}", "")).strip()
    ]
    free = content.questions_referrer if of == "referrer" else content.questions_patient
    return asked + [
        {"criterion": "", "words": words} for line in free.splitlines() if (words := _BULLET.sub("", line).strip())
    ]


def offered(pathway: Pathway, clauses: tuple[str, ...], of: Asked) -> dict[str, str]:
    """The pathway's own words for what the cited clauses ask of one: criterion -> words."""
    return {
        name: " ".join(ask.words for ask in pathway.criterion(name).ask if ask.of == of)
        for name in clauses
        if any(ask.of == of for ask in pathway.criterion(name).ask)
    }


def expectations(content: DecisionContent, pathway: Pathway, day: date) -> Expectations:
    """Until when we wait for each, when the decision is signed on `day`: the due date of what each is asked."""

    def until(outcome: Outcome) -> date | None:
        due = pathway.outcome(outcome).due
        return reckon(due, day) if due else None

    if content.outcome == Outcome.SEND_QUESTIONNAIRE:
        return Expectations(None, until(Outcome.SEND_QUESTIONNAIRE))
    return Expectations(
        until(Outcome.ASK_REFERRER) if questions(content, pathway, "referrer") else None,
        until(Outcome.ASK_PATIENT) if questions(content, pathway, "patient") else None,
    )


def ask(decision: Decision, content: DecisionContent, pathway: Pathway, *, by: Membership) -> list[InformationRequest]:
    """Write down what a signed decision asks, inside its transaction."""
    made = []
    for of, due in zip(_OF, expectations(content, pathway, clock.today()), strict=True):
        if due is None:
            continue
        request = InformationRequest.objects.create(
            service_id=decision.service_id, referral=decision.referral, decision=decision, of=of, due_on=due,
            questionnaire=content.questionnaire, items=questions(content, pathway, of), asked_at=clock.now(),
        )  # fmt: skip
        audit.record(by, "request.ask", request, of=of)
        made.append(request)
    return made


def open_requests(referral: Referral) -> list[InformationRequest]:
    """What has been asked about this referral and not answered, in the order it was asked."""
    return list(referral.requests.filter(closed_at__isnull=True))


def close_requests(referral: Referral, *, by: Actor, but: Asked | None = None) -> None:
    """Close what is still asked, inside the caller's transaction: nobody is reminded of it any more."""
    for request in open_requests(referral):
        if request.of != but:
            _close(request, by=by, answer="")


def _close(request: InformationRequest, *, by: Actor, answer: str) -> None:
    request.closed_at, request.answer, request.closed_by = clock.now(), answer, audit.person(by)
    request.save(update_fields=["closed_at", "answer", "closed_by"])
    audit.record(by, "request.close", request, answered=bool(answer))
    stop_open(by=by, request=request)
    words = "The answer has come." if answer else "Nobody waits for this answer any more."
    drop_tasks(request.referral, by=by, words=words, kind="contact", facts__request=request.pk)


@transaction.atomic
def record_reply(*, referral: Referral, by: Actor, reason: str, of: str = "", enough: bool = False) -> Referral:
    """The referrer or the patient has answered: `of` says who, `reason` what. Back to the worklist.

    While the other one is still asked the referral goes on waiting for them, unless somebody says that this is
    `enough`. Without `of` (a delayed referral, say) everything that is asked is closed. A referrer and a patient
    answer for themselves alone.
    """
    if by.role in (REFERRER, PATIENT) and (of != _SELF[by.role] or enough):
        raise Refused("You can answer what you were asked. Whether that is enough is for the team to say.")
    referral = lock(referral)
    asked = {request.of: request for request in open_requests(referral)}
    if of and of not in asked:
        who = " and ".join(ASKED[one].lower() for one in asked) or "nobody"
        raise Refused(f"This referral waits for an answer of {who}. Choose who has answered.")
    others = [one for one in _OF if one in asked and one != of]
    if not of or enough or not others:
        move("record_reply", referral, by=by, reason=reason, facts=_facts(of, others))
        if of:
            _close(asked[of], by=by, answer=reason.strip())
        close_requests(referral, by=by)
        return referral
    other = asked[others[0]]
    move("record_reply", referral, by=by, to=WAITS[other.of], reason=reason, due_on=other.due_on, facts=_facts(of, []))
    referral.came_back = ""
    referral.save(update_fields=["came_back"])
    _close(asked[of], by=by, answer=reason.strip())
    return referral


def _facts(of: str, given_up: list[Asked]) -> dict[str, Any]:
    return ({"of": of} if of else {}) | ({"without": list(given_up)} if of and given_up else {})


@transaction.atomic
def remind(*, request: InformationRequest, by: Actor) -> bool:
    """Note that a reminder goes out now, and start the second clock; tells whether it is time for one.

    By the calendar only once the due date has passed; by a person at any time. Called again, nothing is done.
    """
    referral = lock(request.referral)
    request.refresh_from_db()
    early = isinstance(by, Process) and request.due_on >= clock.today()
    if early or request.closed_at is not None or request.reminded_at is not None or not _waits(referral):
        return False
    pathway = pathways.of(referral.pathway_version)
    request.reminded_at, request.due_on = clock.now(), reckon(pathway.target("reminder"), clock.today())
    request.save(update_fields=["reminded_at", "due_on"])
    soonest = min(one.due_on for one in open_requests(referral))
    move("remind", referral, by=by, due_on=soonest, facts={"of": request.of})
    return True


@transaction.atomic
def report_silence(*, request: InformationRequest, by: Process) -> Transition | None:
    """No answer, not even to the reminder: the referral is due today, and somebody of the team gets in touch.

    None when it is too early, when an answer has come, or when it was reported before.
    """
    referral = lock(request.referral)
    request.refresh_from_db()
    early = request.due_on >= clock.today() or request.reminded_at is None
    if early or request.closed_at is not None or not _waits(referral):
        return None
    if referral.tasks.filter(kind="contact", facts__request=request.pk).exists():
        return None
    step = move("report_silence", referral, by=by, due_on=clock.today(), facts={"of": request.of})
    give_task(
        referral, "contact", f"{_silence(request)} Get in touch in another way, and offer help.",
        by=by, role=ADMINISTRATOR, due_on=clock.today(), request=request.pk, decision=request.decision_id,
    )  # fmt: skip
    return step


def _silence(request: InformationRequest) -> str:
    """What has not come; of a questionnaire how much of it has been saved, never which."""
    whom = "the patient" if request.of == "patient" else "the referrer"
    words = f"No answer has come from {whom}, not even to the reminder."
    if not request.questionnaire:
        return words
    if number := answered_so_far(request):
        some = "1 question is" if number == 1 else f"{number} questions are"
        words += f" The questionnaire was begun: {some} answered already, and not all of it was sent."
    return f"{words} Offer to go through the questions by phone, or to send them on paper."


def _waits(referral: Referral) -> bool:
    return State(referral.state) in WAITS.values()
