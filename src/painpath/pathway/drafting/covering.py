"""Every sentence of a page with the field that carries it, so that none is lost: made, not written by hand."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from painpath.pathway.coverage import normal, sentences


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
