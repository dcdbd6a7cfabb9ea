"""Whom a finding is about where no phrase can say it: a relative for whom a pronoun stands, or who owns what is named.

"Her husband came too. He has dementia": in a letter about a woman, "he" is whoever of that sex was named last. Only
where that is a relative, a carer or a friend is he the one; after a doctor nothing is said. "She is waiting for her
husband's MRI": the possessive stands inside the words that were found. "Her partner (alcohol dependent)", "her son,
who is psychotic": what follows a person directly in brackets or after "who" is that person's.

Dangers are not asked: what is said of a relative may endanger the patient.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

from painpath.pathway.vocabulary import Context
from painpath.reading.model import Sentence
from painpath.reading.patient import patient_line

FOLLOWED = 3
"""Sentences after which a pronoun is no longer taken for the person named before."""
CLEAR = 0.4
"""The share of the pronouns of a letter that must be of the patient's sex, or nothing is known of it."""

_MEANT = Context(id="relative-meant", tag="family", why="about a relative", phrases=(), comment="Found by its place.")

Trigger = tuple[Context, tuple[int, int, int, tuple[tuple[int, int], ...]]]
"""As `context.Trigger`, which needs the lexicon."""

_MALE, _FEMALE, _EITHER = "m", "f", "mf"
_RELATIVES = {
    _MALE: "husband father dad brother son uncle nephew grandad grandfather grandson boyfriend stepdad stepfather"
    " stepson fiance brothers sons",
    _FEMALE: "wife mother mum mam mom sister daughter aunt niece gran nan nana grandma grandmother granddaughter"
    " girlfriend stepmum stepmother stepdaughter fiancee sisters daughters",
    _EITHER: "partner spouse parents cousin twin child children baby toddler grandchild grandchildren carer friend"
    " neighbour flatmate housemate lodger workmate",
}
_OTHERS = (
    "dr mr doctor gp surgeon surgeons consultant nurse physio physiotherapist osteopath chiropractor registrar"
    " specialist therapist psychologist psychiatrist counsellor rheumatologist neurologist neurosurgeon anaesthetist"
    " oncologist radiologist pharmacist colleague colleagues solicitor employer boss manager midwife dentist optician"
)
_PRONOUNS = {_MALE: "he him his himself", _FEMALE: "she her hers herself"}
_OWNING = "his her their my"
_REPORTS = (
    "says said reports reported states stated tells told feels felt thinks thought describes notes noticed confirms"
    " confirmed adds asks asked wants wanted wonders insists requests brought brings drives drove helps helped rang"
    " found believes worries worried concerned convinced keen supportive happy came comes accompanied attended attends"
    " does cares supports understands agrees"
)
_TOWARDS = "for with to on at"
_VOICES = (
    "wish wishes insistence request requests advice encouragement behest suggestion idea opinion view views efforts"
    " concern concerns behalf help support"
)
_AUXILIARY = "is was has will also would can had very quite and often usually kindly"

WORDS = tuple(
    " ".join(
        (
            *_RELATIVES.values(),
            _OTHERS,
            *_PRONOUNS.values(),
            _OWNING,
            _REPORTS,
            _TOWARDS,
            _AUXILIARY,
            "who whose with own",
        )
    ).split()
)
"""Words that a vocabulary must know for this."""

_TITLED = re.compile(r"\b(?:(?P<m>Mr|MR|Master)|(?P<f>Mrs|MRS|Miss|MISS|Ms|MS))\b")
_SEX = re.compile(
    r"\b(?:this|years?[ -]old|y(?:r|/)?o)\b[^.\n]{0,60}?"
    r"\b(?:(?P<m>gentleman|man|boy|male|lad|chap)|(?P<f>lady|woman|girl|female))\b",
    re.IGNORECASE,
)


class _Person(NamedTuple):
    at: int
    """The place of its word, in codes."""
    sex: str
    """Of the words that may stand for it."""
    kind: str
    """`pronoun`, `relative` or `other`."""


