"""Proof that nothing of the published page was lost: each sentence, the fields that carry it, the test that shows it.

`seed-coverage.yaml` stands beside the page's own words and is written by hand; this module finds the gaps.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from painpath.pathway.base import Data, Words
from painpath.pathway.converting import convert
from painpath.pathway.model import Pathway
from painpath.pathway.problems import Fault, FieldPath, Problem, field_name
from painpath.pathway.sources import Document
from painpath.pathway.walking import texts

FILE = "seed-coverage.yaml"


class Sentence(Data, frozen=True, kw_only=True):
    """One sentence, bullet or heading of the page."""

    words: Words
    fields: tuple[Words, ...]
    """Fields of the pathway that carry its words, such as `criteria[adult].published[0]`."""
    shown_by: tuple[Words, ...] = ()
    """Tests that show it working: `tests/pathway/test_contacts.py::test_name`."""
    open: Words | None = None
    """Which part of it is not built yet, in words."""


class Coverage(Data, frozen=True, kw_only=True):
    """What `seed-coverage.yaml` holds."""

    sentences: tuple[Sentence, ...]


def problems(folder: Path, pathway: Pathway, tests: Path | None) -> list[Problem]:
    """Every gap between the page, the pathway and the tests.

    `tests` is the folder that test names start from; without it (an installed package) they are not looked up.
    A folder that keeps no page has nothing to prove.
    """
    page = folder / pathway.source.kept_in
    if not page.is_file():
        return [Problem(page, 0, "source.kept_in", "The page's own words are missing. Keep them in this file.")]
    file = folder / FILE
    if not file.is_file():
        return [Problem(file, 0, "", "This file is missing. Say for each sentence of the page which field carries it.")]
    document = Document()
    document.add(file, file.read_bytes())
    coverage, faults = convert(document.data, Coverage)
    words = page.read_text(encoding="utf-8")
    if coverage:
        faults = [*_sentences(coverage, words), *_fields(coverage, pathway), *_tests(coverage, tests)]
    located = (document.place(fault.path) or (file, 0) for fault in faults)
    found = [
        Problem(*place, field_name(fault.path), fault.message) for place, fault in zip(located, faults, strict=True)
    ]
    return [*document.problems, *found, *_unpublished(pathway, words, page)]


def sentences(page: str) -> list[str]:
    """The sentences, bullets and headings of a page, in order, with their blanks made even."""
    lines = (normal(line.strip().removeprefix("•")) for line in page.splitlines())
    return [sentence for line in lines if line for sentence in re.split(r"(?<=[.!?])\s(?=[A-Z(])", line)]


def normal(text: str) -> str:
    """The text with each run of blanks (also no-break blanks) as one."""
    return " ".join(text.split())


def resolve(pathway: Pathway, field: str) -> Any:
    """What stands in a field. LookupError when there is none.

    A list is entered by number or by the `id` of the item: `criteria[adult].published[0]`.
    """
    if not re.fullmatch(r"\w+(\[[\w-]+\]|\.\w+)*", field):
        raise LookupError(field)
    value: Any = pathway
    for name, key in re.findall(r"(\w+)|\[([\w-]+)\]", field.replace("[", " [")):
        if name:
            if not isinstance(value, msgspec.Struct) or name not in value.__struct_fields__:
                raise LookupError(field)
            value = getattr(value, name)
        elif not isinstance(value, tuple):
            raise LookupError(field)
        elif key.isdigit():
            value = value[int(key)]
        else:
            value = next((item for item in value if getattr(item, "id", None) == key), None)
            if value is None:
                raise LookupError(field)
    return value


def _sentences(coverage: Coverage, page: str) -> Iterator[Fault]:
    wanted = sentences(page)
    given = [normal(sentence.words) for sentence in coverage.sentences]
    for sentence in wanted:
        if given.count(sentence) < wanted.count(sentence):
            yield Fault(("sentences",), f"This sentence of the page has no entry: {sentence}")
    for index, words in enumerate(given):
        if given[: index + 1].count(words) > wanted.count(words):
            yield Fault(("sentences", index, "words"), "The page has no such sentence. Keep its words to the letter.")


def _fields(coverage: Coverage, pathway: Pathway) -> Iterator[Fault]:
    for index, sentence in enumerate(coverage.sentences):
        path: FieldPath = ("sentences", index, "fields")
        if not sentence.fields:
            yield Fault(path, "Name the field that carries this sentence.")
        rest, missing = normal(sentence.words), False
        for number, field in enumerate(sentence.fields):
            try:
                held = [normal(text.words) for text in texts(resolve(pathway, field))]
            except LookupError:
                missing = True
                yield Fault((*path, number), f"The pathway has no field `{field}`.")
                continue
            if any(normal(sentence.words) in words for words in held):
                rest = ""
            elif not held or not all(words in normal(sentence.words) for words in held):
                missing = True
                yield Fault((*path, number), f"The words of `{field}` are not in this sentence.")
            for words in held:
                rest = rest.replace(words, " ", 1)
        if sentence.fields and not missing and re.search(r"\w", rest):
            yield Fault(path, f"No field carries these words: {normal(rest)}")


def _tests(coverage: Coverage, tests: Path | None) -> Iterator[Fault]:
    known: dict[str, frozenset[str]] = {}
    for index, sentence in enumerate(coverage.sentences):
        path: FieldPath = ("sentences", index, "shown_by")
        if not sentence.shown_by and sentence.open is None:
            yield Fault(path, "Name the test that shows this sentence working, or say in `open` what is not built yet.")
        for number, test in enumerate(sentence.shown_by if tests else ()):
            file, _, name = test.partition("::")
            if tests and file not in known:
                known[file] = _tests_in(tests / file)
            if name not in known[file]:
                yield Fault((*path, number), f"There is no test `{test}`.")


def _tests_in(file: Path) -> frozenset[str]:
    try:
        body = ast.parse(file.read_bytes()).body
    except (OSError, SyntaxError):
        return frozenset()
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = {node.name for node in body if isinstance(node, functions)}
    for group in body:
        if isinstance(group, ast.ClassDef):
            found |= {f"{group.name}::{node.name}" for node in group.body if isinstance(node, functions)}
    return frozenset(name for name in found if name.rpartition("::")[2].startswith("test_"))


def _unpublished(pathway: Pathway, page: str, file: Path) -> Iterator[Problem]:
    even = normal(page.replace("•", " "))
    for path, words, _ in texts(pathway):
        if "published" in path and path[0] not in ("source", "podcasts") and normal(words) not in even:
            yield Problem(file, 0, field_name(path), f"The page does not have these published words: {words}")
