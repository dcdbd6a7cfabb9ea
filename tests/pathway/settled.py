"""A page as a running pathway: proposed, settled as an author would, written, compiled."""

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import yaml

from painpath.documents.model import DocumentText, Page
from painpath.pathway import Pathway
from painpath.pathway.draft_files import Compiled, compile_draft
from painpath.pathway.drafting import Finder, Proposal, propose
from painpath.pathway.drafting.answers import Answers
from painpath.pathway.drafting.writing import key_of, write
from painpath.screening import Screening, screen
from tests.pathway import drafts

TODAY = date(2026, 12, 1)


def answers(file: Path, proposal: Proposal) -> tuple[Answers, list[dict[str, Any]]]:
    """The answers of a page's settled file, its one confirmation wherever it has no other; and groups of its own."""
    data = yaml.safe_load(file.with_suffix(".settled.yaml").read_text(encoding="utf-8"))
    confirmed, own = data.pop("confirmed"), data.pop("vocabulary", [])
    clauses = data.setdefault("clauses", {})
    unknown = set(clauses) - {clause.id for clause in proposal.clauses}
    assert not unknown, f"{file.stem}: there is no clause {unknown}"
    for clause in proposal.clauses:
        clauses.setdefault(clause.id, {}).setdefault("settled", confirmed)
    settled = data.setdefault("settled", {})
    for one in proposal.unsettled:
        settled.setdefault(key_of(one), confirmed)
    data["published"] = str(data["published"])
    return msgspec.convert(data | {"texts_confirmed": confirmed}, Answers), own


def settled(file: Path, page: str, reader: Finder) -> Compiled:
    """The pathway of a page after its author."""
    proposal = propose(page, reader)
    said, own = answers(file, proposal)
    files = write(proposal, name(file), said)
    if own:
        files["vocabulary/of-the-author.yaml"] = yaml.safe_dump({"vocabulary": own})
    return compile_draft(name(file), files)


def name(file: Path) -> str:
    return file.stem.replace("_", "-")


def read(letter: str, pathway: Pathway) -> Screening:
    document = DocumentText(text=letter, pages=(Page(1, 0, len(letter)),), unread=(), media_type="text/plain")
    return screen(document, pathway, today=TODAY)


def letters(file: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load((drafts.LABELS / "letters" / file.name).read_text(encoding="utf-8")))
