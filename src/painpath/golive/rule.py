"""A rule, and what it found."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from painpath.golive.facts import Database, Facts, ServiceFacts, Site


@dataclass(frozen=True)
class Missing:
    """What is not as it should be: one sentence or two, with what to do and where."""

    rule: str
    must: bool
    """Whether it has to be mended before real people are entered; else it is worth doing."""
    says: str


@dataclass(frozen=True)
class Rule:
    """A question about the facts."""

    name: str
    must: bool
    look: Callable[[Facts], Iterator[str]]
    """The sentences; none when all is well."""

    def missing(self, facts: Facts) -> list[Missing]:
        """What it finds."""
        return [Missing(self.name, self.must, says) for says in self.look(facts)]


def of_site(name: str, look: Callable[[Site], str | None], *, must: bool = True) -> Rule:
    """A rule about the environment of the program."""

    def found(facts: Facts) -> Iterator[str]:
        if says := look(facts.site):
            yield says

    return Rule(name, must, found)


def of_database(name: str, look: Callable[[Database], str | None], *, must: bool = True) -> Rule:
    """A rule about the database; silent where that does not answer."""

    def found(facts: Facts) -> Iterator[str]:
        if facts.database is not None and (says := look(facts.database)):
            yield says

    return Rule(name, must, found)


def of_services(name: str, look: Callable[[ServiceFacts], str | None], *, must: bool = True) -> Rule:
    """A rule about each service."""

    def found(facts: Facts) -> Iterator[str]:
        for service in facts.services:
            if says := look(service):
                yield f"{service.name}: {says}"

    return Rule(name, must, found)
