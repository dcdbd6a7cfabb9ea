"""Days, lengths of time, and what a letter says it is about."""

from datetime import date

import nhs_number
import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.reading import patient
from painpath.reading.ages import ages
from painpath.reading.dates import days, years_between
from painpath.reading.durations import durations

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("words", "iso"),
    [
        ("11-Sep-2025", "2025-09-11"),
        ("30.11.62", "1962-11-30"),
        ("22/10/25", "2025-10-22"),
        ("9 April 2008", "2008-04-09"),
        ("14th November 2025", "2025-11-14"),
        ("2025-09-11", "2025-09-11"),
        ("2/2/1986", "1986-02-02"),
        ("3.ii.1953", "1953-02-03"),
        ("14.vii.2025", "2025-07-14"),
        ("9th of the 6th 1948", "1948-06-09"),
        ("25th April '25", "2025-04-25"),
    ],
)
def test_days(words: str, iso: str) -> None:
    assert [found.day.isoformat() for found in days(words, 0, len(words), latest=DAY)] == [iso]


@pytest.mark.parametrize("words", ["31/02/2020", "BP 131/82", "co-codamol 30/500", "6/12", "1.2.3.4"])
def test_no_days(words: str) -> None:
    assert list(days(words, 0, len(words), latest=DAY)) == []


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("pain for 6/12", 6),
        ("pain for 3/52", 1),
        ("18 months", 18),
        ("for ten weeks", 2),
        ("for the last two years", 24),
        ("duration: 3y 4m", 36),
        ("since her fall in 2019", 78),
        ("since may", 6),
        ("for many years", 24),
        ("a six-month history", 6),
        ("over 12 weeks", 3),
        ("18mths", 18),
        ("2½ years", 30),
        ("twenty-five years", 300),
        ("since about july", 4),
        ("since march last year", 20),
        ("since the autumn of 2022", 42),
        ("since the spring", 7),
        ("crush injury in '16", 114),
        ("1998 to date", 330),
        ("for the past year", 24),
        ("for as long as she can remember", 24),
        ("since she was 20", 24),
        ("began last week", 0),
        ("for a fortnight", 0),
    ],
)
def test_durations(words: str, months: int) -> None:
    found = [round(length) for length, *_ in durations(words, 0, len(words), DAY)]
    assert found[:1] == [months]


@pytest.mark.parametrize(
    "words",
    [
        "aged 19",
        "a 62 year old lady",
        "in 3 weeks",
        "every 2 days",
        "i am obliged",
        "nrs 5/10",
        "review in about 6 weeks",
    ],
)
def test_no_durations(words: str) -> None:
    assert list(durations(words, 0, len(words), DAY)) == []


@pytest.mark.parametrize(
    ("words", "longer"), [("more than 3 months", True), (">12/52", True), ("under 3 months", False)]
)
def test_the_page_s_three_months(words: str, longer: bool) -> None:
    assert [length > 3 for length, *_ in durations(words, 0, len(words), DAY)] == [longer]


def _ages(words: str) -> list[int]:
    line = patient.patient_line(words)
    born = patient.date_of_birth(words, today=DAY, near=line)
    return [age.years for age in ages(words, born=born, line=line, written_on=DAY, today=DAY)]


@pytest.mark.parametrize(
    ("words", "years"),
    [
        ("Re: Ann Other  F 29   999 233 8019", 29),
        ("pt 999 905 3316 - Mr Tom Other - 69", 69),
        ("Ann Other 33F 999 917 2286", 33),
        ("Born        1981\nNHS         999 662 1094", 44),
        ("her date of birth is the third of March nineteen eighty five", 40),
        ("Birthday: 29/12/2008    (age at clinic: 17y 8m)", 17),
        ("Name: Ann Other       Age: 62      NHS: 999 323 7708", 62),
        ("Client: Tom Other   Age at review: 83   NHS No: 999 559 0342   Review: 30th June 2025", 83),
        ("Tom Other (999 605 4419,\n57 years young).", 57),
        ("I will be 63 in August.", 62),
        ("She'll be 18 in October.", 17),
        ("He has just turned 18.", 18),
        ("Thank you for seeing this forty-five year old lady.", 45),
        ("This gentleman of 72 has sore knees.", 72),
        ("Freya's only sixteen; the GP said to try.", 16),
        ("This lady in her seventies.", 70),
        ("She's 16 and doing her GCSEs.", 16),
        ("Mrs P, a pensioner of 81, has bad knees.", 81),
        ("Tom Other m54 999 605 4419 walk in", 54),
        ("~ Mx Ann Other ~ 22 ~ they/them ~ 999 605 4419 ~", 22),
        ("Mrs Ann Other. 59. NHS no. 999 605 4419.", 59),
        ("Mrs Ann Other who is 77 was brought by her daughter", 77),
        ("DOB / Age:    19-Jan-1983 / 43y", 43),
    ],
)
def test_ages(words: str, years: int) -> None:
    assert _ages(words)[:1] == [years]


@pytest.mark.parametrize(
    "words",
    [
        "when she was 14 she fell",
        "her mother, who is 83, drives",
        "His 9 year old daughter helps.",
        "two children, aged 6 and 9",
        "a 3 year old MRI",
        "She is 20 weeks pregnant.",
        "He is 6 ft 3.",
        "pain 7 out of 10",
        "She is 50 kg.",
        "He is 12 weeks into his course.",
    ],
)
def test_no_ages(words: str) -> None:
    assert _ages(words) == []


def test_a_number_on_the_other_side_of_eighteen_than_the_date_of_birth_is_a_child_s() -> None:
    assert _ages("DOB 01/02/1980. She is a carer to one boy. He is 14.") == [46]


