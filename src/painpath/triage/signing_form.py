"""The signature under both letters: a reason for each check that the clinician overrules."""

from collections.abc import Mapping
from typing import Any

from painpath.letters.models import AUDIENCES
from painpath.letters.signing import Prepared, to_overrule
from painpath.pathway.letters import Audience
from painpath.web import forms


def signing_form(data: Mapping[str, Any] | None, letters: dict[Audience, Prepared]) -> forms.Form:
    """A field for each check that asks for a change, under the name that `to_overrule` gives it."""
    form = forms.Form(data)
    for name, check in to_overrule(letters).items():
        letter = f"the letter {AUDIENCES[name.partition('-')[0]].lower()}"
        form.fields[name] = forms.TextArea(
            f"Why do you sign {letter} as it is?", hint=check.change, rows=2, max_length=2_000,
            error=f"Change what stands here, or say why you sign {letter} as it is",
        )  # fmt: skip
    return form
