"""The safety case as data: hazards and statements in `docs/safety`, each linked to tests that exist and run.

    case = read(root)  # root: a checkout -> Case; CaseError lists file, line, field
    problems = lint(case)  # dangling links, wrong risk classes, controls that nobody answers for
    text = render(case, "hazard-log")  # one of `DOCUMENTS`, as Markdown

No Django here, and nothing else imports it: only the command `painpath safety` does.
"""

from painpath.assurance.case import Case, CaseError, read
from painpath.assurance.documents import DOCUMENTS, render
from painpath.assurance.linting import lint

__all__ = ["DOCUMENTS", "Case", "CaseError", "lint", "read", "render"]
