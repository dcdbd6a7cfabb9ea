"""Texts of two versions compared word by word, and files that are no data of a pathway."""

import re
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Kind = Literal["same", "deleted", "inserted", "left_out"]
AROUND = 25
"""Words that are shown before and after a change, where a text is long."""


class Part(NamedTuple):
    """Words that are the same in both, or stand in one only. `left_out`: they are the same, and not shown."""

    kind: Kind
    text: str


class Difference(NamedTuple):
    """One field that differs, or one file that is not part of the pathway's data."""

    field: str
    label: str
    parts: tuple[Part, ...]


def words(before: str, after: str) -> list[Part]:
    """What to take out of `before` and put into it to have `after`; blanks belong to the word before them.

    Without the parts `inserted` it is `before`, without those `deleted` it is `after`, character by character.
    """
    old, new = _tokens(before), _tokens(after)
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    inner = _between(old[start : len(old) - end], new[start : len(new) - end])
    parts: list[Part] = []
    for kind, text in (("same", "".join(old[:start])), *inner, ("same", "".join(old[len(old) - end :] if end else ()))):
        if not text:
            continue
        if parts and parts[-1].kind == kind:
            parts[-1] = Part(kind, parts[-1].text + text)
        else:
            parts.append(Part(kind, text))
    return parts


def shortened(parts: list[Part]) -> list[Part]:
    """The same, with long runs of words that stay left out."""
    found: list[Part] = []
    for number, part in enumerate(parts):
        tokens = _tokens(part.text) if part.kind == "same" else []
        before = AROUND if number else 0
        after = AROUND if number < len(parts) - 1 else 0
        if len(tokens) <= before + after + 10:
            found.append(part)
            continue
        if before:
            found.append(Part("same", "".join(tokens[:before])))
        found.append(Part("left_out", "".join(tokens[before : len(tokens) - after])))
        if after:
            found.append(Part("same", "".join(tokens[len(tokens) - after :])))
    return found


def file_differences(before: Mapping[str, str], after: Mapping[str, str]) -> list[Difference]:
    """Files that differ and are no data of the pathway: the page's own words, layouts, notes."""
    found = []
    for path in sorted({*before, *after}):
        if not path.endswith((".yaml", ".json")) or path == "seed-coverage.yaml":
            old, new = before.get(path, ""), after.get(path, "")
            if old != new:
                found.append(Difference(path, f"File {path}", tuple(shortened(words(old, new)))))
    return found


def _tokens(text: str) -> list[str]:
    return re.findall(r"\s*\S+[^\S\n]*|\s+", text)


def _between(old: list[str], new: list[str]) -> Iterator[tuple[Kind, str]]:
    # Long texts by lines first: to compare 10,000 words with 10,000 others takes many seconds.
    if len(old) * len(new) > 400_000:
        before, after = _by_line(old), _by_line(new)
        for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if tag == "equal":
                yield "same", "".join(before[a:b])
                continue
            inner_old, inner_new = _tokens("".join(before[a:b])), _tokens("".join(after[c:d]))
            if len(inner_old) * len(inner_new) > 400_000:
                yield "deleted", "".join(inner_old)
                yield "inserted", "".join(inner_new)
            else:
                yield from _between(inner_old, inner_new)
        return
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", "".join(old[a:b])
        else:
            yield "deleted", "".join(old[a:b])
            yield "inserted", "".join(new[c:d])


def _by_line(tokens: list[str]) -> list[str]:
    return "".join(tokens).splitlines(keepends=True)
