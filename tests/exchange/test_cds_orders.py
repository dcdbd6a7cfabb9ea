"""Reading a call and writing its card: no database, whatever comes."""

import uuid
from datetime import date

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from painpath.exchange.cds import cards, services
from painpath.exchange.cds.feedback import LEFT_OUT, told, without_numbers
from painpath.exchange.cds.orders import LONGEST, NotACall, is_for_us, understand
from painpath.pathway import Pathway, find, load
from painpath.pathway.exchange import Cards
from painpath.referrers.presenters.check import checked
from painpath.referrers.reading import screen
from tests.exchange.cards import body, keeps_the_rules, order
from tests.exchange.odd_calls import ANYTHING, CALLS

TODAY = date(2026, 11, 26)
TO = cards.Addresses("https://here/check/", "https://here/criteria/")
NUMBER = uuid.UUID(int=1)


@pytest.fixture(scope="module")
def pathway() -> Pathway:
    return load(find("southampton-portsmouth"))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=CALLS | ANYTHING)
def test_no_call_makes_it_fail(pathway, content):
    content = msgspec.json.decode(msgspec.json.encode(content))
    try:
        call = understand(content, pathway.exchange.cards, TODAY)
    except NotACall:
        assert not (isinstance(content, dict) and "context" in content)
        return
    if call.orders:
        made = cards.card(pathway, checked(pathway, *screen(call.text, pathway)), call, number=NUMBER, to=TO)
        assert made is not None
        keeps_the_rules(made)
    with pytest.raises(NotACall):
        told({"feedback": content})


def test_what_is_too_long_is_cut_and_said_so(pathway):
    call = understand(body(order(note=[{"text": "Pain. " * 5_000}])), pathway.exchange.cards, TODAY)
    assert len(call.text) == LONGEST
    assert any("Only the first 10,000 characters" in line for line in call.unread)


def test_dates_are_told_in_words_and_what_is_over_is_told_as_past(pathway):
    def told_of(**condition):
        sent = {"conditions": {"resourceType": "Condition", "code": {"text": "Low back pain"}} | condition}
        return understand(body(order(), prefetch=sent), pathway.exchange.cards, TODAY).text

    assert "Problem: Low back pain since March 2015." in told_of(onsetDateTime="2015-03-01")
    assert "Problem: Low back pain since 2015." in told_of(onsetDateTime="2015")
    assert "Problem: Low back pain." in told_of(onsetDateTime="2015-33")
    assert "Problem: possible Low back pain." in told_of(verificationStatus={"coding": [{"code": "provisional"}]})
    assert "Past medical history: Low back pain." in told_of(clinicalStatus={"coding": [{"code": "resolved"}]})
    year = {"patient": {"resourceType": "Patient", "birthDate": "2008"}}
    born = understand(body(order(), prefetch=year), pathway.exchange.cards, TODAY)
    assert "Date of birth" not in born.text
    assert "The patient's date of birth was not sent as a whole date." in born.unread


def test_only_what_was_selected_counts_and_every_draft_where_nothing_is_set(pathway):
    first, second = order(id="a", note=[{"text": "one"}]), order(id="b", note=[{"text": "two"}])
    both = body(first, second)
    assert len(understand(both, pathway.exchange.cards, TODAY).orders) == 2
    both["context"]["selections"] = ["ServiceRequest/b"]
    assert [one["id"] for one in understand(both, pathway.exchange.cards, TODAY).orders] == ["b"]
    assert is_for_us({"resourceType": "ServiceRequest"}, Cards())


def test_a_summary_never_grows_too_long_and_quotes_are_no_markdown(pathway):
    danger = "Thoughts of suicide. Saddle anaesthesia and urinary retention since yesterday. Child at risk of harm. "
    call = understand(
        body(order(note=[{"text": danger + "Severe depression <b>[x](http://y)*now*</b>."}])), Cards(), TODAY
    )
    made = cards.card(pathway, checked(pathway, *screen(call.text, pathway)), call, number=NUMBER, to=TO)
    assert made is not None
    keeps_the_rules(made)
    assert "<b>" not in made["detail"].replace("\\<", "")
    assert cards.plain("a*b\n_c_") == "a\\*b \\_c\\_"


@pytest.mark.parametrize("number", [
    "943 476 5919", "943 - 476 - 5919", "943\u2013476\u20135919", "943, 476, 5919", "(023) 8059 0000", "03.04.1966",
    "9 4 3 4 7 6 5 9 1 9", "943\u00a0\u2014\u00a0476\n5919",
])  # fmt: skip
def test_a_number_is_left_out_of_a_comment_however_it_is_written(number):
    assert without_numbers(f"See {number}, twice in 2025.") in (
        f"See {LEFT_OUT}, twice in 2025.", f"See ({LEFT_OUT}, twice in 2025."
    )  # fmt: skip


def test_the_prefetch_that_is_asked_for_is_what_is_read(pathway):
    from painpath.exchange.cds.orders import PREFETCH

    assert {name for one in services.services(pathway)["services"] for name in one["prefetch"]} == set(PREFETCH)
