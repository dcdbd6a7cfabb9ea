"""The parts of a clause's own words: what stands in parentheses, exceptions, conditions, examples."""

import re
from typing import NamedTuple

_PARENTHESIS = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
_EXCEPTS = re.compile(
    r"^\W*(?:except|exclud|unless|apart from|other than|with the exception|save for|but not|not including|although"
    r"|however|case[- ]by[- ]case|on a case|in exceptional|at the discretion"
    r"|can be|[\w -]{1,40} can (?:still )?be (?:referred|seen|accepted|considered)\b"
    r"|(?:[\w ]{1,24} )?may (?:still )?(?:be|choose)\b"
    r"|or \d|or (?:if|under|over|above|below))",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(
    r"\b(?:unless|except(?:ing)?(?: for| that| where| when| if)?\b|apart from"
    r"|other than\b(?= (?:in|for|where|when|if|by))"
    r"|with the exception of|exclud(?:ing|es)\b|not including"
    r"|(?:(?:to be )?(?:reviewed|considered|discussed|accepted|assessed|seen) )?(?:on (?:a )?)?case[- ]by[- ]case"
    r"|(?:only )?in exceptional (?:cases|circumstances)|at the (?:team's |clinician's )?discretion"
    r"|may (?:still )?be considered|(?<=can )only be (?:re-?)?(?:referred"
    r"|seen|accepted)(?: again)? (?:if|when|where|once)"
    r")[^.;]*",
    re.IGNORECASE,
)
_EXCLUDED = re.compile(r",\s*(?P<part>[^,;.]+ (?:excluded|excepted))\b", re.IGNORECASE)
_OCCASIONAL = re.compile(
    r"\b[^.]*\b(?:occasional|exceptional|case[- ]by[- ]case)\b[^.]*"
    r"|(?:please )?re-?refer\b[^.]*\b(?:when|once|if|after)\b[^.]*|(?:we|they|these|it|please|patients"
    r"|people)\b[^.]*\b(?:consider|refer|re-?refer|accept|see"
    r"|seen)\w*\b[^.]*"
    r"\b(?:when|once|if|after|until)\b[^.]*",
    re.IGNORECASE,
)
"""A sentence after the clause's own that opens the door again: "We will consider them once the results are known"."""
_ONLY_IF = re.compile(
    r"\b(?:only (?:if|where|when)|but only|if (?:it|this|they|these|there|under|the)\b"
    r"|(?:(?<=, )|^)(?:if|where|when) (?:already )?(?:done|eligible"
    r"|known|available|relevant|applicable|possible|appropriate|taken)\b"
    r"|provided(?: that)?|as long as"
    r"|where (?:there|the|this|it|these|pain|no)\b|where (?:\w+ ){1,3}(?:is|are)\b"
    r"|(?:which|that) (?:would|is|are|will|may|could) (?:prevent|interfere|stop|limit|be|a barrier|likely)"
    r"|which (?:is|are|would)\b|(?:likely|expected) to (?:get in the way|interfere|prevent)|(?:so"
    r"|too) .{0,40}\bto engage)"
    r"[^.;(),]*",
    re.IGNORECASE,
)
_FOR_ONLY = re.compile(r"^for (?:an?|the|our|any) [\w -]+(?=,)", re.IGNORECASE)
_ADVICE = re.compile(
    r"^(?:(?:the|our) (?:[\w-]+ ){0,3}(?:clinic|service|team|unit)\b|please\b|see\b|refer to\b"
    r"|this includes\b|for example\b|e\.g|note\b"
    r"|[\w ]*management by\b)|\bplease (?:refer|contact|see)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z(\"“])")
_SHORT_FORMS = re.compile(r"\b(?:e\.g|i\.e|etc|Dr|Mr|Mrs|approx|incl|vs|No)\.$")


class Parts(NamedTuple):
    """What a clause is made of, beside its main words."""

    exception: str | None
    only_if: str | None
    asides: tuple[str, ...]
    hidden: list[str]
    """Everything in which a number asks nothing of its own: parentheses, and an exception outside them."""


def parts(words: str) -> Parts:
    """Take a clause apart. Every part is a piece of its words, letter by letter."""
    parentheses = _PARENTHESIS.findall(words)
    exceptions = [one[1:-1].strip() for one in parentheses if _EXCEPTS.match(one)]
    asides = tuple(one[1:-1].strip() for one in parentheses if not _EXCEPTS.match(one))
    hidden = list(parentheses)
    bare = words
    for one in parentheses:
        bare = bare.replace(one, "\0" * len(one), 1)
    outside = exception_in(bare)
    if outside and not exceptions:
        hidden.append(outside)
    held = exceptions[0] if exceptions else outside
    if held is None and (aside := next((one for one in asides if _EXCEPTION.search(one)), None)):
        held, asides = aside, tuple(one for one in asides if one != aside)
    condition = (
        _FOR_ONLY.match(bare)
        or _ONLY_IF.search(bare, 1)
        or next((found for one in asides if (found := re.match(_ONLY_IF.pattern, one, re.IGNORECASE))), None)
    )
    only_if = condition[0].replace("\0", "").strip(" ,") if condition else None
    if only_if and held and (only_if in held or held in only_if):
        only_if = None
    return Parts(held or None, only_if or None, tuple(one for one in asides if one and one != only_if), hidden)


def exception_in(bare: str) -> str | None:
    """The exception of a clause outside its parentheses (which stand as NUL signs in it)."""
    if found := _EXCLUDED.search(bare):
        return found["part"].strip()
    found_ = _EXCEPTION.search(bare)
    if found_ is None or found_.start() == 0 or not bare[: found_.start()].strip(" \0"):
        sentence = next((one for one in sentences(bare)[1:] if _OCCASIONAL.match(one)), None)
        return sentence.replace("\0", "").strip() if sentence else None
    sentence = next((one for one in sentences(bare) if found_[0].rstrip() in one), "")
    words = sentence if sentence and bare.find(sentence) > 0 and len(sentences(bare)) > 1 else found_[0]
    return words.split("\0")[0].strip(" ,") or None


def sentences(words: str) -> list[str]:
    """The sentences of a paragraph; "e.g." and its like end none."""
    found: list[str] = []
    for piece in _SENTENCE.split(words):
        if found and _SHORT_FORMS.search(found[-1]):
            found[-1] += " " + piece
        else:
            found.append(piece)
    return [one for one in (piece.strip() for piece in found) if one]


def condition_in(words: str) -> str | None:
    """The condition under which a whole list holds: "any one of these, provided that it would interfere"."""
    found = _ONLY_IF.search(words, 1)
    return (
        found[0].strip(" ,:")
        if found and re.match(r"only|but only|provided|as long|if it", found[0], re.IGNORECASE)
        else None
    )


def adds_exception(words: str) -> bool:
    """Whether a bullet under another says when that one does not hold."""
    return bool(
        _EXCEPTS.match(words)
        or re.search(r"\b(?:may|can|will|could) (?:still )?be (?:considered|accepted|seen)\b", words)
    )


def adds_advice(words: str) -> bool:
    """Whether a bullet under another is advice on it and asks nothing of its own."""
    return bool(_ADVICE.search(words))
