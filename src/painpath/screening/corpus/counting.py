"""How often a run's letters change, criterion by criterion, and for whom: counts over the rows that it kept."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import msgspec

from painpath.screening.corpus.batch import Compared
from painpath.screening.model import AlertKind, Certainty, State

NOT_LISTED = "(not in the file)"
Groups = Mapping[str, Mapping[str, str]]
"""By column of the file: the group of each document."""


class Move(NamedTuple):
    """A criterion that goes from one state to another. `None`: this side does not have it."""

    criterion: str
    before: State | None
    after: State | None


class AlertMove(NamedTuple):
    """An alert that is lost, new or of another certainty. `None`: this side does not alert."""

    kind: AlertKind
    before: Certainty | None
    after: Certainty | None


class Group(NamedTuple):
    """A group of letters: which column of the file makes it, and what stands there."""

    column: str
    value: str


@dataclass
class Counts:
    """What a run has found. A letter counts once for each move, however often its words say so."""

    letters: int = 0
    changed: int = 0
    """Letters with at least one alert that differs, or a criterion of both versions that moves."""
    unread: int = 0
    """Letters with pages that could not be read."""
    errors: int = 0
    lost: int = 0
    """Letters that lose an alert."""
    alerts: Counter[AlertMove] = field(default_factory=Counter)
    moves: Counter[Move] = field(default_factory=Counter)
    group_letters: Counter[Group] = field(default_factory=Counter)
    group_changed: Counter[Group] = field(default_factory=Counter)
    group_alerts: dict[Group, Counter[AlertMove]] = field(default_factory=lambda: defaultdict(Counter))
    group_moves: dict[Group, Counter[Move]] = field(default_factory=lambda: defaultdict(Counter))


class GroupsError(Exception):
    """The file of groups cannot be used. The message says what to do."""


def read_groups(file: Path) -> Groups:
    """The groups of documents: a CSV file with a column `document` and one for each kind of group.

    Raises GroupsError when it is not such a file.
    """
    try:
        with file.open(newline="", encoding="utf-8-sig") as opened:
            rows = csv.DictReader(opened)
            columns = [name for name in rows.fieldnames or () if name != "document"]
            if not columns or "document" not in (rows.fieldnames or ()):
                raise GroupsError(f"{file}: the first line has to name a column “document” and at least one other.")
            groups: dict[str, dict[str, str]] = {column: {} for column in columns}
            for row in rows:
                for column in columns:
                    groups[column][row["document"]] = row[column] or ""
            return groups
    except OSError as error:
        raise GroupsError(f"{file} cannot be opened: {error.strerror}. Check its name.") from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise GroupsError(f"{file} is not a CSV file in UTF-8: {error}.") from None


def count(batches: Iterable[bytes], groups: Groups | None = None) -> Counts:
    """Count the rows of a run of `compare_batch`; with groups, also for each of them."""
    counts = Counts()
    for batch in batches:
        for line in batch.splitlines():
            row = msgspec.json.decode(line, type=Compared)
            if row.error is None:
                _add(counts, row, groups or {})
            else:
                counts.errors += 1
    return counts


def _add(counts: Counts, row: Compared, groups: Groups) -> None:
    moves = [Move(change.criterion, change.before, change.after) for change in row.changes]
    alerts = {AlertMove(one.kind, *one.certainties) for one in row.alerts}
    changed = bool(alerts) or any(move.before and move.after for move in moves)
    counts.letters += 1
    counts.changed += changed
    counts.unread += bool(row.unread)
    counts.lost += any(alert.after is None for alert in alerts)
    counts.alerts.update(alerts)
    counts.moves.update(moves)
    for column, values in groups.items():
        group = Group(column, values.get(row.document, NOT_LISTED))
        counts.group_letters[group] += 1
        counts.group_changed[group] += changed
        counts.group_alerts[group].update(alerts)
        counts.group_moves[group].update(moves)
