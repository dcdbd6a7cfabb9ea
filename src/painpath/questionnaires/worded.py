"""The words of a questionnaire that people read, given anew: for translations."""

from collections.abc import Callable
from dataclasses import replace

from painpath.questionnaires.model import Item, Option, Questionnaire

Change = Callable[[str, str], str]
"""The words, and whose they are (the linkId, or "" for the questionnaire's own) -> what stands there instead."""


def worded(questionnaire: Questionnaire, change: Change) -> Questionnaire:
    """The same questionnaire with every text for the person as `change` gives it; empty ones are left alone.

    What is asked, the codes of answers, and the digest stay: an answer is the same in every language.
    """
    return replace(
        questionnaire,
        title=_given(questionnaire.title, "", change),
        description=_given(questionnaire.description, "", change),
        items=tuple(_item(item, change) for item in questionnaire.items),
    )


def _item(item: Item, change: Change) -> Item:
    own = item.link_id
    return replace(
        item,
        text=_given(item.text, own, change),
        help=_given(item.help, own, change),
        lower=_given(item.lower, own, change),
        upper=_given(item.upper, own, change),
        unit=replace(item.unit, label=_given(item.unit.label, own, change)) if item.unit else None,
        options=tuple(_option(option, own, change) for option in item.options),
        open_label=_given(item.open_label, own, change),
        entry_format=_given(item.entry_format, own, change),
        why=_given(item.why, own, change),
        items=tuple(_item(child, change) for child in item.items),
    )


def _option(option: Option, link_id: str, change: Change) -> Option:
    return replace(option, label=_given(option.label, link_id, change))


def _given(words: str, link_id: str, change: Change) -> str:
    return change(words, link_id) if words.strip() else words
