"""The words of the field as data: groups of phrases that name one thing, and the words around them that change it.

How a phrase is written:

- `(a|b)` is a choice, `[a]` may be there or not: `not [a] (surgical|operative) candidate`. Both also inside a word.
- `..` stands for up to two other words of the same sentence, `...` for up to five, `....` for up to ten:
  `nothing ... offer`.
- `{surgeon}` stands for any of the words of the list of that name, as if they stood there as a choice.
- `^` at the beginning asks that the sentence begins here: `^(yes|y)$` is a whole answer.
- `$` at the end asks that nothing but punctuation follows in the sentence's clause: `: (no|none)$`.
- `☐ ☑` are an empty and a ticked box before its words, `◻ ◼` boxes behind their words, however a form draws them.
- Dangers are read beside everything else: their wide phrases hide nothing that decides a criterion.
- Capitals, curly quotes, hyphens, line breaks and contractions do not matter: `does not` also finds "doesn't".
"""

from typing import Literal

from painpath.pathway.base import Data, Id, Words

GAPS = {"..": 2, "...": 5, "....": 10}
"""How many other words a gap may stand for."""

Tag = Literal[
    "absent", "possible", "hypothetical", "past", "resolved", "history", "family", "another_person",
    "awaited", "planned", "done", "normal", "tried", "failed", "helped", "not_tried", "just_started",
    "declined_by_patient", "offered", "refused_by_service",
    "stable", "with_plan", "active", "severe", "mild", "asked_for", "elsewhere", "here", "unanswered", "prescribed",
]  # fmt: skip
"""What context may say about a finding."""

AlertKind = Literal["red_flag", "suicide_self_harm", "safeguarding", "urgent_deterioration"]


class WordList(Data, frozen=True, kw_only=True):
    """Words that say the same, under a name that phrases use: `{surgeon} ... {declined}`."""

    id: Id
    comment: Words
    words: tuple[Words, ...]
    """Plain words and choices, without gaps."""


class Band(Data, frozen=True, kw_only=True):
    """What a number means: from `low` to `high`, both included, the finding is `gives`."""

    low: float = 0
    high: float
    gives: Id


class Score(Data, frozen=True, kw_only=True):
    """A number to read beside a phrase."""

    where: Literal["before", "after"]
    """`after` for "PHQ-9 18", `before` for "8 units a week"."""
    most: float
    """The highest possible number; a higher one is something else (a date, a dose)."""
    bands: tuple[Band, ...]


class Group(Data, frozen=True, kw_only=True):
    """Phrases that name one thing. Finding any of them is finding the group."""

    id: Id
    comment: Words
    """What the group means, where its phrases come from, what it must not hold."""
    phrases: tuple[Words, ...]
    examples: tuple[Words, ...]
    """Sentences in which it must be found: each is also a test."""
    not_in: tuple[Words, ...] = ()
    """Sentences in which it must not be found."""
    capitals: bool = False
    """Found only in capitals: for short abbreviations that are also words."""
    score: Score | None = None
    alert: AlertKind | None = None
    """A danger: an affirmed or uncertain mention marks the worklist at once."""
    hides: bool = False
    """What only looks like other things: "the surgery" that is a practice hides the operation."""
    danger: bool = False
    """It serves dangers only, such as words that only look like one. Groups with `alert` do so too."""
    on_request: bool = False
    """Found only by pathways that name it, in a scale, a number, a condition or a rule: what the others find stays as
    it is. For what few services ask about, such as BMI."""


class Context(Data, frozen=True, kw_only=True):
    """Words that change what the findings near them mean."""

    id: Id
    tag: Tag | Literal["stop", "clause", "nothing"]
    """`stop` ends the reach of the words before it, `clause` that of a negation only ("no fever, drinks a lot");
    `nothing` is for what only looks like context ("no change")."""
    why: Words
    """The tag in plain words, beside the quote: "ruled out", "family"."""
    phrases: tuple[Words, ...]
    before: int = 0
    """How many words it reaches back."""
    after: int = 0
    """How many words it reaches forward."""
    previous: bool = False
    """With nothing before it in its own sentence, it speaks of the sentence before ("Little relief.")."""
    only: tuple[Id, ...] = ()
    """It speaks of these groups only; of all when empty."""
    danger: bool = False
    """It speaks of dangers only."""
    no_danger: bool = False
    """It never speaks of dangers: what is read too widely for them stays an alert."""
    comment: Words
    examples: tuple[Words, ...] = ()
    """Sentences in which some finding gets the tag: each is also a test."""


class Section(Data, frozen=True, kw_only=True):
    """A part of a letter under a heading, and what that says of everything in it."""

    id: Id
    tags: tuple[Tag, ...] = ()
    why: Words
    heads: tuple[Words, ...]
