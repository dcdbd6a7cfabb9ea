"""A number that an address or a hidden field brings is a number, or nothing: never an error of the program."""

import pytest

from painpath.web.numbers import whole_number


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("0", 0),
        ("17", 17),
        ("9" * 18, 10**18 - 1),
        ("9" * 5000, None),
        ("²", None),
        ("٣", None),
        ("-1", None),
        ("", None),
    ],
)
def test_what_is_no_number_of_a_row_is_none(given, number):
    assert whole_number(given) == number
