"""What a page says beside single criteria, as every door shows it.

What is urgent, what belongs together, programmes, priority classes, and the small print of one criterion.
Nothing here suggests a programme, a class or an outcome: the states are shown where they belong, and a person chooses.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from painpath.pathway import Pathway
from painpath.pathway.measures import Threshold, bounds_in_words
from painpath.pathway.model import Criterion, Priority
from painpath.pathway.shapes import Combination
from painpath.screening.combinations import bypassed, combined
from painpath.screening.model import State
from painpath.web.clauses import STATE_COLOURS, STATES, colour_of, labels_of
from painpath.web.places import Place

HOW = {
    ("inclusion", "all"): "All of these have to hold",
    ("inclusion", "any"): "One of these has to hold",
    ("inclusion", "not"): "This must not hold",
    ("exclusion", "all"): "All of these together keep somebody out",
    ("exclusion", "any"): "Any one of these keeps somebody out",
    ("exclusion", "not"): "Without this somebody is kept out",
}
URGENCY = {"emergency": "Emergency", "urgent": "Urgent"}
_OF = {"age": "Age", "duration": "How long", "since": "How long ago"}


@dataclass(frozen=True)
class Part:
    """A criterion, or criteria that are tied together, with the state that the referral gives it."""

    name: str
    state_label: str = ""
    colour: str = ""
    link: str = ""
    """The criterion's place on the page."""
    how: str = ""
    """How its parts are tied together; empty for a criterion."""
    note: str = ""
    plain: str = ""
    """The same for patients, where nobody's referral is read: on the public page."""
    parts: tuple["Part", ...] = ()


@dataclass(frozen=True)
class Urgent:
    """Something that holds and cannot wait, with what the page points to."""

    level: str
    part: Part
    pointers: tuple[str, ...]


@dataclass(frozen=True)
class Heading:
    """A programme or a priority class, with the criteria that are its own."""

    name: str
    words: str
    parts: tuple[Part, ...]
    plain: tuple[str, ...] = ()
    """For patients, on the public page: what describes the class, in plain words."""


