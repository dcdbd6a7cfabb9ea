"""The easy read layout: one idea a line, and a picture beside each section. Pure functions.

It is a layout and no translation: where the service has words of its own for it (`plain_easy` in the pathway) those are
used, else the letter's own sentences, each on a line. Nothing is left out and nothing is put in.
"""

import re
from pathlib import Path
from typing import Any

from painpath.letters.drafts import Draft
from painpath.pathway.letters import picture_file

_END = re.compile(r"[.!?][”’\")\]]*(\s+)(?=[^\sa-z])")
"""A sentence ends here, unless what stands before the stop is one of `_GOES_ON`."""
_GOES_ON = re.compile(
    r"(?:^|[\s(“‘\"])(?:Dr|Mr|Mrs|Ms|Mx|Miss|Prof|Rev|St|No|Nos|Tel|ext|vs|approx|e\.g|i\.e|[A-Z])\.$"
)


def sentences(text: str) -> list[str]:
    """The sentences of a text, each as it stands; a line break ends one too."""
    found = []
    for line in text.split("\n"):
        start = 0
        for end in _END.finditer(line):
            if not _GOES_ON.search(line[start : end.start() + 1]):
                found.append(line[start : end.start(1)])
                start = end.end()
        found.append(line[start:])
    return [one for one in found if one]


def reads_easy(draft: Draft) -> bool:
    """Whether all words of this letter were made for easy read. A clinician's own words in it were not."""
    if not draft.easy or not all(section.easy for section in draft.sections):
        return False
    words = (draft.easy, *(section.easy for section in draft.sections))
    return all(part.source == "template" for parts in words for part in parts)


def laid_out(data: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The data of a letter for `letter.typ` in this layout; `folder` is that of its pathway, for the pictures."""
    sections = [
        section | {"parts": _lines(section.get("easy") or section["parts"]), "picture": _picture(section, folder)}
        for section in data["sections"]
    ]
    return data | {"opening": _lines(data.get("easy") or data["opening"]), "sections": sections}


def _lines(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for part in parts:
        if part["text"]:
            found += [{"text": one, "items": []} for one in sentences(part["text"])]
        else:
            found.append({"text": "", "items": ["\n".join(sentences(item)) for item in part["items"]]})
    return found


def _picture(section: dict[str, Any], folder: Path) -> dict[str, str] | None:
    """The picture itself; None where the letter names none, or one that is not there any more."""
    named = section.get("picture")
    file = picture_file(folder, named["name"]) if named else None
    return {"svg": file.read_text(), "alt": named["alt"]} if named and file else None
