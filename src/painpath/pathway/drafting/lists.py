"""Which lines are bullets and which are headings, where their signs do not say it."""

import re
from itertools import pairwise

from painpath.pathway.drafting import sections
from painpath.pathway.drafting.lines import Line
from painpath.pathway.drafting.sections import Meaning

LONGEST_HEADING = 16
"""Words."""

CRITERION: frozenset[Meaning] = frozenset({"inclusion", "exclusion", "limited", "readiness", "red_flag"})
"""What a list of criteria may be."""


def numbered_headings(all_lines: list[Line]) -> list[Line]:
    """The lines, with numbers that count headings ("1. Reason" above a list of another kind) taken for headings."""
    heads = {
        (line.indent, line.numbered[-1:])
        for line, after in pairwise(all_lines)
        if line.kind == "bullet" and line.numbered and line.after_blank
        and after.kind == "bullet" and after.indent <= line.indent and not after.after_blank
        and (not after.numbered or re.sub(r"\W", "", after.numbered) in ("1", "a", "i"))
    }  # fmt: skip
    return [
        Line(numbers=line.numbers, kind="text", text=line.text, indent=line.indent, after_blank=True)
        if line.kind == "bullet"
        and (
            (line.numbered and line.after_blank and (line.indent, line.numbered[-1:]) in heads)
            or (after is not None and _counts(line, after))
            or _is_head(line, after)
        )
        else line
        for line, after in zip(all_lines, [*all_lines[1:], None], strict=False)
    ]


def unmarked_lists(all_lines: list[Line]) -> list[Line]:
    """The lines, with those under a heading that names a list taken for its bullets: pasting often loses the signs.

    Only where two or more short ones follow each other without a gap, and none of them is a sentence.
    """
    found = list(all_lines)
    at = 0
    while at < len(found):
        said = sections.said(found[at].text) if found[at].kind == "text" else None
        end = at + 1
        while (
            end < len(found)
            and found[end].kind == "text"
            and (end == at + 1 or not found[end].after_blank)
            and len(found[end].text.split()) <= LONGEST_HEADING
            and not re.search(r"[.!?:]$", found[end].text)
        ):
            end += 1
        listed = said is not None and said.meaning in {*CRITERION, "required"} and len(found[at].text.split()) <= 8
        parted = end == len(found) or found[end].after_blank
        if listed and end - at > 2 and parted and not found[at].text.endswith("."):
            found[at + 1 : end] = [
                Line(numbers=line.numbers, kind="bullet", text=line.text, indent=line.indent)
                for line in found[at + 1 : end]
            ]
            at = end
        else:
            at += 1
    return found


def _counts(line: Line, after: Line) -> bool:
    """Whether the number of a line counts on that of the line above it: 3 and then 3.1."""
    above = re.sub(r"\W+$", "", line.numbered)
    return (
        above.isdigit()
        and after.numbered.startswith(f"{above}.")
        and bool(re.match(r"\d", after.numbered[len(above) + 1 :]))
    )


def _is_head(line: Line, after: Line | None) -> bool:
    """Whether a bullet is a heading of what stands deeper: "Inclusion criteria"."""
    if after is None or after.indent <= line.indent or len(line.text.split()) > 6 or sections.goes_on(line.text):
        return False
    said = sections.said(line.text)
    return said is not None and said.meaning in {*CRITERION, "required", "referrer", "catchment"}