def test_age_turns_on_the_birthday() -> None:
    assert years_between(date(2008, 11, 23), DAY) == 18
    assert years_between(date(2008, 11, 24), DAY) == 17


@pytest.mark.parametrize(("digits", "valid"), [("9434765919", True), ("9434765918", False), ("9990000000", False)])
def test_modulus_11(digits: str, valid: bool) -> None:
    assert patient.valid_nhs_number(digits) is valid


@pytest.mark.parametrize(
    ("words", "born"),
    [
        ("Re: Ann Other  Birthday: 29/12/2007  NHS 999 605 4419", "2007-12-29"),
        ("Re: Ann Other 12.09.81 NHS No. 999 771 2054", "1981-09-12"),
        ("Client: Ann Other  NHS 999 605 4419  Review: 30th June 2020", None),
        ("Re: Ann Other NHS 999 605 4419 seen on 3/4/2019, DOB 01.02.1960", "1960-02-01"),
        ("Re: Ann Other NHS 999 605 4419 clinic Tuesday 3/4/2019", None),
        ("Re: Ann Other NHS 999 605 4419\nHer son was born on 3/4/2019.", None),
        ("Date of birth ...... 26 June 1966", "1966-06-26"),
    ],
)
def test_the_date_of_birth_is_no_day_of_the_clinic_and_no_child_s(words: str, born: str | None) -> None:
    found = patient.date_of_birth(words, today=DAY, near=patient.patient_line(words))
    assert (found.value if found else None) == born


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Name: Mrs Ann Other     Age: 66    NHS No: 999 605 4419", "Mrs Ann Other"),
        ("PATIENT Mr Tom Other  DATE OF BIRTH 04/04/1937", "Mr Tom Other"),
        ("Patient: OTHER, Ann Mae\nSex: F\nDOB: 30-Jan-2009", "Ann Mae OTHER"),
        ("Patient name:   OTHER, Ann (Mrs)\nDate of birth:   02-Feb-1979   Age: 46y", "Mrs Ann OTHER"),
        ("Patient ID: 999 593 8861 / OTHER, Tom / male / 31 yrs", "Tom OTHER"),
        ("Surname: OTHER     Forename: Ann     Title: Mrs\nDOB: 26/09/1953", "Ann OTHER"),
        ("Community MSK Hub\nref: 999 019 6683\n\nDear all\n\nMr Tom Other (DOB 17.10.1994), joiner", "Mr Tom Other"),
        ("RE  Winston St. Clair-Other   M   68   nhs 999 678 1094", "Winston St. Clair-Other"),
        ("Dear Dr Keen\nMrs Ann Other came with her son.\nNHS number 999 305 8842", "Mrs Ann Other"),
        ("Pain Clinic\nNHS number 999 305 8842", None),
    ],
)
def test_names(words: str, name: str | None) -> None:
    found = patient.name(words, patient.patient_line(words))
    assert (found.value if found else None) == name


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Quay Surgery                          12 Oct 2025\nRe: Ann Other", "2025-10-12"),
        ("Written ............ 05.06.25\nSummary", "2025-06-05"),
        ("DATE SENT: 05/08/2025", "2025-08-05"),
        ("To: pain service.  Date: Mon 3 Nov 25", "2025-11-03"),
        ("Consultant: Dr B Keen\nClinic: General neurology, Tues PM, 9 Sept 2025", "2025-09-09"),
        ("Sent from GP visit template 16/06/2025 18:47", "2025-06-16"),
        ("Dear Dr\nYour parting\nletter of 6 March 2018 said that there was no more to do", None),
    ],
)
def test_the_day_of_the_letter(words: str, day: str | None) -> None:
    found = patient.letter_date(words, today=DAY, born=None)
    assert (found.value if found else None) == day


LETTER = """Saltcastle Road Surgery, Portsmouth PO29 1AA
Date: 3 November 2026
UBRN 0000 9990 0101

Re: Mrs Ada Quillfeather   DOB 01/02/1960   NHS 943 476 5919
4 Mill Rise, Portsmouth PO29 6TJ

Dear Pain Team

Her husband (NHS 943 476 5870) drives.

Yours sincerely

Dr B Tregunna
"""


def test_what_a_letter_says_it_is_about() -> None:
    line = patient.patient_line(LETTER)
    born = patient.date_of_birth(LETTER, today=DAY, near=line)
    found = {
        "name": patient.name(LETTER, line),
        "born": born,
        "nhs": patient.nhs_number(LETTER),
        "postcode": patient.postcode(LETTER, line),
        "ubrn": patient.ubrn(LETTER),
        "practice": patient.practice(LETTER),
        "referrer": patient.referrer(LETTER),
        "date": patient.letter_date(LETTER, today=DAY, born=born),
    }
    assert {key: value.value for key, value in found.items() if value} == {
        "name": "Mrs Ada Quillfeather",
        "born": "1960-02-01",
        "nhs": "9434765919",
        "postcode": "PO29 6TJ",
        "ubrn": "000099900101",
        "practice": "Saltcastle Road Surgery",
        "referrer": "Dr B Tregunna",
        "date": "2026-11-03",
    }


def test_a_letter_that_states_nothing() -> None:
    line = patient.patient_line("Dear Doctor")
    assert line is None
    assert patient.name("Dear Doctor", line) is None
    assert patient.letter_date("Dear Doctor", today=DAY, born=None) is None


@given(st.integers(0, 10**10 - 1).map(lambda number: f"{number:010d}"))
def test_our_modulus_11_is_the_published_one(digits: str) -> None:
    """Beside the package `nhs-number`, which carries the published test vectors; it knows ranges too, we do not."""
    assert patient.valid_nhs_number(digits) is (nhs_number.calculate_checksum(digits[:9]) == int(digits[9]))
