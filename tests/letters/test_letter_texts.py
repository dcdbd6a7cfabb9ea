"""The letters' texts as data, and the linter that keeps them whole."""

import msgspec
import pytest

from painpath import pathway
from painpath.letters.drafting import draft
from painpath.letters.sample import sample_facts
from painpath.pathway import Pathway
from painpath.pathway.crisis import danger_signs
from painpath.pathway.letters import FIELDS, Block, Field, Letters, banned_words, fields_in, missing_pictures, problems

from .conftest import EVERY_LETTER


def told(letters: Letters) -> str:
    return "\n".join(f"{fault.path}: {fault.message}" for fault in problems(letters))


def with_block(letters: Letters, block: Block) -> Letters:
    first = msgspec.structs.replace(letters.texts[0], opening=(block,))
    return msgspec.structs.replace(letters, texts=(first, *letters.texts[1:]))


def test_the_service_s_texts_have_no_problem(service: Pathway) -> None:
    assert told(service.letters) == ""


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (Block(text="Dear {patient_nam}"), "no field `patient_nam`"),
        (Block(text="On {review_date}."), "`when: review_date`"),
        (Block(text="On {review_date}.", when="condition"), "`when: review_date`"),
        (Block(text="Because {reasons}."), "`list: reasons`"),
        (Block(text="Because {reason}.", when="reason"), "`own_words: reason`"),
        (Block(list="reason"), "`own_words: reason`"),
        (Block(text="An open { brace"), "braces are not right"),
        (Block(text="{patient_name.__class__}"), "braces are not right"),
        (Block(text="{patient_name!r:>20}"), "braces are not right"),
        (Block(text="Your referral was\n rejected."), "`rejected`"),
        (Block(text="Unfortunately, you do not\nmeet our criteria."), "`unfortunately you do not meet`"),
        (Block(list="reasonz"), "no field `reasonz`"),
        (Block(list="patient_name"), "is not a list"),
        (Block(text="Hello", when="revew_date"), "no field `revew_date`"),
        (Block(points=("one", "you are not eligible")), "`not eligible`"),
        (Block(text="both", list="reasons"), "exactly one of"),
        (Block(), "exactly one of"),
    ],
)
def test_what_is_wrong_with_a_block_is_told_at_its_place(service: Pathway, block: Block, said: str) -> None:
    faults = list(problems(with_block(service.letters, block)))
    assert [
        fault for fault in faults if said in fault.message and fault.path[:5] == ("letters", "texts", 0, "opening", 0)
    ]


def test_a_guarded_field_is_no_problem(service: Pathway) -> None:
    assert told(with_block(service.letters, Block(text="On {review_date}.", when="review_date"))) == ""


def test_a_letter_that_is_missing_or_doubled_is_told(service: Pathway) -> None:
    missing = msgspec.structs.replace(service.letters, texts=service.letters.texts[1:])
    assert "one letter for `accept` to `patient`; there are no" in told(missing)
    doubled = msgspec.structs.replace(service.letters, texts=(service.letters.texts[0], *service.letters.texts))
    assert "there are 2" in told(doubled)


@pytest.mark.parametrize("needed", ["crisis", "danger", "contact", "back", "look-again", "change", "why"])
def test_a_not_now_letter_without_a_needed_section_is_told(service: Pathway, needed: str) -> None:
    texts = tuple(
        msgspec.structs.replace(text, sections=tuple(name for name in text.sections if name != needed))
        if (text.outcome, text.audience) == ("not_now", "patient")
        else text
        for text in service.letters.texts
    )
    assert "no section whose purpose is" in told(msgspec.structs.replace(service.letters, texts=texts))


def test_the_reason_is_once_in_every_letter_to_the_gp_and_in_none_to_the_patient(service: Pathway) -> None:
    letters = service.letters
    lost = tuple(
        msgspec.structs.replace(section, body=tuple(block for block in section.body if block.own_words != "reason"))
        for section in letters.sections
    )
    faults = told(msgspec.structs.replace(letters, sections=lost))
    assert faults.count("Put `own_words: reason` in once") == sum(text.audience == "gp" for text in letters.texts)
    for_all = tuple(
        msgspec.structs.replace(section, body=(*section.body, Block(own_words="reason")))
        if section.id == "crisis"
        else section
        for section in letters.sections
    )
    faults = told(msgspec.structs.replace(letters, sections=for_all))
    assert faults.count("The clinician's reason is for the GP") == sum(
        text.audience == "patient" for text in letters.texts
    )


