"""Small pathways of a few criteria, so that each shape is screened by itself."""

from datetime import date
from typing import Any

import msgspec

from painpath import pathway
from painpath.documents.model import DocumentText, Page
from painpath.pathway import Pathway
from painpath.pathway.evidence import CriterionEvidence, Rule
from painpath.pathway.measures import Scale, Threshold
from painpath.pathway.model import Criterion
from painpath.reading.measured import measured
from painpath.screening import Screening, screen

change = msgspec.structs.replace
DAY = date(2026, 11, 2)
SERVICE = pathway.load(pathway.find("southampton-portsmouth"))
GROUPS = (
    "pain", "chronic-pain", "duration-word", "scale-pain", "scale-moca", "scale-bmi", "event-seen-in-pain-clinic",
    "event-pain-programme", "pain-team", "pain-as-a-name", "south-asian-heritage", "would-interfere",
    "life-impact", "physiotherapy",
)  # fmt: skip
SCALES = (
    Scale(id="pain-score", name="VAS", low=0, high=10, group="scale-pain", source="The page."),
    Scale(id="moca", name="MoCA", low=0, high=30, group="scale-moca", source="Nasreddine 2005."),
    Scale(id="bmi", name="BMI", low=10, high=90, group="scale-bmi", source="Kilograms by square metres."),
)
BASE = change(
    SERVICE,
    name="shaped",
    digest="shaped",
    criteria=(),
    evidence=(),
    readiness=(),
    scales=SCALES,
    vocabulary=tuple(group for group in SERVICE.vocabulary if group.id in GROUPS),
)
"""A few groups of the vocabulary: all of them take seconds to compile."""


def criterion(name: str, *thresholds: Threshold, group: Any = "inclusion", **fields: Any) -> Criterion:
    """A criterion of these bounds."""
    return change(SERVICE.criteria[0], id=name, name=name, group=group, thresholds=thresholds, mirror_of=None, **fields)


def of(*criteria: Criterion, rules: dict[str, tuple[Rule, ...]] | None = None, **fields: Any) -> Pathway:
    """A pathway of these criteria."""
    evidence = tuple(CriterionEvidence(criterion=name, rules=found) for name, found in (rules or {}).items())
    return change(BASE, criteria=criteria, evidence=evidence, **fields)


def read(service: Pathway, text: str) -> Screening:
    """The screening of a letter on a fixed day."""
    document = DocumentText(text=text, pages=(Page(1, 0, len(text)),), unread=(), media_type="text/plain")
    return screen(document, service, written_on=DAY, today=DAY)


assert measured(BASE).scales  # the vocabulary has the groups that the scales name
