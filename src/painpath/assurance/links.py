"""Whether what a safety case names is there: tests that run, files of the code, headings of the documents.

A test is looked for in its file's syntax, as pytest would collect it: a function `test_...` of a `test_*.py` below
`tests`, or a method of a class `Test...`. What pytest would never run (a skip without a condition) is as good as not
there, and what is expected to fail shows nothing. A skip that depends on something is let pass: it stands in the test,
and `PAINPATH_TEST_WHOLE` turns the ones that matter into failures.
"""

import ast
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_Test = ast.FunctionDef | ast.AsyncFunctionDef


def fault_of_test(root: Path, name: str) -> str | None:
    """What is wrong with the name of a test, in a sentence; None when the test is there and runs."""
    if "[" in name:
        return f"Name the test without its parameters: `{name.partition('[')[0]}`."
    file, _, inside = name.partition("::")
    if not re.fullmatch(r"tests/(?:\w+/)*test_\w+\.py", file):
        return f"`{name}` is no test: write `tests/.../test_file.py::test_name`."
    module = _parsed(root / file)
    if module is None:
        return f"There is no file `{file}` with tests."
    body: list[ast.stmt] = module.body
    stopped = _stops(module.body)
    *groups, wanted = inside.split("::")
    for group in groups:
        found = _last(body, group, (ast.ClassDef,))
        if not isinstance(found, ast.ClassDef) or not group.startswith("Test"):
            return f"There is no test `{name}`."
        body, stopped = found.body, stopped or _marked(found.decorator_list) or _stops(found.body)
    test = _last(body, wanted, _FUNCTIONS)
    if not isinstance(test, _FUNCTIONS) or not wanted.startswith("test_"):
        return f"There is no test `{name}`."
    stopped = stopped or _marked(test.decorator_list) or _stops(test.body)
    return f"`{name}` {stopped}: it shows nothing." if stopped else None


def fault_of_file(root: Path, name: str, homes: Iterable[str]) -> str | None:
    """What is wrong with the name of a file; None when it stands below one of the homes."""
    path, _, heading = name.partition("#")
    if not any(path == home or path.startswith(f"{home}/") for home in homes) or ".." in path:
        return f"`{path}` does not stand in {' or '.join(homes)}."
    file = root / path
    if not file.exists():
        return f"There is no `{path}`."
    if heading and heading not in _anchors(file):
        return f"`{path}` has no heading `{heading}`."
    return None


@cache
def _parsed(file: Path) -> ast.Module | None:
    try:
        return ast.parse(file.read_bytes())
    except (OSError, SyntaxError):
        return None


@cache
def _anchors(file: Path) -> frozenset[str]:
    """The headings of a page, as links to them are written."""
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return frozenset(re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings)


def _last(body: list[ast.stmt], name: str, kinds: tuple[type[ast.stmt], ...]) -> ast.stmt | None:
    """The definition that counts: a later one of the same name takes the place of the one before."""
    found = [node for node in body if isinstance(node, kinds) and getattr(node, "name", None) == name]
    return found[-1] if found else None


def _stops(body: list[ast.stmt]) -> str | None:
    """Why nothing in this body is run: it skips itself, or its `pytestmark` does."""
    for node in body:
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and _dotted(node.value.func) == "pytest.skip"
        ):
            return "is skipped"
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {target.id for target in targets if isinstance(target, ast.Name)}
            if "pytestmark" in names:
                marks = node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]
                if stopped := _marked(marks):
                    return stopped
            if "__test__" in names and isinstance(node.value, ast.Constant) and not node.value.value:
                return "is not collected"
    return None


def _marked(marks: list[ast.expr]) -> str | None:
    """What marks say without any condition that could let the test run."""
    for mark in marks:
        call = mark if isinstance(mark, ast.Call) else None
        name = _dotted(call.func if call else mark).removeprefix("pytest.mark.")
        arguments = call.args if call else []
        if name in ("skip", "unittest.skip"):
            return "is skipped"
        if name == "skipif" and arguments and isinstance(arguments[0], ast.Constant) and arguments[0].value:
            return "is skipped"
        if name == "xfail" and not (arguments and not isinstance(arguments[0], ast.Constant)):
            return "is expected to fail"
        if name == "parametrize" and len(arguments) > 1:
            rows = arguments[1]
            if isinstance(rows, ast.List | ast.Tuple | ast.Set) and not rows.elts:
                return "has no rows to run with"
    return None


def _dotted(node: ast.expr) -> str:
    """`pytest.mark.skip` as it is written; nothing for what is no plain name."""
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
