"""The reply in e-RS by hand: the right codes, the whole text or none, and one word that it was sent."""

import uuid
from datetime import timedelta
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath import clock
from painpath.accounts.models import AuditEntry
from painpath.letters import holding, outbox, reversing
from painpath.letters.ers import ENDINGS, FILE_LIMIT, mark_sent, not_taken
from painpath.letters.models import Dispatch, DispatchState
from painpath.letters.outbox import stop
from painpath.letters.signing import prepare, seal, sign
from painpath.letters.text import ERS_LIMIT, ers_text
from painpath.pathway import Pathway, checking, find, load
from painpath.pathway.outcomes import ErsReply, GuidanceOutcome, Recommendation
from painpath.referrals.guidance import ers_codes
from painpath.referrals.models import Decision, Referral
from painpath.referrals.refusal import Refused
from painpath.triage.presenters import dispatches
from tests.referrals.conftest import screening, team  # noqa: F401  # fixtures
from tests.referrals.test_conversation import ASKING, advise, advised, signed  # noqa: F401  # fixtures

SERVICE = load(find("southampton-portsmouth"))
RETURN = "RETURN_TO_REFERRER_WITH_ADVICE"


@pytest.fixture
def replied(advised: Referral) -> Dispatch:  # noqa: F811
    return Dispatch.objects.get(referral=advised, kind="ers_reply")


# --- the codes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "may_convert", "code", "recommendations"),
    [
        ("accept", True, "PROVIDER_CONVERTED", ()),
        ("accept", False, RETURN, ("REFERRAL_RECOMMENDED",)),
        ("accept", None, RETURN, ("REFERRAL_RECOMMENDED",)),
        ("advise", True, RETURN,
         ("ADVICE_ONLY_NO_REFERRAL_RECOMMENDED", "ADVICE_FOLLOWED_BY_REFERRAL_IF_REQUIRED")),
        ("ask_referrer", None, "REQUIRE_FURTHER_INFORMATION", ()),
        ("signpost", None, RETURN, ("OTHER",)),
        ("redirect", None, RETURN, ("OTHER",)),
        ("delay", None, RETURN, ("ADVICE_FOLLOWED_BY_REFERRAL_IF_REQUIRED",)),
        ("not_now", None, RETURN, ("ADVICE_ONLY_NO_REFERRAL_RECOMMENDED",)),
        ("discharge", None, None, ()),
        ("ask_patient", None, None, ()),
    ],
)  # fmt: skip
def test_each_outcome_has_its_codes(outcome: str, may_convert: Any, code: Any, recommendations: Any) -> None:
    reply = ers_codes.reply_of(Referral(route="gp-ers", may_convert=may_convert), SERVICE, outcome)
    assert (reply and reply.outcome) == code
    assert (reply.recommendations if reply else ()) == recommendations
    assert ers_codes.reply_of(Referral(route="practitioner-letter"), SERVICE, outcome) is None
    assert ers_codes.reply_of(Referral(), SERVICE, outcome) is None


def faults_with(**changes: Any) -> list[str]:
    first = msgspec.structs.replace(SERVICE.outcomes[0], **changes)
    changed: Pathway = msgspec.structs.replace(SERVICE, outcomes=(first, *SERVICE.outcomes[1:]))
    return [fault.message for fault in checking.ers_replies(changed)]


@given(st.sampled_from(get_args(GuidanceOutcome)), st.lists(st.sampled_from(get_args(Recommendation)), max_size=2))
def test_a_mapping_that_e_rs_would_refuse_is_a_fault(code: Any, recommendations: list[Any]) -> None:
    reply = ErsReply(outcome=code, recommendations=tuple(recommendations))
    right = (code == RETURN) == bool(recommendations)
    assert (faults_with(ers=reply, ers_if_may_convert=None) == []) == (right and code != "PROVIDER_CONVERTED")
    assert (faults_with(ers_if_may_convert=reply) == []) == right


def test_an_outcome_without_a_reply_says_why() -> None:
    assert any("`accept` is replied to" in m for m in faults_with(ers=None, ers_if_may_convert=None))
    assert faults_with(ers=None, ers_if_may_convert=None, ers_local="Told by post.") == []
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"outcome": "REJECTED"}, type=ErsReply)


def test_each_outcome_is_recorded_in_triage_or_says_why_not() -> None:
    codes = {"accept": "ACCEPT_REFER_BOOK_LATER"} | dict.fromkeys(
        ["advise", "ask_referrer", "delay", "signpost", "redirect", "not_now", "withdraw"], RETURN
    )
    for outcome in SERVICE.outcomes:
        if outcome.id in codes:
            assert ers_codes.review_of(SERVICE, outcome.id) == codes[outcome.id]
        else:
            with pytest.raises(Refused, match="e-RS"):
                ers_codes.review_of(SERVICE, outcome.id)


# --- the text ---------------------------------------------------------------------------------------------------------


