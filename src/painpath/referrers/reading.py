"""Reading a letter that is nowhere kept: files in the limited subprocess, a few at a time; then every criterion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from painpath import clock, documents, screening
from painpath.documents import DocumentError, DocumentText
from painpath.pathway import Pathway
from painpath.reading import printed
from painpath.screening import Screening

PATIENCE = 10.0  # seconds until somebody is told to come again
BETWEEN = "\n\n"


@dataclass(frozen=True)
class ReadFiles:
    """The text of files, and a sentence for each that could not be read, whole or in part."""

    text: str
    problems: tuple[str, ...]


def read_files(files: Sequence[tuple[str, bytes]]) -> ReadFiles:
    """Text of files (name, bytes), one after the other."""
    texts, problems = [], []
    for name, content in files:
        try:
            text = documents.read_in_turn(content, name, patience=PATIENCE)
        except DocumentError as error:
            problems.append(f"{name}: {error.sentence}")
            continue
        texts.append(text.text.replace("\f", "\n"))
        problems += [f"{name}, page {page.page}: {page.reason}" for page in text.unread]
    return ReadFiles(BETWEEN.join(text.strip() for text in texts if text.strip()), tuple(problems))


def with_answers(letter: str, answers: Mapping[str, str], pathway: Pathway) -> str:
    """The letter, followed by each answer under its question, which is marked as ours: it is nobody's evidence."""
    added = printed.answered((criterion.question, answers.get(criterion.id, "")) for criterion in pathway.criteria)
    return BETWEEN.join(part for part in (letter.strip(), *added) if part)


def screen(text: str, pathway: Pathway) -> tuple[DocumentText, Screening]:
    """Read a text against every criterion, as the record does with what is sent."""
    document = documents.read(text.encode(), "letter.txt")
    return document, screening.screen(document, pathway, written_on=None, today=clock.today())
