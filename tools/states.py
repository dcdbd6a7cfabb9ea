"""Prints `docs/reference/states.md` from the transition table.

.venv/bin/python tools/states.py > docs/reference/states.md
"""

from collections.abc import Iterable

from painpath.accounts.roles import CLIENT, PATIENT, PROCESS, ROLES
from painpath.referrals.transitions import CAN_COME_BACK, LABELS, OPEN, OUTCOME_STATES, OWNERS, VERBS, State

INTRODUCTION = """# States of a referral, and what leads from one to another

Made by `tools/states.py` from `src/painpath/referrals/transitions.py`, the one table that code, buttons and tests
read. Change that table, then run the tool again; a test compares the two.

Every step is a row that is never changed: who, when, from, to, and why. Replaying the rows gives the present state.
"""

WHO = ROLES | {PATIENT: "Patient", CLIENT: "Another program", PROCESS: "The program, once all of it has been read"}


def main() -> None:
    """Print the whole page."""
    print(INTRODUCTION)
    print("## States\n")
    print("An open referral has an owner and a due date; the database refuses one without. Every open state leads also")
    print("to the verbs that close a referral from anywhere (below, from “every open state”).\n")
    table(
        ("state", "shown as", "kind", "owned by, until somebody takes it", "leads on through"),
        (
            (
                f"`{state}`",
                LABELS[state],
                "open" if state in OPEN else "ended",
                ROLES.get(OWNERS.get(state, ""), ""),
                way(state),
            )
            for state in State
        ),
    )
    print("\n## Verbs\n")
    table(
        ("verb", "what happened", "from", "to", "who may", "reason"),
        (
            (
                f"`{verb.name}`",
                verb.label,
                names(verb.leaves) or "nothing",
                f"`{verb.to}`" if verb.to else "see outcomes",
                ", ".join(sorted(WHO[who] for who in verb.who)),
                "needed" if verb.needs_reason else "",
            )
            for verb in VERBS.values()
        ),
    )
    print("\n## Outcomes\n")
    print(
        "What `decide` leads to. Which clauses, words and dates each outcome needs is the pathway's `outcomes.yaml`.\n"
    )
    table(("outcome", "to"), ((f"`{outcome}`", f"`{state}`") for outcome, state in OUTCOME_STATES.items()))


def names(states: Iterable[State]) -> str:
    """The states in the table's own order; those that are all open or all ended by that name."""
    chosen = frozenset(states)
    if chosen == OPEN:
        return "every open state"
    if chosen == CAN_COME_BACK:
        return "every ended state but `discharged`"
    return ", ".join(f"`{state}`" for state in State if state in chosen)


def way(state: State) -> str:
    """The verbs that lead out of a state."""
    if state in OPEN or state in CAN_COME_BACK:
        return ", ".join(f"`{verb.name}`" for verb in VERBS.values() if state in verb.leaves and verb.leaves != OPEN)
    return "a new referral that follows this one"


def table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Print a table."""
    print("|" + "|".join(f" {heading} " for heading in headings) + "|")
    print("|" + "---|" * len(headings))
    for row in rows:
        print("|" + "|".join(f" {cell} " for cell in row) + "|")


if __name__ == "__main__":
    main()
