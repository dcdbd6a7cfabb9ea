"""Of what a length of time or an age is: whether two on one page are of one thing, or of two.

By words alone: the symptom that is named before the number ("pelvic pain for at least 3 months"), with what qualifies
it. What a page calls pain in one place and pelvic pain in another is one thing; headache and facial pain are two.
"""

import re

from painpath.pathway.drafting.model import Clause, Measure

_SYMPTOM = (
    r"(?:pains?|headaches?|migraines?|symptoms?|fatigue|tiredness|stiffness|swelling|numbness|weakness|dizziness"
    r"|discomfort|problems?|conditions?|complaints?|difficult(?:y|ies)|\w+algia|\w+itis|\w+opathy|sciatica|aches?)"
)
_NAMED = re.compile(
    rf"(?P<before>(?:[\w'’/-]+ ){{0,4}})(?P<symptom>{_SYMPTOM})\b"
    r"(?P<after>(?: (?:in|of|from|around|after|with) [\w ,'’/-]*)?)",
    re.IGNORECASE,
)
_OF = re.compile(r"^\W*(?:(?:history|duration)\W+)?of (?P<what>[\w ,'’/-]+)", re.IGNORECASE)
_SAYS_NOTHING = frozenset(
    re.findall(
        r"\w+",
        "a accept adult adults age aged ages all an and any anyone are as at be been being by child children "
        "chronic client clients clinic complaint complaints condition conditions constant continuing continuous "
        "criteria current daily day days duration eligible every everyone experience experienced experiences "
        "experiencing for frequent from going gone had has have having her his history ill in individual "
        "individuals intermittent into is it its lasted lasting lasts least living long longstanding minimum month "
        "months most much must new nights not of on ongoing or over patient patients people persistent persisting "
        "person present problem problems recurrent refer service should so some somebody someone standing started "
        "still suffer suffering suffers symptom symptoms than that the their them there these they this those time "
        "times to treated under unwell was week weeks were which while who whom whose will with you your",
    )
)
"""Words that do not say what it is that lasts."""


def one_thing(one: Clause, a: Measure, other: Clause, b: Measure) -> bool:
    """Whether two lengths of time, or two ages, are of one thing, as far as the words tell.

    Of two lengths the one's words are among the other's. Where the words name nothing ("at least six months"), the
    heading above is asked; where that names nothing either, it may be the same. An age that stands by itself ("under
    18") is not that of people with a certain condition ("a new headache over 50"). What holds under a condition only is
    another's.
    """
    if (one.only_if or "") != (other.only_if or ""):
        return False
    if a.of == "age":
        return _telling(one.words.partition(a.words)[0]) == _telling(other.words.partition(b.words)[0])
    mine, theirs = subject(one, a), subject(other, b)
    return mine <= theirs or theirs <= mine


def subject(clause: Clause, measure: Measure) -> frozenset[str]:
    """The words that say what lasts so long; none where the clause and its heading name nothing."""
    before, found, after = clause.words.partition(measure.words)
    named = _symptom(before) if found else frozenset[str]()
    if not named and found and (behind := _OF.match(after)):
        named = _symptom(behind["what"]) or _telling(behind["what"])
    asked = re.match(r"how long\b", clause.heading, re.IGNORECASE)
    above = _symptom(clause.heading) or (_telling(clause.heading[8:]) if asked else named)
    return named or (_telling(before) if found else named) or above


def _symptom(words: str) -> frozenset[str]:
    """The last symptom that words name, with what stands beside it."""
    last = next(reversed(list(_NAMED.finditer(words))), None)
    if last is None:
        return frozenset()
    return _telling(" ".join((last["before"], last["symptom"], last["after"])))


def _telling(words: str) -> frozenset[str]:
    every = (one.lower().removesuffix("'s") for one in re.findall(r"[^\W\d_]+(?:['’]s)?", words))
    return frozenset(_singular(one) for one in every if one not in _SAYS_NOTHING)


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "is")) and len(word) > 3 else word
