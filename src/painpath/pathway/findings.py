"""Faults of the vocabulary and of the rules that name its findings."""

from collections.abc import Iterator
from functools import lru_cache

from painpath.pathway.measures import AGE, AGO, DURATION, named_value
from painpath.pathway.model import Pathway
from painpath.pathway.phrases import PhraseError, choices, parts, whole
from painpath.pathway.problems import Fault, FieldPath
from painpath.pathway.shape_checking import groups_named


def unreadable_phrases(pathway: Pathway) -> Iterator[Fault]:
    """Every phrase that cannot be read: with one, no letter can be."""
    written: list[tuple[FieldPath, tuple[str, ...]]] = [
        *((("lists", index, "words"), each.words) for index, each in enumerate(pathway.lists)),
        *((("vocabulary", index, "phrases"), group.phrases) for index, group in enumerate(pathway.vocabulary)),
        *((("contexts", index, "phrases"), context.phrases) for index, context in enumerate(pathway.contexts)),
        *((("sections", index, "heads"), section.heads) for index, section in enumerate(pathway.sections)),
    ]
    lists = choices(pathway.lists)
    named = tuple(lists.items())
    for path, phrases in written:
        for number, phrase in enumerate(phrases):
            if sentence := _unreadable(phrase, path[0] in ("sections", "lists"), named if "{" in phrase else ()):
                yield Fault((*path, number), sentence)


@lru_cache(maxsize=16384)
def _unreadable(phrase: str, as_whole: bool, lists: tuple[tuple[str, str], ...]) -> str | None:
    """Why a phrase cannot be read. Remembered: an author's next change leaves thousands of phrases as they were."""
    try:
        (whole if as_whole else parts)(phrase, dict(lists))
    except PhraseError as error:
        return str(error)
    return None


def faults(pathway: Pathway) -> Iterator[Fault]:
    """What keeps a group, a context or a rule from being found, or from being understood by its next reader."""
    for index, group in enumerate(pathway.vocabulary):
        if not group.phrases:
            yield Fault(("vocabulary", index, "phrases"), "Without a phrase this is never found. Add one.")
        if not group.examples:
            yield Fault(("vocabulary", index, "examples"), "Give a sentence in which this must be found.")
        if group.id in (AGE, AGO, DURATION) or named_value(group.id):
            yield Fault(("vocabulary", index, "id"), "Values that are read as numbers have this name. Choose another.")
    for index, context in enumerate(pathway.contexts):
        if not context.phrases:
            yield Fault(("contexts", index, "phrases"), "Without a phrase this is never found. Add one.")
        if context.tag not in ("stop", "clause", "nothing"):
            if not context.before and not context.after:
                yield Fault(("contexts", index), "This reaches nothing: set `before` or `after` to a number of words.")
            if not context.examples:
                yield Fault(("contexts", index, "examples"), f"Give a sentence in which this says `{context.tag}`.")
    yield from _unknown_findings(pathway)


def named_groups(pathway: Pathway) -> set[str]:
    """The findings that rules, contexts, scales, numbers and conditions of the pathway ask for by name."""
    return {one for _, ids in _named(pathway) for one in ids}


def _unknown_findings(pathway: Pathway) -> Iterator[Fault]:
    # A rule that waits for a misspelt finding never fires, and the letter's words on it would never be shown.
    known = {group.id for group in pathway.vocabulary}
    known |= {band.gives for group in pathway.vocabulary if group.score for band in group.score.bands}
    for path, ids in _named(pathway):
        for one in ids:
            if one not in known and named_value(one) is None:
                yield Fault(path, f"The vocabulary has no group `{one}`, and no value is read under that name.")


def _named(pathway: Pathway) -> Iterator[tuple[FieldPath, tuple[str, ...]]]:
    for index, context in enumerate(pathway.contexts):
        yield ("contexts", index, "only"), context.only
    for index, evidence in enumerate(pathway.evidence):
        for number, rule in enumerate(evidence.rules):
            for field in ("when", "beside", "not_beside", "somewhere", "nowhere"):
                yield ("evidence", index, "rules", number, field), getattr(rule, field)
    yield from groups_named(pathway)
