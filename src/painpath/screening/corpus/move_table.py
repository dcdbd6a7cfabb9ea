"""The counts of a comparison as tables for a terminal."""

from collections import Counter
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from painpath.pathway.model import Pathway
from painpath.screening.corpus.counting import AlertMove, Counts, Group, Move
from painpath.screening.model import Certainty, State
from painpath.screening.table import ALERTS


def show(counts: Counts, before: Pathway, after: Pathway, console: Console | None = None) -> None:
    """Print the alerts that differ, lost ones first; how many letters change; each criterion with its states before and
    after; those that only one version has; and the same by group.
    """
    console = console or Console(highlight=False)
    names = {one.id: one.name for one in (*before.criteria, *after.criteria)}
    names |= {one.id: one.name for one in (*before.combinations, *after.combinations)}
    console.print(Text(f"{_version(before)} → {_version(after)}"))
    _alerts(console, counts)
    console.print(Text(f"{counts.changed} of {counts.letters} letters change.", style="bold"))
    if counts.unread:
        console.print(Text(f"{counts.unread} of them have pages that could not be read.", style="yellow"))
    both = Counter({move: letters for move, letters in counts.moves.items() if move.before and move.after})
    if not both:
        console.print(Text("No criterion of any letter changes its state."))
    else:
        _moves(console, both, names)
    for sentence in _of_one_side(counts, before, after, names):
        console.print(Text(sentence))
    for column in dict.fromkeys(group.column for group in sorted(counts.group_letters)):
        _by_group(console, column, counts, names)
    console.print(Text("A reading aid about a draft. It decides nothing about anybody.", style="dim"))


def _version(pathway: Pathway) -> str:
    return f"{pathway.name} {pathway.version} ({pathway.digest[:12]})"


def _alerts(console: Console, counts: Counts) -> None:
    if counts.lost:
        console.print(Text(f"{counts.lost} of {counts.letters} letters LOSE AN ALERT.", style="bold red"))
    if not counts.alerts:
        console.print(Text("Both versions raise the same alerts. Of dangers that neither finds this says nothing."))
        return
    table = _table("Alert", "From", "To", "Letters")
    for alert, letters in _lost_first(counts.alerts):
        table.add_row(ALERTS[alert.kind], *_certainties(alert), str(letters), style="" if alert.after else "bold red")
    console.print(table)


def _lost_first(alerts: Counter[AlertMove]) -> list[tuple[AlertMove, int]]:
    def key(item: tuple[AlertMove, int]) -> tuple[bool, bool, int, str]:
        alert, letters = item
        return alert.after is not None, alert.before is None, -letters, str(alert)

    return sorted(alerts.items(), key=key)


def _certainties(alert: AlertMove) -> tuple[str, str]:
    return _certainty(alert.before), _certainty(alert.after)


def _certainty(certainty: Certainty | None) -> str:
    return certainty.value if certainty else "no alert"


def _of_one_side(counts: Counts, before: Pathway, after: Pathway, names: dict[str, str]) -> Iterator[str]:
    """Once for each criterion or combination that only one version has: how many letters state it."""
    old, new = (
        [*(one.id for one in side.criteria), *(one.id for one in side.combinations)] for side in (before, after)
    )
    sides = [(one, "no longer there", "had") for one in old if one not in new]
    sides += [(one, "new", "would get") for one in new if one not in old]
    for criterion, what, verb in sides:
        letters = sum(n for move, n in counts.moves.items() if move.criterion == criterion)
        yield f"{names[criterion]} is {what}: {letters} of {counts.letters} letters {verb} a state for it."


def _moves(console: Console, moves: Counter[Move], names: dict[str, str]) -> None:
    table = _table("Criterion", "From", "To", "Letters")
    for move, letters in sorted(moves.items(), key=_often):
        table.add_row(names.get(move.criterion, move.criterion), *_states(move), str(letters))
    console.print(table)


def _by_group(console: Console, column: str, counts: Counts, names: dict[str, str]) -> None:
    table = _table(column, "Criterion", "From", "To", "Letters")
    for group in sorted(one for one in counts.group_letters if one.column == column):
        table.add_row(group.value, Text("any", style="dim"), "", "", _of(counts, group), style="bold")
        for alert, letters in _lost_first(counts.group_alerts[group]):
            table.add_row("", f"Alert: {ALERTS[alert.kind]}", *_certainties(alert), str(letters))
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
