"""Questions about death and self-harm that their code or their words betray: none is asked unguarded.

A file from elsewhere does not know our extension. Without it such an answer would lie unread until the form is sent,
so it is refused. What is not found here is for whoever brings the file in to mark, who says on publishing that they
looked (docs/questionnaires.md).
"""

import re
from collections.abc import Iterator
from typing import Any

from painpath.questionnaires import urls
from painpath.questionnaires.faults import Fault
from painpath.questionnaires.model import Item, Questionnaire

LOINC = "http://loinc.org"
CODES = {
    "44260-8": "question 9 of the PHQ-9",
    "93246-7": "a question of the C-SSRS",
    "93247-5": "a question of the C-SSRS",
    "93248-3": "a question of the C-SSRS",
    "93249-1": "a question of the C-SSRS",
    "93250-9": "a question of the C-SSRS",
    "93267-3": "a question of the C-SSRS",
}
"""LOINC codes. PHQ-9: HL7 US Core, example 44260-8. C-SSRS: HL7 US Behavioral Health Profiles, example response."""
_SELF = r"(?:my|your|one|him|her|them)(?:self|selves)"
_OWN = r"(?:my|your|his|her|their|ones)"
STEMS = re.compile(
    rf"\b(?:suicid\w*"
    rf"|(?:kill|harm|hurt)(?:s|ed|ing|ting)? {_SELF}"
    rf"|self harm\w*|selfharm\w*"
    rf"|end(?:s|ed|ing)? {_OWN} (?:own )?li(?:fe|ves)"
    rf"|(?:take|takes|taking|took) {_OWN} own li(?:fe|ves)"
    rf"|better off dead"
    rf"|plan(?:s|ned|ning)? (?:to|for) (?:end|ending) (?:it|{_OWN})\b"
    rf"|plan(?:s|ned|ning)? to die|w(?:ant|ish)(?:ed|ing)? to die|wish(?:ed)? (?:i|you) w(?:as|ere) dead)"
)
"""Stems in words without punctuation, in small letters. They are in the PHQ-9 (9), the EPDS (10), the C-SSRS and the
BDI-II (9), and in how people ask about it in their own words. Better one mark too many than one question unguarded."""


def unguarded(questionnaire: Questionnaire) -> tuple[Fault, ...]:
    """Every such question without `urn:painpath:safety`, or with one that lets an answer above zero pass.

    It is known by its code, by its own words or those of its options. Words over a group speak for what is asked in it:
    one question there has to be guarded.
    """
    sources = dict(_sources(questionnaire.source.get("item", ()), "Questionnaire"))
    found = []
    for item in questionnaire.walk():
        path, source = sources.get(item.link_id, ("Questionnaire.item", {}))
        within = [one for one in _within(item) if one.is_asked] if item.type == "group" else [item]
        if not within or any(one.safety is not None and one.safety <= 0 for one in within):
            continue
        if (item.is_asked or item.type == "group") and (name := _known(item, source)):
            found.append(Fault(path, _SENTENCE.format(name=name, url=f"{urls.OURS}safety"), item.link_id))
    return tuple(found)


_SENTENCE = (
    "This is {name}: it asks about death or self-harm, so each answer above zero has to be read the same day. Add the "
    "extension {url} with the valueDecimal 0 to it, or take the question out (the PHQ-4 has none)."
)


def _within(item: Item) -> Iterator[Item]:
    for one in item.items:
        yield one
        yield from _within(one)


def _known(item: Item, source: dict[str, Any]) -> str:
    for coding in source.get("code", ()):
        if coding.get("system") == LOINC and coding.get("code") in CODES:
            return CODES[coding["code"]]
    if (code := item.link_id.rpartition("/")[2]) in CODES:  # as LForms names the items of LOINC
        return CODES[code]
    for words in (item.text, str(source.get("text", "")), *(option.label for option in item.options)):
        if found := STEMS.search(re.sub(r"\W+", " ", words.casefold())):
            return f"a question with the words “{found[0]}”"
    return ""


def _sources(items: Any, path: str) -> Iterator[tuple[str, tuple[str, dict[str, Any]]]]:
    for index, item in enumerate(items):
        here = f"{path}.item[{index}]"
        yield item["linkId"], (here, item)
        yield from _sources(item.get("item", ()), here)
