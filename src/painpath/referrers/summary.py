"""The summary for practitioners: one sheet of A4, as PDF/UA."""

from pathlib import Path
from typing import Any

import pypdfium2

from painpath import clock
from painpath.letters.pdf import typeset
from painpath.pathway import Pathway
from painpath.pathway.criteria import Criterion
from painpath.referrers import words
from painpath.web.clauses import LIMITED
from painpath.web.shapes import catchment_of, required_of, shapes

_LAYOUT = Path(__file__).parent / "summary.typ"
_SIZES = (10, 9.5, 9, 8.5, 8, 7.5)
"""Points. The largest with which all fits on one page is taken; below 7.5 nobody reads it, so it goes on overleaf."""


def summary_pdf(pathway: Pathway) -> bytes:
    """What a practitioner needs at hand. It names no contact of one locality: it lies on every desk."""
    data, pdf = _data(pathway), b""
    for size in _SIZES:
        pdf = typeset(_LAYOUT, data | {"size": size}, clock.today())
        with pypdfium2.PdfDocument(pdf) as document:
            if len(document) == 1:
                break
    return pdf


def _data(pathway: Pathway) -> dict[str, Any]:
    return {
        "title": f"{pathway.headings.practitioners}: {pathway.service}",
        "service": pathway.service,
        "purpose": list(pathway.referring.purpose),
        "groups": [
            {"heading": heading, "items": [_item(one) for one in pathway.criteria if one.group == group]}
            for group, heading in words.GROUPS
            if any(one.group == group for one in pathway.criteria)
        ],
        "lists": [
            {"heading": heading, "items": list(items)}
            for heading, items in (
                ("What to put in a referral", required_of(pathway)),
                ("Where patients live", catchment_of(pathway)),
                ("Programmes", [f"{one.name}: {one.plain}" for one in pathway.programmes]),
                ("Priority classes", [f"{one.name}. {one.words}".strip() for one in shapes(pathway).classes]),
            )
            if items
        ],
        "first": [{"name": one.name, "words": one.words} for one in pathway.referring.try_first],
        "routes": [{"name": route.name, "words": route.how} for route in pathway.routes],
        "letter": [words.GAPS, words.TEMPLATE],
        "soon": words.how_soon(pathway),
        "urgent": list(pathway.referring.changes.emergency),
        "urgent_heading": pathway.referring.changes.emergency_heading,
        "footer": f"Criteria published {pathway.source.published}, version {pathway.version}",
    }


def _item(criterion: Criterion) -> dict[str, str]:
    return {
        "name": criterion.name,
        "exception": criterion.exception or "",
        "limited": LIMITED if criterion.tier == "limited" else "",
    }
