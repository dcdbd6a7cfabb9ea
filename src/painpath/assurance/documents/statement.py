"""A statement: sections of words and points, each point with its evidence."""

from collections.abc import Iterator

from painpath.assurance.case import Case
from painpath.assurance.documents.parts import evidence, item, made_from, page, paragraph
from painpath.assurance.model import Section


def text(case: Case, name: str, *more: str, also_from: tuple[str, ...] = ()) -> str:
    """The statement of this name, with further blocks at its end."""
    said = case.statements[name]
    return page(
        f"# {said.title}",
        made_from(f"{name}.yaml", *also_from),
        *map(paragraph, said.introduction),
        *(block for section in said.sections for block in _section(section)),
        *more,
    )


def _section(section: Section) -> Iterator[str]:
    yield f"## {section.heading}"
    if section.source:
        yield paragraph(f"Source: {section.source}")
    yield from map(paragraph, section.says)
    lines = []
    for point in section.points:
        asked = " ".join(part for part in (point.question, point.about) if part)
        lines += [item(f"**{asked}.** {point.says}" if asked else point.says), *evidence(point, 1)]
    yield "\n".join(lines)
