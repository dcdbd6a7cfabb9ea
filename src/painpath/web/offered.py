"""Links that a part further up offers on a page of a part below it, which knows nothing of that part.

A part offers when the program starts (`AppConfig.ready`); the page asks `offered` for what there is at its place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Link:
    """Where it leads, and what stands on it."""

    text: str
    href: str


Offer = Callable[..., Link | None]
_offers: dict[str, list[Offer]] = {}


def offer(place: str, make: Offer) -> None:
    """Offer a link at a place. `make` gets what the page says of itself, and gives None where there is nothing."""
    makers = _offers.setdefault(place, [])
    if make not in makers:
        makers.append(make)


def offered(place: str, **about: Any) -> list[Link]:
    """The links for this place; nothing where no part offers any."""
    return [link for make in _offers.get(place, ()) if (link := make(**about)) is not None]
