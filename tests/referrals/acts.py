"""Everything that people can do to a referral, one line each, for random sequences of it (`test_invariants.py`).

Where a page uses the composition of an upper layer (letters that are signed, stopped, printed), so does the act here.
"""

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from painpath import clock
from painpath.accounts.models import Membership
from painpath.letters import closing, ers, following, holding, printing, refiling
from painpath.letters import reversing as letters_reversing
from painpath.letters.models import Dispatch, PrintBatch
from painpath.letters.signing import sign
from painpath.referrals import pathways, todo, verbs
from painpath.referrals.arriving import receiving, registering
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.needs import record_needs
from painpath.referrals.corrections import merging
from painpath.referrals.decisions import accepting, asking, following_up, reversing
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.guidance import conversation
from painpath.referrals.models import Alert, Document, Merge, Referral, SecondScreening, Task
from painpath.referrals.questionnaires import answering, library
from painpath.referrals.referring import changing
from painpath.referrals.refusal import Refused
from painpath.referrals.sheet import judging
from painpath.referrals.together import second
from painpath.referrals.transitions import CLINICAL, OPEN, STAFF, VERBS, Outcome, State
from painpath.referrals.worklist import assigning, leaving, rota
from tests.referrals.conftest import Team, details
from tests.referrals.deciding import NEEDS, read_both
from tests.referrals.questionnaires import MOOD

CLAUSES = ("major-psychiatric-disturbance", "previous-significant-intervention", "re-referral-exhausted")
OFFICE = frozenset({"administrator"})


@dataclass
class World:
    """The people, the day, and what has been done."""

    team: Team
    leaver: Membership
    """Who has left already."""
    spare: Membership
    """A consultant who may leave on the way."""
    chance: Random
    today: date = field(default_factory=clock.today)
    done: Counter = field(default_factory=Counter)

    def coin(self) -> bool:
        return self.chance.random() < 0.5

    def pick(self, things: Iterable):
        """One of these; Refused when there is none, as if a page had offered nothing."""
        things = list(things)
        if not things:
            raise Refused("There is nothing to choose.")
        return things[self.chance.randrange(len(things))]

    def other(self, referral: Referral) -> Referral:
        likely = list(merging.possible_duplicates(referral))
        return self.pick(likely or Referral.objects.exclude(pk=referral.pk).order_by("pk"))

    def everybody(self) -> list[Membership]:
        """All of them as they stand now, as a request finds them."""
        team = self.team
        known = (team.administrator, team.consultant, team.colleague, self.spare, team.physiotherapist, team.manager)
        return list(
            Membership.objects.filter(pk__in=[one.pk for one in (*known, self.leaver)])
            .select_related("user")
            .order_by("pk")
        )


Do = Callable[[World, Referral, Membership], object]


@dataclass(frozen=True)
class Act:
    """One thing that can be done to a referral. `verb` is that of the table, whose roles and states then hold."""

    do: Do
    verb: str = ""
    who: frozenset[str] = STAFF
    leaves: frozenset[State] = frozenset(State)


def table(verb: str, do: Do) -> Act:
    """An act that is a verb of the transition table."""
    return Act(do, verb, VERBS[verb].who & (STAFF | CLINICAL), VERBS[verb].leaves)


@transaction.atomic
def answer_about_safety(world: World, referral: Referral, by: Membership) -> object:
    """Somebody of the team types in what the patient says on the phone: an answer that a clinician reads today."""
    form = library.keep(by.service, "mood", json.dumps(MOOD))
    row = answering.begin(referral=referral, form=form, by=by, who="patient", channel="phone")
    return answering.save(answering=row, given={"dead": (f"c{world.chance.randint(1, 3)}",)}, by=by)


# --- deciding -------------------------------------------------------------------------------------------------------


