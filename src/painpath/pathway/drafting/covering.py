"""Every sentence of a page with the field that carries it, and every line that a proposal leaves out: none is lost."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from painpath.pathway.coverage import normal, sentences
from painpath.pathway.drafting.model import Proposal
from painpath.pathway.drafting.parts import sentences as taken_apart
from painpath.pathway.drafting.prose import without_note

_WORD = re.compile(r"[^\W_]+")
_MARK = re.compile(r"^\(?(?:\d{1,2}(?:\.\d{1,2})+[.)]?|\w{1,4}[.)]) ")
"""What counts a list: "(iv) "."""


def coverage(page: str, files: Mapping[str, str]) -> tuple[list[str], list[dict[str, Any]]]:
    """The sentences that no field carries, which have a list of their own; and for every sentence its fields.

    `files` are the texts of the pathway as written so far.
    """
    held = list(_published(files))
    beside: list[str] = []
    entries: list[dict[str, Any]] = []
    for sentence in sentences(page):
        fields = _carriers(sentence, held)
        if not fields:
            if sentence not in beside:
                beside.append(sentence)
            fields = ["beside_criteria"]
        entries.append({"words": sentence, "fields": fields, "open": "Proposed from the page: no test shows it yet."})
    return beside, entries


def not_bound(proposal: Proposal) -> list[tuple[int, str]]:
    """The sentences of a page that hold a word which nothing of the proposal carries, with the numbers of their lines:
    so that whoever reads a proposal sees all that it leaves out. The title, headings that clauses stand under, and the
    "AND" between bullets are carried."""
    carried = _carried(proposal)
    anywhere = {_told(words) for words in (proposal.title, *(clause.heading for clause in proposal.clauses))}
    left = []
    for number, row in enumerate(proposal.page.split("\n"), 1):
        known = set(_WORD.findall(" ".join(carried.get(number, ())).lower()))
        for sentence in taken_apart(_MARK.sub("", " ".join(row.split()))):
            told = _told(without_note(sentence))
            if told not in anywhere and told not in ("and", "or") and any(word not in known for word in told.split()):
                left.append((number, sentence))
    return left


def _told(words: str) -> str:
    return " ".join(_WORD.findall(words.lower()))


def _carried(proposal: Proposal) -> dict[int, list[str]]:
    """By line, the words of the page that a proposal holds."""
    carried: dict[int, list[str]] = {}
    for clause in proposal.clauses:
        for line in clause.lines:
            carried.setdefault(line, []).extend((clause.heading, clause.published, *clause.also))
        if clause.lead:
            carried.setdefault(clause.lead_line, []).append(clause.lead)
    for part in (*proposal.programmes, *proposal.priorities):
        carried.setdefault(part.line, []).append(part.published)
    for joined in proposal.combinations:
        carried.setdefault(joined.line, []).append(joined.words)
    for one in proposal.unsettled:
        carried.setdefault(one.line, []).append(one.words)
    return carried


def _carriers(sentence: str, held: list[tuple[str, str]]) -> list[str]:
    for field, words in held:
        if sentence in words:
            return [field]
    inside = [(field, words) for field, words in held if words in sentence]
    rest, fields = sentence, []
    for field, words in sorted(inside, key=lambda pair: -len(pair[1])):
        if words in rest:
            rest = rest.replace(words, " ", 1)
            fields.append(field)
    return fields if fields and not re.search(r"\w", rest) else []


def _published(files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for path, text in files.items():
        if path.startswith(("criteria/", "shapes")):
            for key, items in (yaml.load(text, Loader=yaml.CSafeLoader) or {}).items():
                for at, item in enumerate(items if isinstance(items, list) else []):
                    where = f"{key}[{item['id']}]" if isinstance(item, dict) and "id" in item else f"{key}[{at}]"
                    published = item.get("published", []) if isinstance(item, dict) else []
                    yield from (
                        (f"{where}.published[{number}]", normal(words)) for number, words in enumerate(published)
                    )
                if isinstance(items, dict):
                    yield from (
                        (f"{key}.published[{n}]", normal(one)) for n, one in enumerate(items.get("published", []))
                    )
