"""Letters as plain text and as text for e-RS."""

from typing import Any

import msgspec
import pytest

from painpath.letters.drafting import draft
from painpath.letters.drafts import Draft
from painpath.letters.errors import LetterError
from painpath.letters.sample import sample_facts
from painpath.letters.text import ERS_LIMIT, ers_text, render_text
from painpath.pathway import Pathway

from .conftest import OUTCOMES


def gp_letter(service: Pathway, own_words: str) -> Draft:
    return draft(msgspec.structs.replace(sample_facts(service, "advise"), words_to_gp=own_words), "gp", service)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_plain_text_holds_the_whole_letter_in_order(service: Pathway, outcome: Any) -> None:
    made = draft(sample_facts(service, outcome, locality="southampton"), "patient", service)
    text = render_text(made)
    wanted = [made.service, *made.address, "23 November 2026", made.greeting, made.heading]
    for section in made.sections:
        wanted += [section.heading, *(words for part in section.parts for words in (part.text, *part.items) if words)]
    wanted += [made.closing, made.signatory.name, made.signatory.registration, made.signatory.contact, *made.copied_to]
    place = 0
    for words in wanted:
        place = text.index(words, place) + len(words)


def test_text_for_ers_is_taken_up_to_the_limit_and_refused_beyond_never_cut(service: Pathway) -> None:
    room = ERS_LIMIT - len(ers_text(gp_letter(service, "x"))) + 1
    full = ers_text(gp_letter(service, "x" * room))
    assert len(full) == 8_000
    assert "x" * room in full
    with pytest.raises(
        LetterError, match=r"at most 8,000 characters and this text has 8,001.*shorten your own words by 1"
    ):
        ers_text(gp_letter(service, "x" * (room + 1)))


def test_a_patient_s_letter_does_not_go_into_ers(service: Pathway) -> None:
    with pytest.raises(LetterError, match="Only the letter to the GP"):
        ers_text(draft(sample_facts(service, "advise"), "patient", service))
