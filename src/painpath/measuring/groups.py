"""In which group of each split a referral stands. Plain functions: a tidy key, never a person's own words.

What is not recorded, or not understood, is `not_known`: a group of its own, and never left out.
"""

import re
from collections.abc import Iterable
from datetime import date

NOT_KNOWN = "not_known"

_LETTERS = re.compile(r"[^a-z]+")

# The five groups of the census in England and Wales, and the codes of the NHS Data Dictionary (Ethnic Category 2001).
_CODES = {
    **dict.fromkeys("ABC", "white"), **dict.fromkeys("DEFG", "mixed"), **dict.fromkeys("HJKL", "asian"),
    **dict.fromkeys("MNP", "black"), **dict.fromkeys("RS", "other"),
}  # fmt: skip
_CHINESE = "R"
_CODES[_CHINESE] = "asian"  # as the census counts since 2011
_WORDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("mixed", frozenset({"mixed", "multiple", "biracial", "dual"})),
    ("asian", frozenset({
        "asian", "indian", "pakistani", "bangladeshi", "chinese", "tamil", "nepali", "nepalese", "sikh", "sinhalese",
        "filipino", "vietnamese", "japanese", "korean", "kashmiri", "punjabi",
    })),
    ("black", frozenset({
        "black", "african", "caribbean", "nigerian", "ghanaian", "somali", "jamaican", "zimbabwean",
    })),
    ("other", frozenset({"arab", "other", "yemeni", "iraqi", "iranian", "kurdish", "turkish"})),
    ("white", frozenset({
        "white", "british", "english", "welsh", "scottish", "irish", "gypsy", "traveller", "roma", "polish", "european",
        "caucasian", "romanian",
    })),
)  # fmt: skip
"""In this order: "White and Black Caribbean" is mixed, "Asian British" is Asian, "Other White background" is white."""
_UNSTATED = frozenset({"unknown", "refused", "declined"})
_ENGLISH = frozenset({"english"})


def ethnicity(words: str) -> str:
    """The group of what the record says: a category's name or code, or a person's own word."""
    code = words.strip()
    if len(code) in (1, 2) and code[:1].upper() in _CODES and (len(code) == 1 or code[1:] in "*1234"):
        return _CODES[code[0].upper()]
    said = set(_LETTERS.sub(" ", words.casefold()).split())
    if not said or said & _UNSTATED or {"not", "stated"} <= said or {"not", "known"} <= said or "prefer" in said:
        return NOT_KNOWN
    found = {group for group, known in _WORDS if said & known}
    if "mixed" in found or ("white" in found and found & {"asian", "black"} and {"and", "white"} <= said):
        return "mixed"
    if "white" in said:
        return "white"
    return next((group for group, _ in _WORDS if group in found), NOT_KNOWN)


def language(words: str) -> str:
    """`english`, `other` or `not_known`."""
    said = set(_LETTERS.sub(" ", words.casefold()).split())
    if not said or said & _UNSTATED or {"not", "stated"} <= said or {"not", "known"} <= said:
        return NOT_KNOWN
    return "english" if said & _ENGLISH or said == {"en"} or {"en", "gb"} == said else "other"


def sex(value: str) -> str:
    """As recorded."""
    return value if value in ("female", "male", "other") else NOT_KNOWN


AGE_BANDS = ("0-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75-84", "85+")


def age_band(born: date | None, on: date) -> str:
    """The band of the age on a day: under 18, 18 to 24, then bands of ten years, 85 and over."""
    if born is None or born > on:
        return NOT_KNOWN
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if age < 18:
        return AGE_BANDS[0]
    return AGE_BANDS[1] if age < 25 else AGE_BANDS[min(2 + (age - 25) // 10, len(AGE_BANDS) - 1)]


def deprivation(decile: int | None) -> str:
    """The fifth: `1` is the most deprived, deciles 1 and 2."""
    return NOT_KNOWN if decile is None else str((decile + 1) // 2)


def communication_need(
    *, needs: Iterable[str], letter_format: str, interpreter: str, words: str, asked: bool
) -> str:  # fmt: skip
    """`needed`, `none`, or `not_known` while nobody has asked."""
    if any(needs) or letter_format not in ("", "standard") or interpreter.strip() or words.strip():
        return "needed"
    return "none" if asked else NOT_KNOWN
