"""What a FHIRPath expression of a questionnaire may do: add things up, and nothing else. Checked without the engine."""

import re

from painpath.questionnaires.urls import names

ALLOWED = names(
    "where select all exists empty count distinct first last tail skip take single combine union intersect exclude"
    " ofType as is iif not sum avg min max aggregate abs ceiling floor round truncate sqrt power weight ordinal"
    " toInteger toDecimal toString toBoolean descendants children answers repeat matches allTrue anyTrue hasValue"
    " startsWith endsWith contains"
)
"""Functions that only look at the answers. Not among them: what prints (`trace`), what depends on the day (`now`), what
reaches outside (`resolve`). `matches` and `power` are ours, and bounded."""
KNOWN_VARIABLES = frozenset({"resource", "rootResource", "context", "questionnaire", "ucum"})
MOST_VARIABLES = 30
_OPERATORS = frozenset({"and", "or", "xor", "in", "contains", "implies", "div", "mod", "is", "as"})
"""Words that may stand before a bracket without being functions."""

_QUIET = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'", re.DOTALL)
_CALL = re.compile(r"(?<![%\w])([A-Za-z_]\w*|`[^`]*`)\s*\(")
_VARIABLE = re.compile(r"%(?:([A-Za-z_]\w*)|`([^`]*)`|'([^']*)')")
_TEXT = re.compile(r"'((?:\\.|[^'\\])*)'")


class ExpressionError(Exception):
    """An expression that cannot be evaluated; the message says why."""


def faults(expression: str, variables: frozenset[str]) -> list[str]:
    """Sentences about what the expression may not do; `variables` are those defined around it."""
    bare = _bare(expression)
    called = {name.strip("`") for name in _CALL.findall(bare)} - _OPERATORS
    found = [f"The function {name[:40]}() is not supported in expressions." for name in sorted(called - ALLOWED)]
    used = {a or b or c for a, b, c in _VARIABLE.findall(bare)}
    unknown = sorted(used - variables - KNOWN_VARIABLES)
    return found + [f"The variable %{name[:40]} is not defined here." for name in unknown]


def texts(expression: str) -> frozenset[str]:
    """Every text in quotation marks: linkIds are among them."""
    return frozenset(re.sub(r"\\(.)", r"\1", text) for text in _TEXT.findall(expression))


def used_variables(expression: str) -> frozenset[str]:
    """The names of the variables that the expression uses."""
    return frozenset(a or b or c for a, b, c in _VARIABLE.findall(_bare(expression)))


def _bare(expression: str) -> str:
    """The expression with texts emptied and comments taken out."""
    return _QUIET.sub(lambda found: "''" if found[0].startswith("'") else " ", expression)
