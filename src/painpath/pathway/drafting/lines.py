"""A page as lines: what is a bullet and how deep it stands, what is a connecting word, what goes on from a line before.

Text comes as people paste it: bullets of any kind, tabs, Windows line ends, no-break blanks, sometimes HTML.
"""

import re
from typing import Literal

from painpath.pathway.base import Data
from painpath.pathway.drafting.tables import Cell, table_at
from painpath.pathway.drafting.triage import Row, in_lines, labelled

_TAGS = re.compile(r"</?(?:p|li|ul|ol|h[1-6]|br|div|td|tr)\b[^<>]*>", re.IGNORECASE)
_SIGN = r"[•·●○▪■□◦‣⁃✓✔✗✘☐☑☒►➢❖\uf0b7\uf0a7]|\[[ xX]?\](?=\s)|[-+*–—§>?](?=\s)|o(?=\s)"
_CLAUSE_NUMBER = (
    r"\d{1,2}(?:\.\d{1,2}){1,2}[.)]?(?=[ \t]+[A-Za-z(\"“])(?! ?(?:mg|mmol|kg|units?|hours?|years?|months?|weeks?)\b)"
)
_NUMBER = rf"(?:\(?(?:\d{{1,2}}|[a-z]|[ivx]{{1,4}})[.)]|\(?(?:[A-Z]|[IVX]{{1,4}})\)|{_CLAUSE_NUMBER})"
_BULLET = re.compile(rf"^(?P<indent>[ \t]*)(?:(?P<sign>{_SIGN})[ \t]*|(?P<number>{_NUMBER})[ \t]+)(?P<text>\S.*)$")
_CONNECTOR = re.compile(r"^\W*(?P<how>and|or|and/or)\W*$", re.IGNORECASE)
_OURS = re.compile(r"^[A-Z][A-Z /-]{2,20}: ")
_KNOWN_HEAD = re.compile(
    r"^(?:SOURCE|URL|FROM|FETCHED|RETRIEVED|CAPTURED|PUBLISHED|DATE|NOTE|FILE|PAGE|LICENCE|TITLE|ADDRESS)\b"
)
_BRACKETED = re.compile(r"^\[[^\]]*\]$")
_BLANKS = str.maketrans({"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u200b": "", "\ufeff": "", "\u00ad": ""})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class Line(Data, frozen=True, kw_only=True):
    """One line, or several that belong together."""

    numbers: tuple[int, ...]
    kind: Literal["text", "bullet", "connector", "remark", "triage"]
    """`remark`: in square brackets, somebody's note on the text. `triage`: a problem with where and how soon."""
    text: str
    """Without its bullet; the words themselves are as they stand."""
    indent: int = 0
    numbered: str = ""
    after_blank: bool = False
    triage: Row | None = None
    """Where and how soon, of a line of that kind."""

    @property
    def first(self) -> int:
        """Its first line in the text."""
        return self.numbers[0]


