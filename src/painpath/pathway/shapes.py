"""What published pages say beside single criteria.

How criteria go together, programmes, where patients may live, what a referral must hold, what an author has still to
settle.
"""

from typing import Literal

from painpath.pathway.base import Data, Id, Words


class Combination(Data, frozen=True, kw_only=True):
    """Criteria that a page ties together: "every one of these", "any one of these", nested as deep as the page does.

    Its state is reckoned from the states of its members, by the truth tables of `screening.combinations`: a reading aid
    like every state.
    """

    id: Id
    """No criterion has the same: combinations name both."""
    name: Words
    how: Literal["all", "any", "not"]
    """`not` takes one member."""
    of: tuple[Id, ...]
    """Criteria or other combinations."""
    group: Literal["inclusion", "exclusion"] = "inclusion"
    """`inclusion`: what has to hold. "All of these" speaks against as soon as one member does, "any of these" only when
    every member does. `exclusion`: what keeps somebody out. "Any of these" speaks against as soon as one member does,
    "all of these" only when every member does."""
    published: tuple[Words, ...] = ()
    """The page's own words that tie them together, where it has any."""
    plain: Words | None = None
    """For patients: how these go together. It stands on the public page of who can be referred, and on a page for
    patients where all that is tied together is told."""
    programme: Id | None = None
    """The programme that one comes to by it."""
    priority: Id | None = None
    """The priority class that it describes."""


class Programme(Data, frozen=True, kw_only=True):
    """One of several things that a service offers. Criteria say in `programmes` to which they belong.

    Which of them suits somebody is for a person to choose: the screening shows the states by programme.
    """

    id: Id
    name: Words
    plain: Words
    published: tuple[Words, ...] = ()


class Catchment(Data, frozen=True, kw_only=True):
    """For whom the service is there by place, and where others go."""

    published: tuple[Words, ...] = ()
    practices: Literal["contracted"] | None = None
    """`contracted`: patients of the practices in the service's own directory."""
    postcodes: tuple[Words, ...] = ()
    """Beginnings of postcodes, such as `SO14` or `PO`."""
    redirect: Words | None = None
    """Where people from elsewhere go."""


class Required(Data, frozen=True, kw_only=True):
    """One thing that a referral should hold, apart from the criteria: medicines now, results of tests."""

    id: Id
    words: Words
    """For the referrer, as an item of a list."""
    published: tuple[Words, ...] = ()


class Unsettled(Data, frozen=True, kw_only=True):
    """An author's note on a contradiction, or on what could not be bound to the page. Nothing is published before a
    person has settled it."""

    words: Words
    """What is open: "The page says both 3 and 6 months."."""
    about: Words
    """The field that it is about, such as `criteria[pain-over-3-months].thresholds`."""
    settled: Words | None = None
    """How it was settled, and by whom."""