def decide(outcome: Outcome) -> Act:
    """A decision and its letters, as the page signs them; the clinician makes the clauses their own first."""

    def do(world: World, referral: Referral, by: Membership) -> object:
        needs = {"clauses": CLAUSES} | NEEDS[outcome] | {"outcome": outcome.value} | {"clock_started_on": clock.today()}
        if outcome == Outcome.DELAY:
            needs["review_on"] = clock.today() + timedelta(days=world.chance.randint(1, 40))
            needs["watcher_member"] = world.chance.choice([None, world.spare.pk, by.pk, world.team.administrator.pk])
        if outcome == Outcome.ASK_REFERRER and world.coin():
            needs["questions_patient"] = "What helps you?"
        content = DecisionContent(reason="As written.", adjustments_offered="By phone.", **needs)
        for clause in content.clauses:
            judging.judge(referral=referral, by=by, criterion=clause, state="against", reason="As written.")
        fresh = Referral.objects.get(pk=referral.pk)
        return sign(
            referral=fresh, by=by, content=content, key=uuid.uuid4(), seen_version=fresh.version,
            **read_both(fresh, content, by),
        )  # fmt: skip

    leaves = {State.SCREENING, State.ACCEPTED} if outcome == Outcome.DISCHARGE else {State.SCREENING}
    return Act(do, "decide", CLINICAL, frozenset(leaves))


# --- documents ------------------------------------------------------------------------------------------------------


def open_alert(world: World, referral: Referral) -> Alert:
    return world.pick(referral.alerts.filter(action__isnull=True).order_by("pk"))


def new_file(world: World) -> File:
    words = world.chance.choice(["He is keen to learn.", "He wants to end his life.", "MRI is awaited."])
    return File("more.txt", f"{words} {world.chance.randrange(4)}\n".encode())


def move_document(world: World, referral: Referral, by: Membership) -> object:
    document = world.pick(Document.objects.filter(referral=referral).order_by("pk"))
    to = world.other(referral) if world.coin() else None
    close = world.coin()
    reason = str(uuid.uuid4())  # so that it is never the double click of an earlier move
    return refiling.move_document(document=document, to=to, by=by, reason=reason, close_source=close)


def of_merge(world: World, referral: Referral) -> Merge:
    return world.pick(Merge.objects.filter(duplicate=referral).order_by("pk"))


def register(world: World, referral: Referral, by: Membership) -> object:
    given = details(may_convert=world.chance.choice([True, False, None]))
    return registering.register(referral=referral, by=by, details=given)


# --- screening ------------------------------------------------------------------------------------------------------


def finish_second(world: World, referral: Referral, by: Membership) -> object:
    row = of_second(world, referral)
    states = {criterion.id: "not_stated" for criterion in pathways.of(referral.pathway_version).criteria}
    run = referral.screenings.last()
    return second.finish(second=row, by=by, states=states, outcome="accept", run=run.pk if run else 0)


def of_second(world: World, referral: Referral) -> SecondScreening:
    return world.pick(SecondScreening.objects.filter(referral=referral))


def assign(world: World, referral: Referral, by: Membership) -> object:
    to = world.chance.choice([None, world.spare, world.spare, *world.everybody()])
    return assigning.assign(referral=referral, to=to, by=by)


# --- what follows ---------------------------------------------------------------------------------------------------


def of_request(world: World, referral: Referral):
    return world.pick(asking.open_requests(referral))


def record_reply(world: World, referral: Referral, by: Membership) -> object:
    of = world.pick(["", *(request.of for request in asking.open_requests(referral))])
    return verbs.record_reply(referral=referral, by=by, reason="He rang.", of=of, enough=world.coin())


def verdict(verdict: str) -> Do:
    return lambda w, r, by: conversation.record_verdict(
        referral=r, by=by, verdict=verdict, words="We still wonder.", said_on=clock.today()
    )


def of_follow_up(world: World, referral: Referral):
    return world.pick(referral.follow_ups.filter(answered_at__isnull=True))


def do_task(world: World, referral: Referral, by: Membership) -> object:
    return todo.do_task(task=world.pick(Task.objects.filter(done_at__isnull=True)), by=by, words="Rang them.")


# --- letters --------------------------------------------------------------------------------------------------------


