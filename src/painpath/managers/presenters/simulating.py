"""What a simulation found, in words: what changes, for whom, in which referrals, and what is not covered."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership
from painpath.figures.definitions import SPLIT_LABELS
from painpath.figures.model import Split
from painpath.figures.small_numbers import hidden
from painpath.managers.grouping import SPLITS
from painpath.managers.presenters.days import day, moment
from painpath.measuring.groups import NOT_KNOWN
from painpath.measuring.labels import in_order, labels
from painpath.referrals.models import Simulation, SimulationChange
from painpath.referrals.publishing.tally import Group, Move, Tally, of_alert, of_one_side, read
from painpath.web.clauses import SPEAKS, colour_for, labels_for

LACKS = "Does not have it"
ADDRESS = ("clause", "from", "to")
"""How the address of a result names one move."""


def counts_for(run: Simulation, by: Membership) -> tuple[Tally, int]:
    """The counts that `by` may see, and how many restricted referrals are left out of them: leads open every record."""
    restricted = read(run.results.get("restricted", {}))
    whole = read(run.results.get("open", {}))
    if by.leads:
        return whole + restricted, 0
    return whole, restricted.whole.n + restricted.no_text + restricted.broke


def facts(run: Simulation) -> list[tuple[str, str]]:
    """What was tried, against what, on what."""
    tried = run.after_label
    if run.draft is not None:
        tried = f"Draft {run.draft.pk}, revision {run.draft_revision}"
    rows = [
        ("Tried", tried),
        ("Compared with", f"Version {run.before.label}"),
        ("Referrals received", f"{day(run.since)} to {day(run.until)}"),
        ("Begun by", f"{run.started_by.name}, {moment(run.started_at)}"),
    ]
    if run.ended_at is not None:
        ended = moment(run.ended_at)
        rows.append(("Stopped by", f"{run.stopped_by.name}, {ended}") if run.stopped_by else ("Finished", ended))
    return rows


def not_covered(tally: Tally, left_out: int, run: Simulation) -> list[str]:
    """What the result says nothing about."""
    said = [
        (tally.no_text, "{n} had no text that could be read, so {they} not compared."),
        (tally.partly, "{n} had a page or a document that was not read. Only the rest was compared."),
        (tally.broke, "The program broke down on {n}, so {they} not compared."),
        (left_out, "{n} restricted, so {they} left out here, with what is said of alerts. A lead sees {them} counted."),
    ]
    words = [_said(n, sentence) for n, sentence in said if n]
    if run.state == "stopped" and run.done < run.total:
        words.append(f"It was stopped: {run.total - run.done} of {run.total} referrals were not looked at.")
    below = " Read the words below." if tally.whole.changed else ""
    return [
        *words,
        "Answers to questionnaires, and what a clinician made of a clause, are not looked at: only what was written.",
        f"Where a person would read the words in another way, the result is wrong.{below}",
    ]


def _said(n: int, sentence: str) -> str:
    referrals = "1 referral" if n == 1 else f"{n} referrals"
    if "restricted" in sentence:
        referrals += " is" if n == 1 else " are"
    return sentence.format(n=referrals, they="it was" if n == 1 else "they were", them="it" if n == 1 else "them")


def move_rows(run: Simulation, tally: Tally, chosen: Move | None) -> list[dict[str, Any]]:
    """Which clauses of both versions change, most often first."""
    both = [item for item in tally.whole.moves.items() if not of_alert(item[0]) and not of_one_side(item[0])]
    ordered = sorted(both, key=lambda item: (-item[1], _place(run, item[0])))
    return [
        _sides(run, move) | {"n": n, "href": f"?{query(move)}#referrals", "chosen": move == chosen}
        for move, n in ordered
    ]


def one_side_rows(run: Simulation, tally: Tally, chosen: Move | None) -> list[dict[str, Any]]:
    """Once for each clause that only one version has: how many referrals state it, by state."""
    was, will = run.names.get("before", {}), run.names.get("after", {})
    sides = [(one, "is no longer there", "had") for one in was if one not in will]
    sides += [(one, "is new", "would get") for one in will if one not in was]
    rows = []
    for criterion, what, verb in sides:
        moves = sorted((move, n) for move, n in tally.whole.moves.items() if move[0] == criterion)
        n = sum(n for _, n in moves)
        name = (will.get(criterion) or was[criterion])[0]
        out_of = f"{n} of {tally.whole.n} referral{'s' if tally.whole.n != 1 else ''}"
        rows.append(
            {
                "name": name,
                "words": f"{what}: {out_of} {verb} a state for it",
                "moves": [_one_side(run, move, n) | {"chosen": move == chosen} for move, n in moves],
            }
        )
    return rows


def _one_side(run: Simulation, move: Move, n: int) -> dict[str, Any]:
    sides = _sides(run, move)
    return {"state": sides["after" if move[2] else "before"], "n": n, "href": f"?{query(move)}#referrals"}


def move_words(run: Simulation, move: Move) -> str:
    """`Adult: from Not stated to Speaks for`."""
    sides = _sides(run, move)
    return f"{sides['name']}: from “{sides['before']}” to “{sides['after']}”"


def group_tables(run: Simulation, tally: Tally, chosen: Move | None) -> list[dict[str, Any]]:
    """For whom, one table for each kind of group; rows that are too small are hidden."""
    tables = [_group_table(run, split, tally.groups.get(split.value, {}), chosen) for split in SPLITS]
    return [table for table in tables if table["rows"]]


def _group_table(run: Simulation, split: Split, found: dict[str, Group], chosen: Move | None) -> dict[str, Any]:
    if set(found) <= {NOT_KNOWN}:
        return {"rows": []}
    names = labels(run.service, split, list(found))
    keys = in_order(split, list(found), names)
    numbers = [(_changed(found[key], chosen), found[key].n) for key in keys]
    away = hidden([(changed, n - changed) for changed, n in numbers])
    rows = [
        {"name": names[key], "changed": None if at in away else changed, "n": None if at in away else n}
        for at, (key, (changed, n)) in enumerate(zip(keys, numbers, strict=True))
    ]
    return {"title": SPLIT_LABELS[split], "rows": rows, "hidden": bool(away), "nothing": len(away) == len(rows)}


def _changed(group: Group, chosen: Move | None) -> int:
    return group.changed if chosen is None else group.moves[chosen]


def referral_rows(run: Simulation, changes: Iterable[SimulationChange], blind: frozenset[int]) -> list[dict[str, Any]]:
    """The referrals of a page of the list, each with its changes and the words of both sides."""
    found: dict[int, dict[str, Any]] = {}
    for change in changes:
        row = found.setdefault(
            change.referral_id,
            {
                "reference": change.referral.reference,
                "href": reverse("triage:referral", args=[change.referral.reference]),
                "received": day(change.referral.received_at.astimezone(clock.LONDON).date()),
                "changes": [],
            },
        )
        row["changes"].append(_sides(run, (change.criterion, change.before, change.after)) | _quotes(change))
    return [row for pk, row in found.items() if pk not in blind]


def _quotes(change: SimulationChange) -> dict[str, Any]:
    quotes = list(change.quotes.all())
    return {
        side: [
            {"quote": " ".join(one.quote.split()), "speaks": SPEAKS[one.speaks], "why": one.why}
            for one in quotes
            if one.side == side.removeprefix("words_")
        ]
        for side in ("words_before", "words_after")
    }


def _sides(run: Simulation, move: Move) -> dict[str, Any]:
    criterion, before, after = move
    was, will = (run.names.get(side, {}).get(criterion) for side in ("before", "after"))
    said: dict[str, Any] = {"name": (will or was or [criterion])[0]}
    for side, state, known in (("before", before, was), ("after", after, will)):
        _, group, bears = known or ("", "", "referral")
        said[side] = labels_for(group, bears).get(state, LACKS)
        said[f"{side}_colour"] = colour_for(bears, state) if state else "white"
    return said


def _place(run: Simulation, move: Move) -> tuple[int, str, str]:
    known = [*run.names.get("before", {}), *run.names.get("after", {})]
    return known.index(move[0]) if move[0] in known else len(known), move[1], move[2]


def run_rows(runs: Sequence[Simulation]) -> list[dict[str, str]]:
    """Earlier runs of a draft, for its page."""
    return [
        {
            "href": reverse("managers:simulation", args=[run.key]),
            "when": moment(run.started_at),
            "period": f"{day(run.since)} to {day(run.until)}",
            "state": run.get_state_display(),
            "revision": str(run.draft_revision),
        }
        for run in runs
    ]


def query(move: Move | None, **more: str) -> str:
    """The part of the address that names a move."""
    return urlencode((dict(zip(ADDRESS, move, strict=True)) if move else {}) | more)
