"""Inside, outside, or not stated: nobody is outside by silence, and no beginning of a postcode takes in another."""

import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.screening.catchment import Where, of_postcode, of_practice, together

INSIDE, OUTSIDE, SILENT = Where.INSIDE, Where.OUTSIDE, Where.NOT_STATED


@pytest.mark.parametrize(
    ("found", "where"),
    [
        ((), SILENT),
        ((INSIDE,), INSIDE), ((OUTSIDE,), OUTSIDE), ((SILENT,), SILENT),
        ((INSIDE, INSIDE), INSIDE), ((INSIDE, OUTSIDE), INSIDE), ((INSIDE, SILENT), INSIDE),
        ((OUTSIDE, OUTSIDE), OUTSIDE), ((OUTSIDE, SILENT), SILENT), ((SILENT, SILENT), SILENT),
    ],
)  # fmt: skip
def test_the_truth_table(found, where):
    assert together(found) == together(found[::-1]) == where


def test_a_contract_that_nobody_knows_of_says_nothing():
    assert [of_practice(known) for known in (True, False, None)] == [INSIDE, OUTSIDE, SILENT]


@pytest.mark.parametrize(
    ("named", "postcode", "where"),
    [
        ("PO", "PO7 5AB", INSIDE), ("po", "po75ab", INSIDE), ("P", "PO7 5AB", OUTSIDE), ("PO", "P07 5AB", OUTSIDE),
        ("S", "SO14 3AB", OUTSIDE), ("SO1", "SO14 3AB", OUTSIDE), ("SO14", "SO1 4AB", OUTSIDE),
        ("SO14", "SO14 3AB", INSIDE), ("SO14", "SO143AB", INSIDE), ("SO14", " so14  3ab ", INSIDE),
        ("EC1", "EC1A 1BB", INSIDE), ("EC1A", "EC1A 1BB", INSIDE), ("EC1A", "EC1R 1BB", OUTSIDE),
        ("SO14 3", "SO14 3AB", INSIDE), ("SO14 3", "SO14 4AB", OUTSIDE), ("SO14 3AB", "SO14 3AB", INSIDE),
        ("SO14 3AB", "SO14 3AD", OUTSIDE), ("SO1 4", "SO14 3AB", OUTSIDE),
        # too short to tell, or no postcode at all
        ("SO14 3", "SO14", SILENT), ("SO14", "SO14", INSIDE), ("SO", "SO", SILENT), ("SO14", "", SILENT),
        ("SO14", "SO14 3A", SILENT), ("SO14", "not known", SILENT),
        # of no fixed abode, which the NHS writes so
        ("SO14", "ZZ99 3VZ", SILENT), ("ZZ", "ZZ99 3VZ", SILENT),
        # what the page names and nobody can match
        ("Hampshire", "SO14 3AB", SILENT), ("", "SO14 3AB", SILENT),
    ],
)  # fmt: skip
def test_beginnings_of_postcodes(named, postcode, where):
    assert of_postcode([named], postcode) == where


def test_one_of_several_is_enough_and_one_that_cannot_be_read_leaves_it_open():
    assert of_postcode(["PO", "SO14"], "SO14 3AB") == INSIDE
    assert of_postcode(["PO", "GU"], "SO14 3AB") == OUTSIDE
    assert of_postcode(["PO", "the Isle of Wight"], "SO14 3AB") == SILENT
    assert of_postcode(["the Isle of Wight", "SO"], "SO14 3AB") == INSIDE
    assert of_postcode([], "SO14 3AB") == SILENT


AREA = st.from_regex(re.compile(r"[A-Y]{1,2}", re.ASCII), fullmatch=True)
DISTRICT = st.from_regex(re.compile(r"[1-9][0-9A-Z]?", re.ASCII), fullmatch=True)
INWARD = st.from_regex(re.compile(r"[0-9][A-Z]{2}", re.ASCII), fullmatch=True)


@given(AREA, DISTRICT, INWARD, AREA, DISTRICT)
def test_every_postcode_is_of_its_own_area_district_and_sector_and_of_no_other(area, district, inward, other, number):
    whole = f"{area}{district} {inward}"
    for named in (area, f"{area}{district}", f"{area}{district} {inward[0]}", whole, whole.lower()):
        assert of_postcode([named], whole) == INSIDE
    assert (of_postcode([other], whole) == INSIDE) == (other == area)
    if other != area or number not in (district, district.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")):
        assert of_postcode([f"{other}{number}"], whole) == OUTSIDE


@given(st.text(max_size=12), st.lists(st.text(max_size=12), max_size=3))
def test_no_text_breaks_it_and_silence_is_never_outside(text, named):
    of_postcode(named, text)
    assert of_postcode(named, "") == SILENT
    for one, two in product(Where, Where):
        assert together((one, two)) != OUTSIDE or {one, two} == {OUTSIDE}
