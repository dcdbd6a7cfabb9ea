"""FHIRPath, evaluated by fhirpathpy within bounds: of time, of size, of what it can reach.

The engine has no `weight()` and `ordinal()`, and its `sum()` and `avg()` cannot add what stands in a resource, so these
are ours. Expressions are compiled once, always with the model of R4: without it sums are silently 0.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache
from inspect import CO_GENERATOR
from types import FrameType
from typing import Any

from fhirpathpy import compile as compile_fhirpath
from fhirpathpy.engine.nodes import ResourceNode
from fhirpathpy.models import models

from painpath.questionnaires.expressions import ExpressionError
from painpath.questionnaires.patterns import PatternError, found_in
from painpath.questionnaires.urls import WEIGHTS

SECONDS = 2.0
"""No expression takes longer, compiling included: shipped ones take milliseconds."""
MOST_POWER = 10
MOST_RESULTS = 5000
MOST_LETTERS = 100_000


def evaluate(expression: str, resource: dict[str, Any], variables: dict[str, Any]) -> list[Any]:
    """What the expression gives on a resource. Raises ExpressionError, whatever goes wrong inside."""
    try:
        with _deadline(SECONDS):
            found = _compiled(expression)(resource, variables)
    except ExpressionError:
        raise
    except RecursionError:
        raise ExpressionError("it lies too deep") from None
    except Exception as error:  # the engine raises all kinds, for strangers' expressions
        raise ExpressionError(f"it cannot be evaluated ({type(error).__name__})") from None
    if not isinstance(found, list) or len(found) > MOST_RESULTS:
        raise ExpressionError("it gives too much")
    if any(isinstance(one, str) and len(one) > MOST_LETTERS for one in found):
        raise ExpressionError("it gives too much")
    return found


@lru_cache(maxsize=512)
def _compiled(expression: str) -> Callable[..., list[Any]]:
    made: Callable[..., list[Any]] = compile_fhirpath(expression, models["r4"], _OPTIONS)
    return made


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """Raise ExpressionError in this thread when it has run for so long. The engine is Python: every call asks."""
    end = time.monotonic() + seconds
    before = sys.getprofile()

    def asked(frame: FrameType, event: str, argument: Any) -> None:
        # Not in a generator: Python swallows what is raised in one that is being thrown away, and asks no more.
        if event == "call" and time.monotonic() > end and not frame.f_code.co_flags & CO_GENERATOR:
            raise ExpressionError("it takes too long")

    sys.setprofile(asked)
    try:
        yield
    finally:
        sys.setprofile(before)


def _numbers(values: list[Any]) -> list[Decimal]:
    found = []
    for value in values:
        if isinstance(value, dict) and "value" in value:  # a quantity
            value = value["value"]
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise ExpressionError("it adds up what is no number")
        found.append(Decimal(str(value)))
    return found


def _weights(values: list[Any]) -> list[Decimal]:
    """What each answer counts; what has no weight, such as a plain number, counts nothing."""
    found: list[Decimal] = []
    for value in values:
        if isinstance(value, dict):
            value = value.get("valueCoding", value)  # an answer stands for its coding
            given = {one.get("url"): one.get("valueDecimal") for one in value.get("extension", ())}
            weight = next((given[url] for url in WEIGHTS if given.get(url) is not None), None)
            found += [] if weight is None else [Decimal(str(weight))]
    return found


def _sum(values: list[Any]) -> list[Decimal]:
    return [sum(_numbers(values), Decimal(0))]


def _mean(values: list[Any]) -> list[Decimal]:
    return [sum(_numbers(values), Decimal(0)) / len(values)] if values else []


def _power(values: list[Any], exponent: Any) -> list[Decimal]:
    """Small powers only: 9 to the power of 9 to the power of 9 would never end."""
    (number,) = _numbers(values)
    (by,) = _numbers([exponent])
    if abs(by) > MOST_POWER or abs(number) > 10**9:
        raise ExpressionError("its power is too large")
    return [number**by]


def _matches(values: list[Any], text: str) -> list[bool]:
    """True when the pattern is found in the text; by our own patterns, which cannot take for ever."""
    if len(values) != 1 or not isinstance(values[0], str):
        raise ExpressionError("it looks for a pattern in what is no text")
    try:
        return [found_in(text).matches(values[0])]
    except PatternError as error:
        raise ExpressionError(f"its pattern cannot be used, {error}") from None


def _answers(values: list[Any]) -> list[Any]:
    """Every answer below, whatever the nesting (a function of SDC)."""
    found: list[Any] = []
    for value in values:
        for item in value.get("item", ()) if isinstance(value, dict) else ():
            for answer in item.get("answer", ()):
                node = ResourceNode.create_node(answer, "QuestionnaireResponse.item.answer")  # type: ignore[no-untyped-call]
                found.append(node)
                found += _answers([answer])
            found += _answers([item])
    return found


def _least(values: list[Any]) -> list[Decimal]:
    return [min(_numbers(values))] if values else []


def _most(values: list[Any]) -> list[Decimal]:
    return [max(_numbers(values))] if values else []


_FUNCTIONS: dict[str, dict[str, Any]] = {
    name: {"fn": function, "arity": {0: []}}
    for name, function in {
        "weight": _weights,
        "ordinal": _weights,
        "sum": _sum,
        "avg": _mean,
        "min": _least,
        "max": _most,
        "answers": _answers,
    }.items()
}
_OPTIONS: dict[str, Any] = {"userInvocationTable": _FUNCTIONS, "traceFn": lambda label, value: None}
"""`trace` is refused when a questionnaire is read; should it come this far, it prints nothing."""
_FUNCTIONS["power"] = {"fn": _power, "arity": {1: ["Number"]}, "nullable": True}
_FUNCTIONS["matches"] = {"fn": _matches, "arity": {1: ["String"]}, "nullable_input": True}