def test_8000_characters_are_signed_and_8001_are_refused_with_both_numbers(team: Any, screening: Any) -> None:  # noqa: F811
    referral = Referral.objects.get(pk=screening(ASKING).pk)
    short = ers_text(prepare(referral, advise(to_gp="x"), by=team.consultant)["gp"].draft)
    room = ERS_LIMIT - len(short) + 1
    with pytest.raises(Refused, match=r"at most 8,000 characters and this text has 8,001.* by 1\..*your advice"):
        signed(referral, team.consultant, advise(to_gp="x" * (room + 1)))
    assert not Decision.objects.exists()
    assert not Dispatch.objects.exists()
    signed(referral, team.consultant, advise(to_gp="x" * room))
    assert len(Dispatch.objects.get(kind="ers_reply").text) == 8_000


def test_the_reply_is_the_gp_s_letter_with_the_codes_chosen(replied: Dispatch) -> None:
    assert replied.facts["outcome"] == RETURN
    assert replied.facts["recommendation"] == "ADVICE_ONLY_NO_REFERRAL_RECOMMENDED"
    assert (replied.channel, replied.to, replied.state) == ("ers", "gp", "queued")
    assert "Duloxetine 30 mg, then 60 mg." in replied.text
    assert replied.letter is not None
    assert replied.letter.audience == "gp"


def test_a_referral_by_letter_has_no_reply_in_e_rs(team: Any, screening: Any) -> None:  # noqa: F811
    referral = screening(ASKING, route="practitioner-letter", ubrn="")
    signed(referral, team.consultant, advise(recommendation=""))
    assert not Dispatch.objects.filter(channel="ers").exists()


def test_a_double_signature_queues_one_reply(team: Any, screening: Any) -> None:  # noqa: F811
    referral = Referral.objects.get(pk=screening(ASKING).pk)
    given = {"referral": referral, "by": team.consultant, "content": advise(), "key": uuid.uuid4(),
             "seen_version": referral.version}  # fmt: skip
    letters = seal(prepare(referral, advise(), by=team.consultant))
    for _ in range(2):
        sign(**given, seen_letters=letters)
    assert Dispatch.objects.filter(kind="ers_reply").count() == 1


# --- the word that it was sent ----------------------------------------------------------------------------------------


def test_ticked_twice_is_once(replied: Dispatch, team: Any) -> None:  # noqa: F811
    first = mark_sent(dispatch=replied, by=team.administrator)
    again = mark_sent(dispatch=replied, by=team.consultant)
    assert (again.state, again.sent_at, again.sent_by) == (DispatchState.SENT, first.sent_at, team.administrator)
    assert AuditEntry.objects.filter(action="dispatch.send").count() == 1
    assert first.sent_at is not None
    assert first.sent_at <= clock.now()


def test_a_stopped_reply_is_not_said_to_be_sent(replied: Dispatch, team: Any) -> None:  # noqa: F811
    stop([replied], by=team.consultant, why="Reversed")
    with pytest.raises(Refused, match="was stopped"):
        mark_sent(dispatch=replied, by=team.administrator)
    with pytest.raises(Refused, match="Only an administrator or a clinician"):
        mark_sent(dispatch=replied, by=team.manager)


def test_an_attempt_that_was_cut_short_locks_nothing_and_says_that_it_may_stand_there(
    replied: Dispatch, team: Any,  # noqa: F811
) -> None:  # fmt: skip
    """The program was killed while it sent: nobody ends that attempt."""

    def began(minutes: int) -> Dispatch:
        Dispatch.objects.filter(pk=replied.pk).update(began_at=clock.now() - timedelta(minutes=minutes))
        return outbox.lock(replied)

    outbox.hold(began(1), ["Look first."], by=team.consultant)
    with pytest.raises(Refused, match="was being sent when it was held"):
        holding.check_release(outbox.lock(replied), by=team.consultant)
    assert holding.to_read(outbox.lock(replied))[:2] == ["Look first.", outbox.UNDER_WAY]
    read = holding.to_read(began(11))
    assert read[:2] == ["Look first.", outbox.CUT_SHORT]
    with pytest.raises(Refused, match="It may stand in e-RS all the same: look there"):
        mark_sent(dispatch=replied, by=team.consultant)
    assert outbox.CUT_SHORT in dispatches.row(outbox.lock(replied)).why
    holding.release(
        dispatch=replied, by=team.consultant, how="stop", words="It is not there.", read=holding.digest(read)
    )
    assert Dispatch.objects.get(pk=replied.pk).state == DispatchState.CANCELLED


def test_a_reply_that_was_cut_short_before_it_was_reversed_is_looked_for(replied: Dispatch, team: Any) -> None:  # noqa: F811
    Dispatch.objects.filter(pk=replied.pk).update(began_at=clock.now() - timedelta(minutes=11))
    reversing.reverse(referral=replied.referral, by=team.consultant, reason="The dose is wrong.")
    assert Dispatch.objects.get(pk=replied.pk).why == f"The decision was reversed. {outbox.CUT_SHORT}"
    assert replied.referral.tasks.filter(words__contains="being sent before, and that was cut short").exists()


@pytest.mark.parametrize("ending", sorted(ENDINGS))
def test_what_e_rs_takes(ending: str) -> None:
    assert not_taken(f"letter.{ending.upper()}", FILE_LIMIT) == ""
    assert "5,242,881" in not_taken(f"letter.{ending}", FILE_LIMIT + 1)


@pytest.mark.parametrize("name", ["letter.eml", "letter.odt", "letter", "pdf"])
def test_what_e_rs_does_not_take(name: str) -> None:
    assert "Save it as PDF" in not_taken(name, 10)