def release_letter(world: World, referral: Referral, by: Membership) -> object:
    dispatch = world.pick(Dispatch.objects.filter(referral=referral, state__in=["held", "failed"]))
    return holding.release(
        dispatch=dispatch, by=by, how=world.pick(holding.ways(dispatch)), words="Read.", address="1 High Street",
        read=holding.digest(holding.to_read(dispatch)),
    )  # fmt: skip


def post(world: World, referral: Referral, by: Membership) -> object:
    batch = printing.print_batch(by=by)
    return None if batch is None or world.coin() else post_batch(batch, by)


def post_later(world: World, referral: Referral, by: Membership) -> object:
    return post_batch(world.pick(PrintBatch.objects.filter(posted_at__isnull=True)), by)


def post_batch(batch: PrintBatch, by: Membership) -> object:
    out = [dispatch.pk for dispatch, _ in printing.to_take_out(batch)]
    return printing.mark_posted(batch=batch, by=by, taken_out=out)


def send_in_ers(world: World, referral: Referral, by: Membership) -> object:
    return ers.mark_sent(dispatch=world.pick(Dispatch.objects.filter(referral=referral, kind=ers.KIND)), by=by)


# --- people ---------------------------------------------------------------------------------------------------------


def give_over(world: World, referral: Referral, by: Membership) -> object:
    """What the spare member has goes to others, as the page does it: to each in turn until nothing is left."""
    spare = Membership.objects.get(pk=world.spare.pk)
    for to in (world.team.colleague, world.team.consultant):
        leaving.reassign(leaver=spare, to=to, by=by)
    return None


def end_membership(world: World, referral: Referral, by: Membership) -> object:
    return leaving.end_membership(membership=Membership.objects.get(pk=world.spare.pk), by=by)


def add_to_rota(world: World, referral: Referral, by: Membership) -> object:
    who = world.chance.choice([world.spare, world.team.consultant])
    member = Membership.objects.get(pk=who.pk)
    return rota.add_to_rota(by=by, membership=member, weekday=clock.today().weekday() % 5, starts_on=clock.today())


