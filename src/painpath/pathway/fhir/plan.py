"""The published criteria as a PlanDefinition, one action a clause. It decides nothing: it says what is looked for.

Where a clause is arithmetic on the patient's age it carries FHIRPath, with the patient as `%patient`: the bounds of a
threshold, or 18 years where the clause is only said to be computed from the date of birth. Empty means that the age is
not known.
"""

from typing import Any

from painpath.pathway.criteria import ADULT, Criterion
from painpath.pathway.fhir.parts import OURS, concept, present, text
from painpath.pathway.measures import Threshold
from painpath.pathway.model import Pathway
from painpath.pathway.shapes import Combination

_TYPES = "http://terminology.hl7.org/CodeSystem/plan-definition-type"
_SPEAKS = {
    "inclusion": "Speaks for the referral when it holds",
    "exclusion": "Speaks against the referral now when it holds",
    "red_flag": "To be acted on before anything else when it holds",
    "readiness": "Something to think about before the referral; no test to pass",
}


_HOW = {"all": "All of these", "any": "Any of these", "not": "None of these"}
_PRIORITY = {"urgent": "urgent", "emergency": "stat"}
"""Request priorities of FHIR: `stat` is "immediately"."""


def plan_id(service: str, digest: str) -> str:
    """The id of the criteria in one version: 64 characters at most, as FHIR has it."""
    return f"{service[:45]}-{digest[:16]}"


def plan(pathway: Pathway, base: str) -> dict[str, Any]:
    """The criteria of a pathway, word for word, in the version of its digest."""
    source = pathway.source
    cited = f"{source.page}. {source.publisher}. {source.published}"
    return {
        "resourceType": "PlanDefinition",
        "id": plan_id(pathway.name, pathway.digest),
        "url": f"{OURS}criteria:{pathway.name}",
        "identifier": [{"system": f"{OURS}pathway-digest", "value": pathway.digest}],
        "version": f"{pathway.version}+{pathway.digest[:16]}",
        "name": "PublishedCriteria",
        "title": text(f"Published criteria of {pathway.service}"),
        "type": {"coding": [{"system": _TYPES, "code": "eligibility-criteria"}]},
        "status": "active",
        "publisher": text(pathway.service),
        "description": (
            "What this service publishes about whom it is for. A clinician decides about every referral; what is not "
            "stated never speaks against one."
        ),
        "relatedArtifact": [{"type": "citation", "citation": text(cited)}],
        "action": [
            *(_action(one, cited) for one in pathway.criteria),
            *(_tied(one, pathway) for one in pathway.combinations),
        ],
    }


def _tied(combination: Combination, pathway: Pathway) -> dict[str, Any]:
    """What a page ties together: its members by their codes, each an action of its own in the plan."""
    names = pathway.named()
    return present({
        "title": text(combination.name),
        "description": text("\n".join(combination.published)),
        "code": [concept(_HOW[combination.how], f"{OURS}combination-of-{combination.group}", combination.how),
                 concept(combination.name, f"{OURS}combination", combination.id)],
        "action": [{"title": text(names[member]), "code": [concept(names[member], f"{OURS}criterion", member)]}
                   for member in combination.of],
    })  # fmt: skip


def _action(criterion: Criterion, cited: str) -> dict[str, Any]:
    published = "\n".join(criterion.published)
    condition = expression(criterion)
    return present({
        "title": text(criterion.name),
        "description": text(published),
        "textEquivalent": text(criterion.question),
        "priority": _PRIORITY.get(criterion.urgency, ""),
        "code": [concept(_SPEAKS[criterion.group], f"{OURS}criterion-group", criterion.group),
                 concept(criterion.name, f"{OURS}criterion", criterion.id)],
        "documentation": [{"type": "citation", "display": text(published), "citation": text(cited)}],
        "condition": [{
            "kind": "applicability",
            "expression": {"language": "text/fhirpath", "expression": condition},
        }] if condition else [],
    })  # fmt: skip


def expression(criterion: Criterion) -> str:
    """FHIRPath that is true when the clause holds, false when it does not, empty when nobody knows."""
    ages = [one for one in criterion.thresholds if one.of == "age" and one.unit == "years"]
    if ages and len(ages) == len(criterion.thresholds) == 1 and not ages[0].for_group:
        return _between(ages[0])
    if criterion.thresholds or criterion.kind != "computed" or "date_of_birth" not in criterion.answered_by:
        return ""
    adult = f"%patient.birthDate.toDate() <= today() - {ADULT} years"
    return adult if criterion.group == "inclusion" else f"({adult}).not()"


def _between(bounds: Threshold) -> str:
    """Whole years of age within the bounds: who is 55 becomes "over 55" on the 56th birthday."""
    said = []
    if bounds.low is not None:
        years = int(bounds.low) if bounds.low_included else int(bounds.low) + 1
        said.append(f"%patient.birthDate.toDate() <= today() - {years} years")
    if bounds.high is not None:
        years = int(bounds.high) + 1 if bounds.high_included else int(bounds.high)
        said.append(f"%patient.birthDate.toDate() > today() - {years} years")
    return " and ".join(said)
