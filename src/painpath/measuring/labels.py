"""What groups are called, and the order in which they are shown."""

from collections.abc import Collection, Mapping

from painpath.accounts.models import Service
from painpath.directory.models import Practice
from painpath.figures.model import Split
from painpath.letters.models import CHANNELS as BY_LETTER
from painpath.letters.models import DispatchState
from painpath.measuring.gathering import NONE, OUTCOMES
from painpath.measuring.groups import AGE_BANDS, NOT_KNOWN
from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.models.questionnaires import CHANNELS as BY_FORM

_FIXED: dict[Split, dict[str, str]] = {
    Split.DEPRIVATION: {"1": "Most deprived fifth", "2": "Second fifth", "3": "Third fifth", "4": "Fourth fifth",
                        "5": "Least deprived fifth"},
    Split.AGE_BAND: {AGE_BANDS[0]: "Under 18"} | {one: one.replace("-", " to ") for one in AGE_BANDS[1:-1]}
                    | {AGE_BANDS[-1]: "85 and over"},
    Split.SEX: {"female": "Female", "male": "Male", "other": "Other"},
    Split.ETHNICITY: {"asian": "Asian or Asian British", "black": "Black, Black British, Caribbean or African",
                      "mixed": "Mixed or multiple ethnic groups", "white": "White", "other": "Other ethnic group"},
    Split.LANGUAGE: {"english": "English", "other": "Another language"},
    Split.COMMUNICATION_NEED: {"needed": "A need is recorded", "none": "None is needed"},
    Split.STATE: {
        "yes": "Got there", "no": "Did not get there", "no_answer": "No answer",
        "overdue": "Overdue", "due": "Due within 28 days", "later": "Due later", "no_date": "No date",
        "in_time": "In time",
    } | {state.value: str(state.label) for state in DispatchState},
    Split.CHANNEL: {**BY_FORM, **BY_LETTER},
}  # fmt: skip
"""Split -> its groups, in the order in which they are shown."""


def labels(service: Service, split: str, keys: Collection[str]) -> dict[str, str]:
    """A name for each of these groups; a criterion or signpost that the pathway has no more stands by its id."""
    found = {**_named(service, Split(split), keys), NOT_KNOWN: "Not known"}
    return {key: found.get(key) or key.replace("-", " ").capitalize() for key in keys}


def _named(service: Service, split: Split, keys: Collection[str]) -> Mapping[str, str]:
    if split in _FIXED:
        return _FIXED[split]
    if split == Split.PRACTICE:
        known = Practice.objects.filter(service=service, pk__in=[key for key in keys if key.isdigit()])
        return {str(pk): name for pk, name in known.values_list("pk", "name")}
    return _of_pathway(pathways.in_force(service)[0], split)


def _of_pathway(pathway: Pathway, split: Split) -> dict[str, str]:
    if split == Split.ROUTE:
        return {one.id: one.name for one in pathway.routes}
    if split == Split.OUTCOME:
        return {one.id: one.label for one in pathway.outcomes}
    if split == Split.CLAUSE:
        return {one.id: one.name for one in pathway.criteria} | {NONE: "No criterion"}
    return {one.id: one.name for one in pathway.signposts}


def in_order(split: str, keys: Collection[str], names: Mapping[str, str]) -> list[str]:
    """Fixed groups in their own order, others by their name; what is not known stands last."""
    known = [*_FIXED.get(Split(split), OUTCOMES if split == Split.OUTCOME else ())]
    place = {key: number for number, key in enumerate(known)}
    return sorted(keys, key=lambda key: (key in (NOT_KNOWN, NONE), place.get(key, len(place)), names[key], key))