ACTS: dict[str, Act] = {
    # --- arriving
    "receive": Act(lambda w, r, by: receiving.receive(by=by, files=[new_file(w)], key=uuid.uuid4())),
    "register": Act(register, "register", leaves=OPEN),  # before it is read, or as a correction after that
    "add_documents": Act(
        lambda w, r, by: receiving.add_documents(referral=r, by=by, files=[new_file(w)]), leaves=OPEN
    ),
    "move_document": table("move_document", move_document),
    "merge": table(
        "merge", lambda w, r, by: merging.merge(duplicate=r, into=w.other(r), by=by, reason="Sent twice.")
    ),
    "unmerge": table(
        "unmerge", lambda w, r, by: refiling.unmerge(merge=of_merge(w, r), by=by, reason="Two after all.")
    ),
    "tell_apart": Act(lambda w, r, by: merging.tell_apart(one=r, other=w.other(r), by=by, reason="Two.")),
    # --- screening
    "assign": table("assign", assign),
    "start_screening": table("start_screening", lambda w, r, by: verbs.start_screening(referral=r, by=by)),
    "take_over": table("take_over", lambda w, r, by: verbs.take_over(referral=r, by=by)),
    "stop_screening": table("stop_screening", lambda w, r, by: verbs.stop_screening(referral=r, by=by)),
    "judge": Act(
        lambda w, r, by: judging.judge(referral=r, by=by, criterion="adult", state="mixed", reason="Two dates."),
        who=CLINICAL, leaves=frozenset({State.SCREENING, State.ACCEPTED}),
    ),
    "act_on_alert": Act(lambda w, r, by: judging.act_on_alert(alert=open_alert(w, r), by=by, action="Rang the GP.")),
    "start_second": Act(lambda w, r, by: second.start_second(second=of_second(w, r), by=by), who=CLINICAL),
    "finish_second": Act(finish_second, who=CLINICAL),
    # --- deciding
    **{f"decide {outcome}": decide(outcome) for outcome in Outcome},
    # --- what follows
    "remind": table("remind", lambda w, r, by: following.remind(request=of_request(w, r), by=by)),
    "record_reply": table("record_reply", record_reply),
    "say_ready": table(
        "say_ready", lambda w, r, by: verbs.say_ready(referral=r, by=by, said_by="gp", words="He is steady.")
    ),
    "record_gp_referral": table(
        "record_gp_referral",
        lambda w, r, by: accepting.record_gp_referral(
            referral=r, by=by, ubrn=f"{9 * 10**11 + r.version}", on=clock.today()
        ),
    ),
    "return_to_screening": table(
        "return_to_screening", lambda w, r, by: verbs.return_to_screening(referral=r, by=by, reason="Look again.")
    ),
    "hand_over": table(
        "hand_over", lambda w, r, by: verbs.hand_over(referral=r, by=by, system="PAS", number="1", on=clock.today())
    ),
    "record_message": Act(
        lambda w, r, by: conversation.record_message(
            referral=r, by=by, words="One more thing.", said_on=clock.today(), files=[new_file(w)]
        ),
        leaves=OPEN | {State.ADVICE_GIVEN},
    ),
    "report_change": table(
        "report_change",
        lambda w, r, by: changing.report_change(
            referral=r, by=by, kind="urgent", words=f"It is worse {w.chance.randrange(3)}.", key=uuid.UUID(int=1)
        ),
    ),
    "report_answer": table("report_answer", answer_about_safety),
    "record_needs": table(
        "record_needs",
        lambda w, r, by: record_needs(
            patient=r.patient, referral=r, by=by, needs=[w.chance.choice(["large-print", "bsl", "easy-read"])]
        ),
    ),
    "read_change": Act(
        lambda w, r, by: changing.read_change(
            change=w.pick(r.changes.filter(read_at__isnull=True)), by=by, action="Rang the GP."
        ),
        who=CLINICAL,
    ),
    **{verb: table(verb, verdict(name)) for name, verb in conversation.VERDICT_VERBS.items()},
    "got_there": table(
        "got_there", lambda w, r, by: following_up.got_there(follow_up=of_follow_up(w, r), by=by, words="She went.")
    ),
    "did_not_get_there": table(
        "did_not_get_there",
        lambda w, r, by: following_up.did_not_get_there(follow_up=of_follow_up(w, r), by=by, words="It is full."),
    ),
    "do_task": Act(do_task),
    # --- second thoughts
    "look_again": table(
        "look_again", lambda w, r, by: reversing.look_again(referral=r, by=by, asked_by="gp", words="You missed it.")
    ),
    "reverse": table(
        "reverse", lambda w, r, by: letters_reversing.reverse(referral=r, by=by, reason="The wrong letter was read.")
    ),
    # --- letters
    "release_letter": Act(release_letter),
    "post": Act(post),
    "post_later": Act(post_later),
    "send_in_ers": Act(send_in_ers),
    # --- ending, and coming back
    **{
        how: table(how, lambda w, r, by, how=how: closing.close(
            referral=r, by=by, how=how, reason="So it is.", told="The GP.", asked_by="patient"))
       for how in verbs.CLOSINGS
    },
    "take_back": table("take_back", lambda w, r, by: verbs.take_back(referral=r, by=by, reason="They came back.")),
    # --- people who leave
    "add_to_rota": Act(add_to_rota),
    "give_over": Act(give_over, "release", who=OFFICE),
    "end_membership": Act(end_membership, who=OFFICE),
}  # fmt: skip

THE_SAME_ACT = {"receive", "correct_details", "discharge", "bring_forward"}
"""Verbs that an act above does too: the first of all, `register` after receipt, `decide` from accepted, `merge`."""

BY_ITSELF = {"make_ready", "fall_due", "lapse", "report_silence"}
"""What the program does between the acts, as its jobs do: reading what has arrived, and what the calendar brings."""

NOT_FOUND = (ObjectDoesNotExist, Refused)
"""What somebody of another service meets, whatever they try."""
