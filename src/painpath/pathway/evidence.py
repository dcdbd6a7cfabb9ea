"""Which findings speak for, against, or only bear on, each criterion: data that a clinician can read and extend."""

from typing import Literal

from painpath.pathway.base import Data, Id, Words
from painpath.pathway.vocabulary import Tag

NOT_PRESENT: tuple[Tag, ...] = ("absent", "hypothetical", "unanswered", "family", "another_person")
"""A finding with one of these says nothing about the patient now, unless a rule asks for exactly that."""


class Rule(Data, frozen=True, kw_only=True):
    """One kind of evidence. The rule fires for each finding of `when` that meets every condition.

    A finding that meets all but `unless` becomes a mention: shown, with the words that decided, and settling nothing.
    """

    when: tuple[Id, ...]
    """Any of these groups of the vocabulary."""
    tags: tuple[Tag, ...] = ()
    """Context must say all of these about the finding."""
    any_tag: tuple[Tag, ...] = ()
    """Context must say at least one of these."""
    unless: tuple[Tag, ...] = ()
    """Context must say none of these, beside `NOT_PRESENT` (of which those in `tags` or `any_tag` are allowed)."""
    beside: tuple[Id, ...] = ()
    """Any of these groups, present, must stand in the same sentence, within `within` words."""
    within: int = 30
    not_beside: tuple[Id, ...] = ()
    """None of these may stand in the same sentence."""
    somewhere: tuple[Id, ...] = ()
    """Any of these must be present anywhere in the letter; a treatment that was not tried is not."""
    nowhere: tuple[Id, ...] = ()
    """None of these may be present anywhere in the letter, in the same sense."""
    speaks: Literal["for", "against", "both", "mention"]
    """`both`: it applies and its own exception applies too, so that a clinician must judge."""
    weak: bool = False
    """It decides only when nothing stronger speaks on the other side."""
    exception: bool = False
    """It counts only when something speaks against: a stabilisation plan, an agreement with the contracts team."""
    quiet: bool = False
    """No mention when `unless` holds it back."""
    why: Words
    """In plain words, beside the quote."""


class CriterionEvidence(Data, frozen=True, kw_only=True):
    """The rules of one criterion. A criterion with `mirror_of` needs none: it has those of the other."""

    criterion: Id
    rules: tuple[Rule, ...]
