"""A record made by playing the verbs on their days: something of everything that is counted."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest

from painpath import clock
from painpath.accounts.audit import Process
from painpath.letters import arrival, closing, following, printing
from painpath.letters import reversing as letters_reversing
from painpath.letters.models import Dispatch
from painpath.measuring.models import PostcodeDecile
from painpath.referrals import verbs
from painpath.referrals.arriving.needs import record_needs
from painpath.referrals.decisions import following_up, reversing
from painpath.referrals.models import Referral
from painpath.referrals.moves import CALENDAR
from painpath.referrals.questionnaires import answering, library, paper
from painpath.referrals.referring import changing
from painpath.referrals.together import drawing, second
from tests.letters.posting import ADDRESS
from tests.referrals.conftest import LETTER, Team, waiting_referral
from tests.referrals.deciding import CLAUSE, decided
from tests.referrals.questionnaires import MOOD, ask, fill_rota, publish

TODAY = date(2026, 11, 26)
"""A Thursday: the day of counting."""
PEOPLE: tuple[dict[str, Any], ...] = (
    {"sex": "female", "ethnicity": "White British", "language": "English", "postcode": "SO29 4WR",
     "date_of_birth": date(1966, 3, 2)},
    {"sex": "male", "ethnicity": "Asian or Asian British - Indian", "language": "Polish", "postcode": "PO30 1AA",
     "date_of_birth": date(2001, 8, 9), "interpreter": "Polish"},
    {"sex": "other", "ethnicity": "White and Black Caribbean", "postcode": "ZZ99 9ZZ",
     "date_of_birth": date(1938, 1, 1)},
    {"sex": "unknown", "ethnicity": "Not stated", "communication_needs": "Large envelopes"},
    {"sex": "female", "ethnicity": "N", "language": "English", "postcode": "SO29 4WR",
     "date_of_birth": date(2009, 5, 5)},
    {"ethnicity": "Arab", "postcode": "PO30 1AA"},
)  # fmt: skip
PRACTICES = ("Larkfield Medical Practice", "Elsewhere Surgery")


class Player:
    """Plays one service, person after person."""

    def __init__(self, team: Team, patch: pytest.MonkeyPatch, *, areas: bool = True) -> None:
        self.team, self.patch, self.made = team, patch, 0
        for postcode, decile in (("SO294WR", 2), ("PO301AA", 9)) if areas else ():
            PostcodeDecile.objects.create(service=team.service, postcode=postcode, lsoa="E01000001", decile=decile)

    def receive(
        self, on: date, *, text: str = LETTER, drawn: bool = False, follows: Referral | None = None,
        person: dict[str, Any] | None = None,
    ) -> Referral:  # fmt: skip
        """A referral that has been registered on this day; every third by letter."""
        person = person or PEOPLE[self.made % len(PEOPLE)]
        by_letter = {"route": "practitioner-letter", "ubrn": ""} if self.made % 3 == 2 else {}
        practice = PRACTICES[self.made % 4 == 1]
        self.made += 1
        with clock.at(on), self.patch.context() as patch:
            if drawn:
                patch.setattr(drawing, "lot", lambda below: 0)
            referral = waiting_referral(
                self.team, f"{text}{self.made}", patient=ADDRESS | person, practice_name=practice, **by_letter
            )
        if follows is not None:
            referral.follows = follows
            referral.save(update_fields=["follows"])
        return referral

    def decide(self, referral: Referral, on: date, outcome: str, **changes: Any) -> Referral:
        """Screened and signed on this day."""
        with clock.at(on):
            if outcome == "accept":
                changes["clock_started_on"] = on
            verbs.start_screening(referral=referral, by=self.team.consultant)
            decided(referral, self.team.consultant, outcome, **changes)
        return Referral.objects.get(pk=referral.pk)

    def post(self, on: date) -> None:
        """What waits is printed and posted."""
        with clock.at(on):
            batch = printing.print_batch(by=self.team.administrator)
            assert batch is not None
            out = [dispatch.pk for dispatch, _ in printing.to_take_out(batch)]
            printing.mark_posted(batch=batch, by=self.team.administrator, taken_out=out)

    @contextmanager
    def calendar(self, on: date) -> Iterator[Process]:
        with clock.at(on):
            yield Process(self.team.service, CALENDAR)


def copy_of(referral: Referral) -> Dispatch:
    return Dispatch.objects.filter(referral=referral, kind="letter", to="patient").latest("pk")


def play(team: Team, patch: pytest.MonkeyPatch) -> dict[str, Referral]:
    """Some eighteen referrals, by what became of them."""
    player, office = Player(team, patch), team.administrator
    found: dict[str, Referral] = {}
    with clock.at(date(2026, 2, 2)):
        fill_rota(team.consultant)
        mood = publish(team.manager, MOOD)

    one = found["looked at again"] = player.receive(date(2026, 3, 2))
    player.decide(one, date(2026, 3, 6), "not_now")
    player.post(date(2026, 3, 9))
    with clock.at(date(2026, 5, 11)):
        reversing.look_again(referral=one, by=office, asked_by="gp", words="You missed it.")
    with clock.at(date(2026, 5, 21)):
        verbs.start_screening(referral=one, by=team.colleague)
        decided(one, team.colleague, "accept", clock_started_on=date(2026, 5, 21))
    player.post(date(2026, 5, 22))

    two = found["discharged"] = player.receive(date(2026, 3, 31))
    player.decide(two, date(2026, 4, 9), "discharge")
    found["linked"] = player.receive(date(2026, 9, 30), follows=two)
    three = found["came back too late"] = player.receive(date(2026, 1, 5))
    player.decide(three, date(2026, 1, 30), "advise")
    with clock.at(date(2026, 8, 3)):
        verbs.take_back(referral=three, by=office, reason="They came back.")

    for name, there in (("got there", True), ("did not", False), ("no word", None)):
        pointed = found[name] = player.receive(date(2026, 6, 1))
        player.decide(pointed, date(2026, 6, 3), "signpost")
        with player.calendar(date(2026, 10, 1)) as by:
            following.ask_signposts(decision=pointed.decisions.get(), by=by)
        if there is not None:
            answer = following_up.got_there if there else following_up.did_not_get_there
            with clock.at(date(2026, 10, 5)):
                answer(follow_up=pointed.follow_ups.get(), by=office, words="On the phone.")
    player.post(date(2026, 10, 6))

    asked = found["asked"] = player.receive(date(2026, 10, 12))
    player.decide(
        asked, date(2026, 10, 13), "ask_referrer", clauses=("investigations-complete",),
        questions_referrer="Which pills?",
        asks={"referrer:investigations-complete": "Which tests were done?"},
    )  # fmt: skip
    for name in ("on paper", "not returned"):
        sent = found[name] = player.receive(date(2026, 10, 14))
        with clock.at(date(2026, 10, 15)):
            verbs.start_screening(referral=sent, by=team.consultant)
            ask(sent, team.consultant, mood)
    give_back(team, found["on paper"], date(2026, 10, 20))

    found["delayed"] = player.decide(
        player.receive(date(2026, 11, 2)), date(2026, 11, 3), "delay", review_on=date(2027, 2, 1)
    )
    found["overdue"] = player.decide(
        player.receive(date(2026, 8, 28)), date(2026, 9, 1), "delay", review_on=date(2026, 11, 20)
    )
    reversed_ = found["reversed"] = player.decide(player.receive(date(2026, 11, 4)), date(2026, 11, 5), "not_now")
    with clock.at(date(2026, 11, 6)):
        letters_reversing.reverse(referral=reversed_, by=team.consultant, reason="The wrong letter was read.")
    error = found["in error"] = player.receive(date(2026, 11, 5))
    with clock.at(date(2026, 11, 6)):
        closing.close(referral=error, by=office, how="close_in_error", reason="Not ours.", told="The GP.")
    left = found["withdrawn"] = player.receive(date(2026, 4, 7))
    with clock.at(date(2026, 4, 8)):
        verbs.close(referral=left, by=office, how="withdraw", reason="He rang.", asked_by="patient")

    twice = found["read twice"] = player.receive(date(2026, 11, 9), drawn=True, person=PEOPLE[0])
    read_again(team, twice, date(2026, 11, 10))
    player.decide(twice, date(2026, 11, 11), "not_now")
    player.post(date(2026, 11, 12))
    with clock.at(date(2026, 11, 16)):
        arrival.mark_returned(dispatch=copy_of(twice), by=office, reason="gone_away")

    alarming = found["alarming"] = player.receive(date(2026, 11, 23), text=LETTER + "He wants to end his life.\n")
    assert alarming.alerts.exists()
    with clock.at(date(2026, 11, 25)):
        worse = found["worse"] = player.receive(date(2026, 11, 25))
        changing.report_change(referral=worse, by=office, kind="urgent", words="It is worse.", key=uuid.uuid4())
        assert worse.patient is not None
        record_needs(patient=worse.patient, referral=worse, by=office, needs=[])
    return {name: Referral.objects.get(pk=one.pk) for name, one in found.items()}


def give_back(team: Team, referral: Referral, on: date) -> None:
    """A questionnaire comes back on paper."""
    with clock.at(on):
        request = referral.requests.get()
        form = library.forms_of(request)[0]
        paper.enter(
            referral=referral, form=form, request=request, by=team.administrator, who="patient", channel="paper",
            given={"dead": ("c0",), "low": ("c1",)},
        )  # fmt: skip
        answering.send(answering=request.answerings.get(), by=team.administrator)


def read_again(team: Team, referral: Referral, on: date) -> None:
    """A second clinician reads it, blind."""
    with clock.at(on):
        from tests.referrals.test_second import answers

        row = referral.second_screening
        second.start_second(second=row, by=team.colleague)
        second.finish(second=row, by=team.colleague, **answers(row, states={CLAUSE: "mixed"}))
