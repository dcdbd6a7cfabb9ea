"""From a published page of criteria to the draft of a pathway: nothing of it holds until a person has confirmed it."""

from painpath.pathway.drafting.model import Binding, Clause, Finder, Measure, Open, Proposal
from painpath.pathway.drafting.proposing import propose

__all__ = ["Binding", "Clause", "Finder", "Measure", "Open", "Proposal", "propose"]
