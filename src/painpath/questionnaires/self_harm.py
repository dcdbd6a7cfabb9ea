"""Questions about death and self-harm that everybody knows by their code or their words: none is asked unguarded.

A file from elsewhere does not know our extension. Without it such an answer would lie unread until the form is sent,
so it is refused. What is not listed here is for whoever brings the file in to mark (docs/questionnaires.md).
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
WORDS = {
    "better off dead": "question 9 of the PHQ-9",
    "thought of harming myself": "question 10 of the Edinburgh scale (EPDS)",
    "wished you were dead": "a question of the C-SSRS",
    "thoughts of killing yourself": "a question of the C-SSRS",
}
"""Words of the same instruments, for files without codes."""


def unguarded(questionnaire: Questionnaire) -> tuple[Fault, ...]:
    """Every such question without `urn:painpath:safety`, or with one that lets an answer above zero pass."""
    sources = dict(_sources(questionnaire.source.get("item", ()), "Questionnaire"))
    found = []
    for item in questionnaire.walk():
        path, source = sources.get(item.link_id, ("Questionnaire.item", {}))
        name = _known(item, source)
        if not item.is_asked or not name or (item.safety is not None and item.safety <= 0):
            continue
        found.append(Fault(path, _SENTENCE.format(name=name, url=f"{urls.OURS}safety"), item.link_id))
    return tuple(found)


_SENTENCE = (
    "This is {name}: it asks about death or self-harm, so each answer above zero has to be read the same day. Add the "
    "extension {url} with the valueDecimal 0 to it, or take the question out (the PHQ-4 has none)."
)


def _known(item: Item, source: dict[str, Any]) -> str:
    for coding in source.get("code", ()):
        if coding.get("system") == LOINC and coding.get("code") in CODES:
            return CODES[coding["code"]]
    if (code := item.link_id.rpartition("/")[2]) in CODES:  # as LForms names the items of LOINC
        return CODES[code]
    text = re.sub(r"\W+", " ", f"{item.text} {source.get('text', '')}".casefold())
    return next((name for words, name in WORDS.items() if words in text), "")


def _sources(items: Any, path: str) -> Iterator[tuple[str, tuple[str, dict[str, Any]]]]:
    for index, item in enumerate(items):
        here = f"{path}.item[{index}]"
        yield item["linkId"], (here, item)
        yield from _sources(item.get("item", ()), here)
