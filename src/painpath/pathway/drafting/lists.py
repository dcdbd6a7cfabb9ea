"""Which lines are bullets and which are headings, where their signs do not say it."""

import re
from itertools import pairwise

from msgspec.structs import replace

from painpath.pathway.drafting import sections
from painpath.pathway.drafting.lines import Line
from painpath.pathway.drafting.parts import sentences
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


_EXCLUDES = re.compile(
    r"\bunder (?:the age of )?1[68]\b|\bnot registered|\bunable to|\bno attempts?\b|dependen"
    r"|misuse|abuse|impairment|exclusion"
    r"|re-?referral|expected to resolve|\bexclud|\bsevere\b|uncontrolled|\bunstable|not willing"
    r"|unwilling|disturbance|psychosis",
    re.IGNORECASE,
)
_TO_PATIENTS = re.compile(r"\byou(?:r|rs|’re|'re)?\b", re.IGNORECASE)


def guess(bullets: list[str]) -> Meaning:
    """What a list is that no heading names, by its own words."""
    out = sum(bool(_EXCLUDES.search(one)) for one in bullets)
    you = sum(bool(_TO_PATIENTS.search(one)) for one in bullets)
    return "readiness" if you * 2 >= len(bullets) else "exclusion" if out * 4 >= len(bullets) else "inclusion"


def questions(all_lines: list[Line]) -> list[Line]:
    """The lines, with a question and its answer on one line as two ("How old must they be? At least 18.")."""
    found: list[Line] = []
    for line in all_lines:
        asked, *answer = (sentences(line.text) if line.kind == "text" else []) or [""]
        if answer and asked.endswith("?") and len(asked.split()) <= LONGEST_HEADING:
            found += [
                replace(line, text=asked, after_blank=True),
                replace(line, text=" ".join(answer), after_blank=False),
            ]
        else:
            found.append(line)
    return found


_INLINE = re.compile(r"(?:^|(?<=[\s;,:]))\(?(?P<mark>\d|[a-z]|[ivx]{2,4}|[A-Z])\)\s+(?=\S)")
_JOINED = re.compile(r"^(.*?)([;,]?\s+(and|or))?$", re.IGNORECASE | re.DOTALL)
_COUNTS = ("abcdefghijklmnop", "ABCDEFGHIJKLMNOP", "123456789")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")


def inline_lists(all_lines: list[Line]) -> list[Line]:
    """The lines, with a list that stands within one ("We see people with: a) …; b) …") as a list under its words."""
    return [piece for line in all_lines for piece in _taken_apart(line)]


def _taken_apart(line: Line) -> list[Line]:
    marks = _run_of_marks(line.text) if line.kind in ("text", "bullet") else []
    before = line.text[: marks[0].start()].rstrip() if marks else ""
    if not marks or (before and not before.endswith((":", ";", "-", "–", "—")) and not sections.goes_on(before)):
        return [line]
    ends = [*(mark.start() for mark in marks[1:]), len(line.text)]
    items = [line.text[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)]
    if not all(re.search(r"\w", item) for item in items):
        return [line]
    items[-1], *after = sentences(items[-1])
    indent = line.indent + 4 if before and line.kind == "bullet" else line.indent
    made = [replace(line, text=before)] if before else []
    for mark, item in zip(marks, items, strict=True):
        words, joined, how = _JOINED.match(item).groups()  # type: ignore[union-attr]
        numbered = f"{mark['mark']})"
        made.append(Line(numbers=line.numbers, kind="bullet", text=words, indent=indent, numbered=numbered))
        if joined and mark is not marks[-1]:
            made.append(Line(numbers=line.numbers, kind="connector", text=how.lower(), indent=indent))
    return [*made, Line(numbers=line.numbers, kind="text", text=" ".join(after))] if after else made


def _run_of_marks(text: str) -> list[re.Match[str]]:
    """The marks of a list within a line, where they count on from the first: "a)", "b)", "c)"."""
    marks = list(_INLINE.finditer(text))
    for counts in (*_COUNTS, _ROMAN):
        run: list[re.Match[str]] = []
        for mark in marks:
            if len(run) < len(counts) and mark["mark"] == counts[len(run)]:
                run.append(mark)
        if len(run) > 1:
            return run
    return []


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
