"""Where a referral stands, in plain words for the patient, and what patients can tell the team."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import get_args

from painpath.pathway.base import Data, Id, Words
from painpath.pathway.problems import Fault
from painpath.pathway.referring import StateId


class PatientState(Data, frozen=True, kw_only=True):
    """One state of a referral, for the person whose it is."""

    state: StateId
    plain_name: Words
    plain_now: Words
    """What happens now."""
    plain_next: Words
    """What happens next. `{due}` is the day until when; a sentence that names it is left out where no day is set."""


class Step(Data, frozen=True, kw_only=True):
    """One step that the patient may see, by the verb of the record. A verb that is not listed is not shown."""

    verb: Id
    plain: Words


class PatientChange(Data, frozen=True, kw_only=True):
    """Something that may have changed for the patient."""

    id: Id
    plain: Words
    urgent: bool = False
    """A danger may be behind it: what to do in an emergency is said again."""


class PatientStatus(Data, frozen=True, kw_only=True):
    """The page "Where am I?"."""

    states: tuple[PatientState, ...]
    steps: tuple[Step, ...]
    changes: tuple[PatientChange, ...]
    plain_emergency_heading: Words
    plain_emergency: tuple[Words, ...]
    """What to do at once, before anybody writes anything here."""
    plain_no_contact: Words
    """What to do where the service has published no contact for the patient's place."""
    plain_withdraw: tuple[Words, ...]
    """What it means to stop, and the way back: read before somebody confirms it."""
    source: Words

    def state(self, wanted: str) -> PatientState:
        """The words for this state; KeyError when there are none."""
        for one in self.states:
            if one.state == wanted:
                return one
        raise KeyError(wanted)

    def step(self, verb: str) -> str:
        """What this step is for the patient; empty for what they are not shown."""
        return next((one.plain for one in self.steps if one.verb == verb), "")

    def change(self, wanted: str) -> PatientChange:
        """The kind of change with this id; KeyError when there is none."""
        for one in self.changes:
            if one.id == wanted:
                return one
        raise KeyError(wanted)


def problems(status: PatientStatus) -> Iterator[Fault]:
    """Everything wrong with it: a state without words or with two, a field that is unknown, an id twice."""
    states = Counter(one.state for one in status.states)
    for state in get_args(StateId):
        if states[state] != 1:
            yield Fault(
                ("patient_status", "states"), f"There must be one entry for `{state}`; there are {states[state]}."
            )
    for index, one in enumerate(status.states):
        for field in re.findall(r"{(\w*)}", one.plain_next):
            if field != "due":
                yield Fault(
                    ("patient_status", "states", index, "plain_next"), f"There is no field `{field}`; there is `due`."
                )
    for name, ids in (("steps", [one.verb for one in status.steps]), ("changes", [one.id for one in status.changes])):
        for twice in sorted(one for one, count in Counter(ids).items() if count > 1):
            yield Fault(("patient_status", name), f"`{twice}` is there twice.")
