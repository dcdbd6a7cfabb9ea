"""OWASP ASVS, line by line: what is met and where that is seen, what is not ours and why, what is open."""

from painpath.assurance.case import Case
from painpath.assurance.documents.parts import inline, made_from, page, paragraph, table
from painpath.assurance.model import Chapter, Requirement

_STATES = ("met", "not ours", "open")


def text(case: Case) -> str:
    """The whole table, with its counts before it."""
    said = case.verification
    every = [asked for chapter in said.chapters for asked in chapter.requirements]
    return page(
        f"# {said.title}",
        made_from("asvs.yaml"),
        *map(paragraph, said.introduction),
        table(("", *_STATES, "all"), [_counts(f"level {level}", [asked for asked in every if asked.level == level])
                                      for level in (1, 2)]),
        *(block for chapter in said.chapters for block in _chapter(chapter)),
    )  # fmt: skip


def _counts(name: str, asked: list[Requirement]) -> list[object]:
    return [name, *(sum(one.state == state for one in asked) for state in _STATES), len(asked)]


def _chapter(chapter: Chapter) -> tuple[str, str]:
    rows = [(asked.id, asked.level, asked.asks, asked.state, _reason(asked)) for asked in chapter.requirements]
    return f"## {chapter.id} {chapter.name}", table(("", "level", "asks", "state", "why"), rows)


def _reason(asked: Requirement) -> str:
    return " ".join(part for part in (asked.says or asked.not_ours, inline(asked)) if part)
