"""People's groups: a tidy key of whatever stands on the record."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from painpath.measuring import groups


@pytest.mark.parametrize(
    ("words", "group"),
    [
        ("White - British", "white"), ("white british", "white"), ("A", "white"),
        ("Any other White background", "white"), ("Polish", "white"), ("Gypsy or Irish Traveller", "white"),
        ("Mixed White and Asian", "mixed"), ("White and Black African", "mixed"), ("F", "mixed"),
        ("Any other mixed background", "mixed"),
        ("Asian or Asian British: Pakistani", "asian"), ("Chinese", "asian"), ("R", "asian"), ("h", "asian"),
        ("British Indian", "asian"), ("Any other Asian background", "asian"),
        ("Black British", "black"), ("Black or Black British - Caribbean", "black"), ("N", "black"),
        ("Arab", "other"), ("Any other ethnic group", "other"), ("S", "other"),
        ("", "not_known"), ("Not stated", "not_known"), ("Z", "not_known"), ("Unknown", "not_known"),
        ("Prefer not to say", "not_known"), ("Martian", "not_known"), ("99", "not_known"),
    ],
)  # fmt: skip
def test_ethnicity_is_one_of_the_five_groups_of_the_census(words, group):
    assert groups.ethnicity(words) == group


@pytest.mark.parametrize(
    ("words", "group"),
    [("English", "english"), (" ENGLISH ", "english"), ("en", "english"), ("en-GB", "english"), ("Polish", "other"),
     ("British Sign Language", "other"), ("", "not_known"), ("not known", "not_known")],
)  # fmt: skip
def test_language_is_english_another_or_not_known(words, group):
    assert groups.language(words) == group


UNHURRIED = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@UNHURRIED
@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.dates(date(2015, 1, 1), date(2030, 1, 1)))
def test_the_age_is_in_its_band(born, on):
    band = groups.age_band(born, on)
    if born > on:
        assert band == "not_known"
        return
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    low, _, high = band.replace("+", "-999").partition("-")
    assert int(low) <= age <= int(high)
    assert band in groups.AGE_BANDS


@UNHURRIED
@given(st.lists(st.sampled_from("whitebrsklanmx -;'éZ9"), max_size=30).map("".join))
def test_no_words_of_anybody_become_a_key(words):
    assert groups.ethnicity(words) in {"white", "mixed", "asian", "black", "other", "not_known"}
    assert groups.language(words) in {"english", "other", "not_known"}


def test_fifths_and_needs():
    assert [groups.deprivation(one) for one in (1, 2, 3, 10, None)] == ["1", "1", "2", "5", "not_known"]
    asked = {"needs": [], "letter_format": "standard", "interpreter": "", "words": "", "asked": True}
    assert groups.communication_need(**asked) == "none"
    assert groups.communication_need(**asked | {"asked": False}) == "not_known"
    for one in ({"needs": ["bsl"]}, {"letter_format": "braille"}, {"interpreter": "Polish"}, {"words": "Rings back"}):
        assert groups.communication_need(**asked | one | {"asked": False}) == "needed"
