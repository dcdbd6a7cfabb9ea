"""Whether a referral is from the area that the page names, in words, with what says so. Nobody is turned away by it."""

from dataclasses import dataclass

from painpath.pathway import Pathway
from painpath.screening.catchment import Where, of_postcode, of_practice, together

LABELS = {Where.INSIDE: "Inside the area", Where.OUTSIDE: "Outside the area", Where.NOT_STATED: "Not stated"}
COLOURS = {Where.INSIDE: "green", Where.OUTSIDE: "orange", Where.NOT_STATED: "grey"}


@dataclass(frozen=True)
class Place:
    """Where a patient is, seen from the catchment of the page."""

    label: str
    colour: str
    published: tuple[str, ...]
    lines: tuple[str, ...]
    """What it rests on, one sentence for each thing that the page names."""
    redirect: str
    """Where people from elsewhere go; empty for who is inside."""


def place_of(pathway: Pathway, *, postcode: str, practice: str = "", contracted: bool | None = None) -> Place | None:
    """Where the patient is; None for a page that names no practices and no postcodes.

    `contracted` is what the directory says of the practice on the day of receipt, None where it says nothing.
    """
    catchment = pathway.catchment
    if catchment is None or not (catchment.practices or catchment.postcodes):
        return None
    found, lines = [], []
    if catchment.practices:
        found.append(of_practice(contracted))
        lines.append(_practice(practice, contracted))
    if catchment.postcodes:
        found.append(of_postcode(catchment.postcodes, postcode))
        lines.append(_postcode(found[-1], postcode, catchment.postcodes))
    where = together(found)
    if {Where.INSIDE, Where.OUTSIDE} <= set(found):
        lines.append("One of the two is enough.")
    redirect = "" if where is Where.INSIDE else catchment.redirect or ""
    return Place(LABELS[where], COLOURS[where], catchment.published, tuple(lines), redirect)


def _practice(practice: str, contracted: bool | None) -> str:
    if not practice:
        return "The practice is not known here."
    if contracted is None:
        return f"The directory does not say whether {practice} had a contract on the day of receipt."
    return f"{practice} had {'a' if contracted else 'no'} contract on the day of receipt, as the directory says."


def _postcode(where: Where, postcode: str, named: tuple[str, ...]) -> str:
    listed = ", ".join(named)
    if not postcode:
        return f"The patient’s postcode is not known here. The page names {listed}."
    if where is Where.NOT_STATED:
        return f"The patient’s postcode, {postcode}, does not tell. The page names {listed}."
    side = "inside" if where is Where.INSIDE else "outside"
    return f"The patient’s postcode, {postcode}, is {side} what the page names: {listed}."