@dataclass(frozen=True)
class Shapes:
    """Everything beside the single criteria. Empty for a page that says nothing of the kind."""

    place: Place | None = None
    urgent: tuple[Urgent, ...] = ()
    combinations: tuple[Part, ...] = ()
    programmes: tuple[Heading, ...] = ()
    classes: tuple[Heading, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything below the red flags to show."""
        return bool(self.place or self.combinations or self.programmes or self.classes)


def shapes(
    pathway: Pathway, states: Mapping[str, str] | None = None, place: Place | None = None,
    kept: Mapping[str, str] = MappingProxyType({}),
) -> Shapes:  # fmt: skip
    """What the page says beside its criteria, with the states of one referral, or without any for the public page.
    `place` is where the patient lives (`web.places`). `kept` is what the reading of the letters said of combinations:
    shown where a clinician's word, or a later program, makes it another."""
    drawn = _Drawn(pathway, states, kept)
    inner = {member for one in pathway.combinations for member in one.of}
    return Shapes(
        place=place,
        urgent=tuple(drawn.urgent()),
        combinations=tuple(
            drawn.part(one.id)
            for one in pathway.combinations
            if one.id not in inner and one.priority is None and one.programme is None
        ),
        programmes=tuple(drawn.programmes()),
        classes=tuple(drawn.classes()),
    )


class _Drawn:
    """The parts of a page, with the states of one referral or none."""

    def __init__(self, pathway: Pathway, states: Mapping[str, str] | None, kept: Mapping[str, str]) -> None:
        self.kept = kept
        self.pathway = pathway
        self.criteria = {criterion.id: criterion for criterion in pathway.criteria}
        self.combinations = {one.id: one for one in pathway.combinations}
        self.states = {name: State(state) for name, state in (states or {}).items()}
        self.read = states is not None
        self.tied = {one.id: one.state for one in combined(pathway, self.states)}
        self.passed = bypassed(pathway, self.states)

    def part(self, name: str) -> Part:
        note = f"Need not hold: {self.criteria[self.passed[name]].name}" if name in self.passed else ""
        if (criterion := self.criteria.get(name)) is not None:
            state = self.states.get(name, State.NOT_STATED)
            return Part(
                criterion.name,
                labels_of(criterion, self.pathway)[state] if self.read else "",
                colour_of(criterion, state, self.pathway) if self.read else "",
                f"#criterion-{name}" if self.read else f"#{name}",
                note=note,
            )
        one = self.combinations[name]
        was = self.kept.get(name, self.tied[name])
        if self.read and was != self.tied[name]:
            note = ". ".join(filter(None, (note, f"As it was read: {STATES[was].lower()}")))
        return Part(
            one.name,
            STATES[self.tied[name]] if self.read else "",
            STATE_COLOURS[self.tied[name]] if self.read else "",
            how=HOW[one.group, one.how],
            note=note,
            plain="" if self.read else one.plain or "",
            parts=tuple(self.part(member) for member in one.of),
        )

    def urgent(self) -> Iterator[Urgent]:
        for level, words in URGENCY.items():
            for criterion in self.criteria.values():
                if criterion.urgency == level and _holds(criterion, self.states.get(criterion.id)):
                    yield Urgent(words, self.part(criterion.id), pointers_of(criterion, self.pathway))

    def programmes(self) -> Iterator[Heading]:
        for programme in self.pathway.programmes:
            own = [one.id for one in self.combinations.values() if one.programme == programme.id]
            inside = {name for one in own for name in self.all_of(self.combinations[one])}
            own += [one.id for one in self.criteria.values() if programme.id in one.programmes and one.id not in inside]
            yield Heading(programme.name, programme.plain, tuple(self.part(name) for name in own))

    def classes(self) -> Iterator[Heading]:
        tied = [one for one in self.combinations.values() if one.priority is not None]
        if not tied and not any(priority.default or priority.target for priority in self.pathway.priorities):
            return
        for priority in self.pathway.priorities:
            names = dict.fromkeys(name for one in tied if one.priority == priority.id for name in self.all_of(one))
            # Of a referral only what it has words for: a list of everything that it does not say would hide them.
            named = [name for name in names if not self.read or self.states.get(name) in (State.FOR, State.MIXED)]
            plain = [one.plain for one in tied if one.priority == priority.id and one.plain and not self.read]
            yield Heading(priority.name, target_of(priority), tuple(map(self.part, named)), tuple(plain))

    def all_of(self, one: Combination) -> Iterator[str]:
        for member in one.of:
            if member in self.combinations:
                yield from self.all_of(self.combinations[member])
            else:
                yield member


def _holds(criterion: Criterion, state: State | None) -> bool:
    """Whether the referral says, or leaves open, that what is urgent is there."""
    return state is State.MIXED or state is (State.AGAINST if criterion.shuts_out else State.FOR)


def passed_over(pathway: Pathway, states: Mapping[str, str]) -> dict[str, str]:
    """Of each criterion that another one passes over, and that does not speak for the referral by itself: why it need
    not hold. Its state, its words and its place on the sheet stay; what is left open passes nothing over."""
    names = pathway.named()
    return {
        other: f"Passed over: “{names[by]}” speaks for the referral. Where it does, the page does not ask for this."
        for other, by in bypassed(pathway, {name: State(state) for name, state in states.items()}).items()
        if states.get(other) != State.FOR
    }


def target_of(priority: Priority) -> str:
    """By when somebody of this class is seen, and whether it is everybody's."""
    words = []
    if target := priority.target:
        unit = {"days": "days", "working_days": "working days"}[target.unit]
        words.append(f"Within {target.days} {unit}: {target.what}")
    if priority.default:
        words.append("For everybody whom no other class describes.")
    return " ".join(words)


def pointers_of(criterion: Criterion, pathway: Pathway) -> tuple[str, ...]:
    """What the criterion may point to, in words."""
    return tuple(
        pathway.outcome(pointer.outcome).label
        + (f": {pathway.signpost(pointer.signpost).name}" if pointer.signpost else "")
        for pointer in criterion.outcomes
    )


def notes_of(criterion: Criterion, pathway: Pathway) -> tuple[str, ...]:
    """The small print of one criterion: numbers, conditions, how strongly it is said, what it belongs to."""
    names = pathway.named()
    programmes = [pathway.programme(one).name for one in criterion.programmes]
    said = [
        *(f"{_what(one, pathway)}: {bounds_in_words(one)}{_for(one)}." for one in criterion.thresholds),
        f"It counts only under this condition: {criterion.only_if}." if criterion.only_if else "",
        "The page advises this; it is no rule." if criterion.strength == "should" else "",
        "It says who may be helped, and keeps nobody out." if criterion.strength == "may" else "",
        "Against this, people can be seen and may be helped less." if criterion.tier == "limited" else "",
        f"{URGENCY[criterion.urgency]} where it holds." if criterion.urgency != "routine" else "",
        f"Only for: {', '.join(programmes)}." if programmes else "",
        f"Where this holds, nothing more is needed of: {', '.join(names[one] for one in criterion.bypasses)}."
        if criterion.bypasses
        else "",
        f"To come with the referral: {criterion.attached}." if criterion.attached else "",
        "The page puts this to patients." if criterion.audience == ("patient",) else "",
    ]
    return tuple(words.replace("..", ".") for words in said if words)


def _what(threshold: Threshold, pathway: Pathway) -> str:
    return pathway.scale(threshold.scale).name if threshold.scale else _OF[threshold.of]


def _for(threshold: Threshold) -> str:
    return f" ({threshold.for_group})" if threshold.for_group else ""


def required_of(pathway: Pathway) -> tuple[str, ...]:
    """What to put in a referral, apart from the criteria."""
    return tuple(one.words for one in pathway.required)


def catchment_of(pathway: Pathway) -> tuple[str, ...]:
    """For whom the service is there by place, and where others go: one sentence each."""
    catchment = pathway.catchment
    if catchment is None:
        return ()
    said = [
        "Patients of the practices that this service has a contract with." if catchment.practices else "",
        f"Postcodes that begin with {', '.join(catchment.postcodes)}." if catchment.postcodes else "",
        f"People from elsewhere: {catchment.redirect}" if catchment.redirect else "",
    ]
    return (*catchment.published, *(words for words in said if words))
