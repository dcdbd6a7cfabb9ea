"""A letter before it has a form: what `drafting` makes, and every form is made of."""

from datetime import date
from typing import Literal

import msgspec

from painpath.letters.facts import Signatory
from painpath.pathway.letters import Audience, Purpose


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A paragraph (`text`) or a list (`items`). `source` tells a clinician's own words from the service's texts."""

    source: Literal["template", "clinician"]
    text: str = ""
    items: tuple[str, ...] = ()


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of the pathway: its name, and what is read out in its place."""

    name: str
    alt: str


class DraftSection(msgspec.Struct, frozen=True, kw_only=True):
    """A heading with what stands under it, and what it is there for.

    For easy read: the picture beside it, and its own words where the service has them.
    """

    purpose: Purpose
    heading: str
    parts: tuple[Part, ...]
    easy: tuple[Part, ...] = ()
    picture: Picture | None = None


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A whole letter, before it has a form. It can be kept as JSON (`msgspec`), and the same draft gives the same PDF.

    `particulars` is the block of labels and values under the greeting; on the GP's copy it is the clinical heading.
    """

    outcome: str
    audience: Audience
    pathway: str
    pathway_version: str
    pathway_digest: str
    service: str
    address: tuple[str, ...]
    written_on: date
    greeting: str
    heading: str
    particulars: tuple[tuple[str, str], ...]
    opening: tuple[Part, ...]
    sections: tuple[DraftSection, ...]
    closing: str
    signatory: Signatory
    copied_to: tuple[str, ...]
    patient: str
    reference: str
    easy: tuple[Part, ...] = ()
    """The opening in easy read, where the service has words for it."""

    def section(self, purpose: Purpose) -> DraftSection | None:
        """The first section with this purpose, or None."""
        return next((section for section in self.sections if section.purpose == purpose), None)
