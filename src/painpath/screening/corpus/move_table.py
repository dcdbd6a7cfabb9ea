"""The counts of a comparison as tables for a terminal."""

from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from painpath.pathway.model import Pathway
from painpath.screening.corpus.counting import Counts, Group, Move
from painpath.screening.model import State


def show(counts: Counts, before: Pathway, after: Pathway, console: Console | None = None) -> None:
    """Print how many letters change, each criterion with its states before and after, and the same by group."""
    console = console or Console(highlight=False)
    names = {one.id: one.name for one in (*before.criteria, *after.criteria)}
    names |= {one.id: one.name for one in (*before.combinations, *after.combinations)}
    console.print(Text(f"{_version(before)} → {_version(after)}"))
    console.print(Text(f"{counts.changed} of {counts.letters} letters change.", style="bold"))
    if counts.unread:
        console.print(Text(f"{counts.unread} of them have pages that could not be read.", style="yellow"))
    if not counts.moves:
        console.print(Text("No criterion of any letter changes its state."))
    else:
        _moves(console, counts.moves, names)
    for column in dict.fromkeys(group.column for group in sorted(counts.group_letters)):
        _by_group(console, column, counts, names)
    console.print(Text("A reading aid about a draft. It decides nothing about anybody.", style="dim"))


def _version(pathway: Pathway) -> str:
    return f"{pathway.name} {pathway.version} ({pathway.digest[:12]})"


def _moves(console: Console, moves: Counter[Move], names: dict[str, str]) -> None:
    table = _table("Criterion", "From", "To", "Letters")
    for move, letters in sorted(moves.items(), key=_often):
        table.add_row(names.get(move.criterion, move.criterion), *_states(move), str(letters))
    console.print(table)


def _by_group(console: Console, column: str, counts: Counts, names: dict[str, str]) -> None:
    table = _table(column, "Criterion", "From", "To", "Letters")
    for group in sorted(one for one in counts.group_letters if one.column == column):
        table.add_row(group.value, Text("any", style="dim"), "", "", _of(counts, group), style="bold")
        for move, letters in sorted(counts.group_moves[group].items(), key=_often):
            table.add_row("", names.get(move.criterion, move.criterion), *_states(move), str(letters))
    console.print(table)


def _of(counts: Counts, group: Group) -> str:
    return f"{counts.group_changed[group]} of {counts.group_letters[group]}"


def _often(item: tuple[Move, int]) -> tuple[int, str, str, str]:
    move, letters = item
    return -letters, move.criterion, move.before or "", move.after or ""


def _states(move: Move) -> tuple[str, str]:
    return _state(move.before), _state(move.after)


def _state(state: State | None) -> str:
    return state.value.replace("_", " ") if state else "no such criterion"


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, justify="right" if heading == "Letters" else "left", overflow="fold")
    return table
