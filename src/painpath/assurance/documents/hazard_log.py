"""The hazard log: every hazard with its risk before and after, its controls with their evidence, and what remains."""

from collections.abc import Iterator

from painpath.assurance.case import Case
from painpath.assurance.documents.parts import WHO, evidence, item, made_from, page, paragraph, table, to_do
from painpath.assurance.model import KINDS, Hazard, Risk
from painpath.assurance.risk import (
    LIKELIHOOD_MEANINGS,
    LIKELIHOODS,
    MEANINGS,
    SEVERITIES,
    SEVERITY_MEANINGS,
    UNDESIRABLE,
    risk_class,
)


def text(case: Case) -> str:
    """The whole log."""
    hazards = case.hazards.hazards
    return page(
        "# Hazard log",
        made_from("hazards.yaml"),
        *map(paragraph, case.hazards.introduction),
        *_scales(),
        "## All hazards",
        paragraph(_counts(hazards)),
        _overview(hazards),
        "## Where they stand",
        paragraph("Without the controls:"),
        _matrix(hazards, before=True),
        paragraph("With the controls of this log:"),
        _matrix(hazards, before=False),
        "## Each hazard",
        *(block for hazard in hazards for block in _one(hazard)),
        "## What others have to do",
        paragraph(
            "Controls that no test of this repository can show. A service that does not do its part has the risk that "
            "stands under “without controls” for that cause."
        ),
        *_still_open(hazards),
    )


def _scales() -> Iterator[str]:
    yield "## Scales"
    yield paragraph(
        "Those of DCB0129 (implementation guidance, section 4.4 and its example tables), in our words. The class is "
        "looked up in the table; it is not a product."
    )
    yield table(("severity", "what it means"), ((one, SEVERITY_MEANINGS[one]) for one in SEVERITIES))
    yield table(("likelihood", "what it means"), ((one, LIKELIHOOD_MEANINGS[one]) for one in LIKELIHOODS))
    rows = [(likely, *(risk_class(severe, likely) for severe in SEVERITIES)) for likely in reversed(LIKELIHOODS)]
    yield table(("", *SEVERITIES), rows)
    yield table(("class", "what it asks for"), sorted(MEANINGS.items(), reverse=True))


def _counts(hazards: tuple[Hazard, ...]) -> str:
    controls = [control for hazard in hazards for control in hazard.controls]
    tested = {test for control in controls for test in control.tests}
    undesirable = [hazard.id for hazard in hazards if hazard.after.risk >= UNDESIRABLE]
    which = f" ({', '.join(undesirable)})" if undesirable else ""
    return (
        f"{len(hazards)} hazards and {len(controls)} controls: {sum(bool(one.tests) for one in controls)} are shown by "
        f"{len(tested)} tests, {sum(bool(one.open) for one in controls)} need somebody to act. With them, "
        f"{len(undesirable)} hazards stay in class {UNDESIRABLE} or above{which}."
    )


def _overview(hazards: tuple[Hazard, ...]) -> str:
    return table(
        ("id", "hazard", "without controls", "with controls", "the rest is owned by"),
        (
            (
                f"[{hazard.id}](#{hazard.id.lower()})",
                hazard.name,
                hazard.before.risk,
                hazard.after.risk,
                WHO[hazard.owner],
            )
            for hazard in hazards
        ),
    )


def _matrix(hazards: tuple[Hazard, ...], *, before: bool) -> str:
    def there(severe: str, likely: str) -> str:
        risks = ((one.id, one.before if before else one.after) for one in hazards)
        return " ".join(name for name, risk in risks if (risk.severity, risk.likelihood) == (severe, likely))

    return table(
        ("", *SEVERITIES),
        [(likely, *(there(severe, likely) for severe in SEVERITIES)) for likely in reversed(LIKELIHOODS)],
    )


def _one(hazard: Hazard) -> Iterator[str]:
    yield f"### {hazard.id}"
    yield paragraph(f"**{hazard.name}.**")
    yield "\n".join([item("Causes:"), *(item(cause, 1) for cause in hazard.causes), item(f"Effect: {hazard.effect}")])
    yield paragraph(f"Without controls: {_risk(hazard.before)}. With controls: {_risk(hazard.after)}.")
    yield "\n".join(
        line
        for control in hazard.controls
        for line in (item(f"{KINDS[control.kind]}: {control.what}"), *evidence(control, 1))
    )
    yield paragraph(f"What remains, owned by {WHO[hazard.owner]}: {hazard.remains}")


def _risk(risk: Risk) -> str:
    return f"severity {risk.severity}, likelihood {risk.likelihood}, **class {risk.risk}** ({MEANINGS[risk.risk]})"


def _still_open(hazards: tuple[Hazard, ...]) -> Iterator[str]:
    for who, heading in WHO.items():
        lines = [
            item(f"{hazard.id}: {to_do(control.open).partition(':** ')[2]}")
            for hazard in hazards
            for control in hazard.controls
            if control.open and control.open.who == who
        ]
        if lines:
            yield f"### For {heading}"
            yield "\n".join(lines)