def test_unknown_unused_and_doubled_sections_are_told(service: Pathway) -> None:
    letters = service.letters
    lost = msgspec.structs.replace(letters.sections[0], id="nobody-uses-me")
    assert "No letter uses the section `nobody-uses-me`" in told(
        msgspec.structs.replace(letters, sections=(*letters.sections, lost))
    )
    assert "used twice" in told(msgspec.structs.replace(letters, sections=(letters.sections[0], *letters.sections)))
    assert f"There is no section `{letters.sections[0].id}`" in told(
        msgspec.structs.replace(letters, sections=letters.sections[1:])
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("REJECTED", ["rejected"]),
        ("you failed", ["failed"]),
        ("not\n  eligible", ["not eligible"]),
        ("the failedness of projected things", []),
        ("uneligible, injected", []),
    ],
)
def test_banned_words_are_whole_words_in_any_case(text: str, found: list[str]) -> None:
    assert banned_words(text) == found


def test_fields_are_read_without_evaluating_anything() -> None:
    assert fields_in("{patient_name} and {{not a field}} {team}") == ["patient_name", "team"]
    with pytest.raises(ValueError, match="more than the name"):
        fields_in("{patient_name[0]}")


@pytest.mark.parametrize(("name", "field"), FIELDS.items())
def test_every_field_has_a_value_in_some_sample_letter(service: Pathway, name: str, field: Field) -> None:
    if field.kind == "own":
        block = Block(own_words="reason", when=name)
    else:
        block = Block(list=name) if field.kind == "list" else Block(text="<{" + name + "}>", when=name)
    texts = tuple(msgspec.structs.replace(text, opening=(block,)) for text in service.letters.texts)
    trial = msgspec.structs.replace(service, letters=msgspec.structs.replace(service.letters, texts=texts))
    found = []
    for outcome, audience in EVERY_LETTER:
        facts = sample_facts(service, outcome, locality="southampton")
        # Accepted, or accepted as soon as the GP refers: no letter is both.
        both = [facts, msgspec.structs.replace(facts, awaits_referral=outcome == "accept")]
        found += [draft(one, audience, trial).opening for one in both]
    assert any(found)
    assert not field.always or all(found)


def test_every_letter_to_a_patient_has_the_one_list_of_the_signs_of_an_emergency(service: Pathway) -> None:
    for outcome, audience in EVERY_LETTER:
        made = draft(sample_facts(service, outcome), audience, service)
        items = {part.items for one in made.sections if one.purpose == "danger" for part in one.parts}
        assert (danger_signs(service) in items) == (audience == "patient"), (outcome, audience)


def test_every_purpose_has_one_picture_and_every_picture_a_file(service: Pathway) -> None:
    letters, folder = service.letters, pathway.find(service.name)
    assert not list(missing_pictures(letters, folder))
    one = msgspec.structs.replace(letters.pictures[0], picture="unicorn")
    fault = next(missing_pictures(msgspec.structs.replace(letters, pictures=(one,)), folder))
    assert "There is no file `pictures/unicorn.svg`" in fault.message
    twice = msgspec.structs.replace(letters, pictures=(*letters.pictures[1:], letters.pictures[-1]))
    assert f"one picture for the purpose `{letters.pictures[0].purpose}`; there are no." in told(twice)
    assert f"one picture for the purpose `{letters.pictures[-1].purpose}`; there are 2." in told(twice)


def test_easy_words_leave_out_nothing_that_is_particular_to_a_letter(service: Pathway) -> None:
    letters = service.letters
    at = next(number for number, one in enumerate(letters.sections) if one.id == "change")
    usual = letters.sections[at]

    def with_easy(*blocks: Block) -> Letters:
        sections = [*letters.sections]
        sections[at] = msgspec.structs.replace(usual, plain_easy=blocks)
        return msgspec.structs.replace(letters, sections=tuple(sections))

    assert told(with_easy(*usual.body)) == ""
    assert "The usual words hold `changes`, `condition`, `watcher`, and the easy ones do not" in told(
        with_easy(Block(text="On {review_date}.", when="review_date"))
    )
    assert "no field `when_again`" in told(with_easy(*usual.body, Block(text="{when_again}")))
