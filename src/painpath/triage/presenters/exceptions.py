"""Exceptions of the published criteria: shown beside a clause whenever they may apply, never applied by themselves."""

from collections.abc import Iterable
from dataclasses import dataclass

from painpath.pathway import Pathway
from painpath.pathway.model import Criterion, Route
from painpath.referrals.models import Evidence


@dataclass(frozen=True)
class ExceptionView:
    """An exception, its published words, and what would show that it applies."""

    words: str
    published: str
    shown_by: str


def exception_of(
    criterion: Criterion, states: Iterable[str], evidence: Iterable[Evidence], pathway: Pathway, route: Route | None
) -> ExceptionView | None:
    """The exception of a criterion when it may apply: something speaks against, or words of the exception are there.

    `states` are all that was said of the criterion: by the letter, a clinician, the form, the directory. A route that
    is itself exceptional brings the exceptions that share its published words.
    """
    if criterion.exception is None:
        return None
    against = any(state in ("against", "mixed") for state in states)
    by_route = route is not None and route.exceptional and bool(set(route.published) & set(criterion.published))
    if not (against or by_route or any(_is_exception(item, criterion, pathway) for item in evidence)):
        return None
    return ExceptionView(criterion.exception, criterion.exception_published or "", criterion.exception_shown_by or "")


def _is_exception(item: Evidence, criterion: Criterion, pathway: Pathway) -> bool:
    """Whether a rule marked as an exception found these words; by themselves such words settle nothing."""
    return any(
        rule.exception and item.phrase in rule.when and rule.why == item.why
        for found in pathway.evidence
        if found.criterion in (criterion.id, criterion.mirror_of)
        for rule in found.rules
    )