def plain(text: str) -> str:
    """The text with even line ends and blanks, and without HTML."""
    text = _CONTROL.sub("", text.translate(_BLANKS).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n"))
    text = text.replace("\x85", "\n").replace("\u2028", "\n").replace("\u2029", "\n").replace("\v", "\n")
    text = re.sub(r"[\x1c-\x1e]", "\n", text)
    return _without_tags(text) if len(_TAGS.findall(text)) > 2 else text


def without_head(text: str) -> tuple[str, tuple[str, ...]]:
    """The page, with as many lines as the text; and the lines at its top that are about the file ("SOURCE: ...")."""
    rows = text.split("\n")
    head = 0
    while head < len(rows) and _OURS.match(rows[head]):
        head += 1
    # A page may begin with one line in capitals; two, or one and a blank line, are somebody's notes on the file.
    alone = head == 1 and len(rows) > 1 and not rows[1].strip() and _KNOWN_HEAD.match(rows[0])
    if head > 1 or alone:
        return "\n".join(["" for _ in rows[:head]] + rows[head:]), tuple(rows[:head])
    return text, ()


def lines(text: str) -> list[Line]:
    """The lines of a page, in order; empty ones are left out, and what goes on from a line before is joined to it."""
    found: list[Line] = []
    blank = True
    rows, past = text.split("\n"), 0
    for number, row in enumerate(rows, 1):
        if number <= past:
            continue
        if (table := table_at(rows, number - 1)) is not None:
            past, before, blank = number - 1 + table[0], blank, True
            found += [_of_cell(cell, before and at == 0) for at, cell in enumerate(table[1])]
            continue
        if (several := in_lines(rows, number - 1)) is not None:
            past = number - 1 + len(several)
            found += [
                _of_cell(Cell(number + at, False, row.problem, row), blank and at == 0)
                for at, row in enumerate(several)
            ]
            blank = False
            continue
        if (labels := labelled(rows, number - 1)) is not None:
            past, problem = number - 1 + labels[0], labels[1]
            numbers = tuple(range(number, past + 1))
            found.append(Line(numbers=numbers, kind="triage", text=problem.problem, after_blank=blank, triage=problem))
            blank = False
            continue
        row = row.expandtabs(4).rstrip()
        if not row.strip():
            blank = True
            continue
        line = _line(row, number, blank)
        last = found[-1] if found else None
        if last is not None and not blank and _goes_on(last, line, row):
            found[-1] = _join(last, line)
        else:
            found.append(line)
        blank = False
    return found


def _of_cell(cell: Cell, after_blank: bool) -> Line:
    return Line(
        numbers=(cell.number,),
        kind="triage" if cell.triage else "text" if cell.heading else "bullet",
        text=cell.text,
        after_blank=cell.heading or after_blank,
        triage=cell.triage,
    )


def is_bullet_line(row: str) -> bool:
    """Whether a line of a page is a bullet with a sign (and not a number) before it."""
    found = _BULLET.match(row)
    return found is not None and found["sign"] is not None


def _line(row: str, number: int, blank: bool) -> Line:
    words = row.strip()
    indent = len(row) - len(row.lstrip())
    if how := _CONNECTOR.match(words):
        return Line(numbers=(number,), kind="connector", text=how["how"].lower(), indent=indent, after_blank=blank)
    if _BRACKETED.match(words):
        return Line(numbers=(number,), kind="remark", text=words, indent=indent, after_blank=blank)
    if bullet := _BULLET.match(row):
        inner = re.findall(r"\.(?=\d)", bullet["number"] or "")
        indent += 4 * max(0, len(inner) - 1)  # 3.1.2 stands under 3.1
        return Line(
            numbers=(number,),
            kind="bullet",
            text=bullet["text"].strip(),
            indent=indent,
            numbered=bullet["number"] or "",
            after_blank=blank,
        )
    return Line(numbers=(number,), kind="text", text=words, indent=indent, after_blank=blank)


def _goes_on(last: Line, line: Line, row: str) -> bool:
    if line.kind != "text" or last.kind not in ("text", "bullet"):
        return False
    if last.kind == "bullet":
        begins_small = line.text[0].islower() or line.text[0] in "(&,;"
        return line.indent > last.indent or (begins_small and not last.text.endswith((".", ":")))
    return len(last.text) > 60 and last.text[-1] not in ".:;?!" and line.text[0].islower()


def _join(last: Line, line: Line) -> Line:
    return Line(
        numbers=(*last.numbers, *line.numbers),
        kind=last.kind,
        text=f"{last.text} {line.text}",
        indent=last.indent,
        numbered=last.numbered,
        after_blank=last.after_blank,
    )


def _without_tags(text: str) -> str:
    from inscriptis import get_text  # only for what was copied as HTML
    from inscriptis.model.config import ParserConfig

    return re.sub(r"(?m)^( +)[+o] (?=\S)", r"\1- ", get_text(text, ParserConfig(table_cell_separator="\t")))
