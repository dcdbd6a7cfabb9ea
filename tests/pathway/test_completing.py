"""Versions that an older program kept: they open, with what was written then."""

import json

import pytest

from painpath.pathway import Pathway, PathwayError, complete, encode
from painpath.pathway.crisis import help_now


def old(pathway: Pathway) -> dict:
    """As a program kept it that knew no priorities, no notices and fewer clocks."""
    kept = json.loads(encode(pathway))
    for name in ("priorities", "team", "notices", "messages"):
        del kept[name]
    kept["targets"] = [target for target in kept["targets"] if target["id"] in ("first-look", "decision-told")]
    kept["targets"][0]["due"]["days"] = 9
    for outcome in kept["outcomes"]:
        del outcome["ers"]
        outcome["label"] = f"Then: {outcome['label']}"
    return kept


def test_what_nothing_asked_for_then_is_that_of_the_newest(pathway: Pathway) -> None:
    opened = complete(json.dumps(old(pathway)).encode(), pathway)
    assert (opened.priorities, opened.team, opened.notices) == (pathway.priorities, pathway.team, pathway.notices)
    assert opened.target("look-again") == pathway.target("look-again")
    assert opened.outcome("advise").ers == pathway.outcome("advise").ers


def test_what_was_written_then_stays(pathway: Pathway) -> None:
    kept = old(pathway)
    kept["criteria"] = kept["criteria"][1:]
    opened = complete(json.dumps(kept).encode(), pathway)
    assert opened.target("first-look").days == 9
    assert opened.outcome("advise").label.startswith("Then: ")
    assert len(opened.criteria) == len(pathway.criteria) - 1
    assert opened.letters == pathway.letters


def test_whom_to_call_in_a_crisis_is_always_the_newest(pathway: Pathway) -> None:
    kept = old(pathway)
    kept["signposts"] = [one for one in kept["signposts"] if one["id"] != "relay-uk"]
    samaritans = next(one for one in kept["signposts"] if one["id"] == "samaritans")
    samaritans["ways"][0]["value"] = "08457 90 90 90"
    kept["signposts"][0]["name"] = "Named then"
    opened = complete(json.dumps(kept).encode(), pathway)
    assert help_now(opened) == help_now(pathway)
    assert opened.signposts[0].name == "Named then"


def test_letters_that_nobody_could_write_any_more_are_the_newest(pathway: Pathway) -> None:
    kept = old(pathway)
    kept["letters"]["sections"][0]["body"] = [{"list": "questions"}]
    kept["letters"]["greeting"] = "Good day {addressee},"
    assert complete(json.dumps(kept).encode(), pathway).letters == pathway.letters
    del kept["letters"]["sections"][0]["body"][0]
    kept["letters"]["sections"][0]["body"] = [{"text": "Words of then."}]
    assert complete(json.dumps(kept).encode(), pathway).letters.greeting == "Good day {addressee},"


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff"])
def test_what_is_no_pathway_is_refused(pathway: Pathway, data: bytes) -> None:
    with pytest.raises(PathwayError, match="not a kept pathway"):
        complete(data, pathway)
