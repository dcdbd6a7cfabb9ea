"""Pages of PDFs as pictures: what is inked, and files to look at (`SHOTS`, as the journeys have them)."""

import os
from pathlib import Path

import pypdfium2

_PER_POINT = 0.5
_MILLIMETRE = 72 / 25.4 * _PER_POINT
_EDGE = 22
"""Millimetres at the head and the foot of a page that its running lines are in: they alone make no page."""


def inked(sheet: pypdfium2.PdfPage) -> dict[str, float]:
    """How many millimetres are left free at each side; empty where nothing stands between head and foot."""
    bitmap = sheet.render(scale=_PER_POINT, grayscale=True)
    wide, high, stride = bitmap.width, bitmap.height, bitmap.stride
    all_rows = bytes(bitmap.buffer)
    rows = [all_rows[at * stride : at * stride + wide] for at in range(high)]
    paper = rows[0][:1]
    full = [at for at, row in enumerate(rows) if row != paper * wide]
    edge = round(_EDGE * _MILLIMETRE)
    if not any(edge <= at < high - edge for at in full):
        return {}
    left = min(wide - len(rows[at].lstrip(paper)) for at in full)
    right = min(wide - len(rows[at].rstrip(paper)) for at in full)
    found = {"left": left, "right": right, "top": full[0], "bottom": high - 1 - full[-1]}
    return {side: room / _MILLIMETRE for side, room in found.items()}


def picture(sheet: pypdfium2.PdfPage, name: str) -> None:
    """Keep the page as a PNG where somebody wants to look at it."""
    if folder := os.environ.get("SHOTS"):
        sheet.render(scale=1.2).to_pil().save(Path(folder) / f"{name}.png")
