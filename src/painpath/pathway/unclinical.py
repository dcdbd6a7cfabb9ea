"""What short messages may not say: whoever opens the envelope or stands behind the screen learns nothing.

Shared by what tells that there is news (`notices`) and what the calendar sends (`messages`).
"""

import re
from collections.abc import Collection, Iterator

from painpath.pathway.letters import banned_words, fields_in
from painpath.pathway.problems import Fault, FieldPath

_CLINICAL = re.compile(
    r"\b(pain\w*|clinic\w*|diagnos\w*|symptom\w*|illness\w*|disease\w*|medicines?|medication\w*|drugs?|opioid\w*|"
    r"alcohol\w*|treat\w*|surg\w*|operation\w*|scans?|mental\w*|depress\w*|suicid\w*|crisis|pregnan\w*|psycho\w*|"
    r"doctors?|consultants?|nurses?|hospital\w*)\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?:|www\.|\S@\S", re.IGNORECASE)


def words(path: FieldPath, text: str) -> Iterator[Fault]:
    """A clinical word, a word that letters do not use, a link."""
    for found in dict.fromkeys(match[0] for match in _CLINICAL.finditer(text)):
        yield Fault(path, f"Others may see this. Say it without `{found}`: no word about anybody's health.")
    for banned in banned_words(text):
        yield Fault(path, f"Messages do not say `{banned}`. Say what is asked, and that nothing ends.")
    if _LINK.search(text):
        yield Fault(path, "Put no link or address in: the message must not look like one that steals passwords.")


def fields(path: FieldPath, text: str, known: Collection[str]) -> tuple[list[Fault], set[str]]:
    """What is wrong with the fields in braces, and those that are named."""
    try:
        named = set(fields_in(text))
    except ValueError as error:
        return [Fault(path, f"The braces are not right: {error}. Write a field as `{{reference}}`.")], set()
    unknown = sorted(named - set(known))
    return [Fault(path, f"There is no field `{name}` here. Fields: {', '.join(known)}.") for name in unknown], named
