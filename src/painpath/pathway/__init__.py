"""A published pathway as data: load it, check it, keep its versions. No web framework, no database."""

from painpath.pathway.completing import complete
from painpath.pathway.contacts import contacts_for
from painpath.pathway.loading import decode, encode, find, folders, load
from painpath.pathway.model import Pathway
from painpath.pathway.problems import PathwayError, Problem

__all__ = [
    "Pathway",
    "PathwayError",
    "Problem",
    "complete",
    "contacts_for",
    "decode",
    "encode",
    "find",
    "folders",
    "load",
]