class People:
    """The words for people in the codes of one vocabulary."""

    def __init__(self, code: Callable[[str], str | None]) -> None:
        def of(words: str) -> str:
            return "".join(known for word in words.split() if (known := code(word)))

        self.owner, self.own = code("'s") or "", code("own") or ""
        self._kinds: dict[str, tuple[str, str]] = dict.fromkeys(of(_OTHERS), (_EITHER, "other"))
        for sex, words in _RELATIVES.items():
            self._kinds |= dict.fromkeys(of(words), (sex, "relative"))
        for sex, words in _PRONOUNS.items():
            self._kinds |= dict.fromkeys(of(words), (sex, "pronoun"))
        self._any = re.compile(f"[{re.escape(''.join(self._kinds))}]") if self._kinds else None
        self.owning = of(_OWNING)
        self.introducing = self.owning + of("with")
        self.who = of("who whose")
        self.towards, self.saying = of(_TOWARDS), of("that") + ":"
        self.voices = of(_VOICES)
        self._reports = re.compile(f"[{re.escape(of(_AUXILIARY))}]{{0,2}}[{re.escape(of(_REPORTS))}]")
        self._told = re.compile(f"[{re.escape(of('was'))}][{re.escape(of('told asked brought found helped noticed'))}]")

    def letter(self, codes: str, bounds: Sequence[int], found: Sequence[Sentence], text: str) -> "Others | None":
        """Who is spoken of in this letter; None when it names no relative."""
        if self._any is None:
            return None
        people = [_Person(at.start(), *self._kinds[at[0]]) for at in self._any.finditer(codes)]
        if not any(one.kind == "relative" for one in people):
            return None
        return Others(self, codes, bounds, people, self._pronouns(codes, bounds, found, people, _sex(text, people)))

    def reports(self, codes: str, behind: int) -> bool:
        """Whether the person before this place is said to speak, think or help: what follows is of somebody else."""
        return bool(self._reports.match(codes, behind)) and not self._told.match(codes, behind)

    def _pronouns(
        self, codes: str, bounds: Sequence[int], found: Sequence[Sentence], people: list[_Person], sex: str | None
    ) -> dict[int, bool]:
        """The pronouns by their places: True for those of somebody else, False for those of the patient."""
        meant: dict[int, bool] = {}
        if sex is None:
            return meant
        last: tuple[int, str] | None = None  # the sentence of the person of the other sex who was named last
        for one in people:
            sentence = bisect_right(bounds, one.at) - 1
            if one.kind == "pronoun":
                if one.sex == sex:
                    meant[one.at] = False
                elif (
                    last
                    and last[1] == "relative"
                    and sentence - last[0] <= FOLLOWED
                    and found[sentence].block == found[last[0]].block
                ):
                    meant[one.at] = True
                    last = (sentence, "relative")
            elif one.sex != sex:
                last = (sentence, one.kind)
        return meant


class Others:
    """The people of a letter other than the patient."""

    def __init__(
        self, words: People, codes: str, bounds: Sequence[int], people: list[_Person], pronouns: dict[int, bool]
    ) -> None:
        self._words, self._codes, self._bounds = words, codes, bounds
        self._people, self._pronouns = people, pronouns
        self._places = [one.at for one in people]

    def whose(self, sentence: int, start: int, end: int) -> Trigger | None:
        """The words that say that what stands between two places of a sentence is another's; None where nothing does.

        The person named last before it, or inside it, decides.
        """
        first = bisect_right(self._places, self._bounds[sentence] - 1)
        for number in range(bisect_right(self._places, end - 1) - 1, first - 1, -1):
            one = self._people[number]
            if one.kind == "pronoun":
                if one.at not in self._pronouns or self._codes[one.at + 1 : one.at + 2] == self._words.own:
                    continue
                if not self._pronouns[one.at] or self._words.reports(self._codes, one.at + 1) or self._done_for(end):
                    return None
                return _meant(one.at, one.at + 1)
            if one.kind == "relative":
                return self._relative(number, sentence, start, end)
        return None

    def cleared(self, start: int, said: Trigger) -> bool:
        """Whether what is said of a relative of the other sex ends before this place: "her son was told that she"."""
        first, last = said[1][:2]
        number = bisect_right(self._places, start) - 1
        if number < 0 or (one := self._people[number]).at < last or self._pronouns.get(one.at) is not False:
            return False
        named = self._people[bisect_right(self._places, first - 1) : bisect_right(self._places, last - 1)]
        return self._codes[one.at - 1] in self._words.saying and any(
            other.kind == "relative" and one.sex not in other.sex for other in named
        )

    def _done_for(self, end: int) -> bool:
        """Whether the patient follows: "she can hold the phone [for him]"."""
        behind = end + (self._codes[end : end + 1] in self._words.towards)
        return self._pronouns.get(behind) is False

    def _relative(self, number: int, sentence: int, start: int, end: int) -> Trigger | None:
        """The relative named here, when what is found is owned, or follows in brackets or after "who"."""
        codes, words, at = self._codes, self._words, self._people[number].at
        own = codes.find(words.own, at + 1, self._bounds[sentence + 1]) if words.own else -1
        if own > 0 and (number + 1 == len(self._places) or self._places[number + 1] >= own - 1):
            return _meant(at, at + 1)  # "her daughter wants another opinion about her own knees"
        behind = codes[at + 1 : at + 3]
        if codes[at - 1 : at] not in words.introducing or not behind:
            return None
        if behind[0] == words.owner:
            voice = codes[at + 2 : at + 3] in words.voices  # "despite her daughter's wishes"
            return _meant(at - 1, at + 2) if start < at < end - 1 and not voice else None
        if behind[0] == "(" and ")" not in codes[at + 1 : start]:
            return _meant(at - 1, at + 1) if start > at else None
        if start > at and (behind[0] in words.who or (behind[0] == "," and behind[1:] in words.who)):
            return _meant(at - 1, at + 1)
        return None


def _meant(start: int, end: int) -> Trigger:
    return _MEANT, (start, end, 0, ((start, end),))


def _sex(text: str, people: list[_Person]) -> str | None:
    """The patient's sex as the letter's titles, nouns or first pronoun have it; None where it says both."""
    pronouns = [one.sex for one in people if one.kind == "pronoun"]
    if not pronouns:
        return None
    line = patient_line(text)
    stated = (line and _TITLED.search(text, line.start, line.end)) or _SEX.search(text)
    sex = (_MALE if stated["m"] else _FEMALE) if stated else pronouns[0]
    return sex if pronouns.count(sex) >= CLEAR * len(pronouns) else None
