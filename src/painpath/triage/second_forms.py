"""The forms of a second, blind screening."""

from typing import Any, cast

from painpath.pathway import Pathway
from painpath.web import forms
from painpath.web.clauses import labels_of


class Blind(forms.Form):
    """A word on every criterion and on the outcome. None is chosen beforehand, none may be left out."""

    run = forms.Hidden(required=False)
    outcome = forms.Radios("What would you decide?", options=[], error="Choose what you would decide")
    note = forms.TextArea(
        "Note for when you compare", rows=3, required=False, max_length=4000,
        hint="The first clinician reads this after both of you are done.",
    )  # fmt: skip

    def __init__(self, *args: Any, pathway: Pathway, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.Radios, self.fields["outcome"]).options = [
            forms.Option(outcome.id, outcome.label) for outcome in pathway.outcomes
        ]
        criteria: dict[str, Any] = {}
        for criterion in pathway.criteria:
            labels = labels_of(criterion, pathway)
            criteria[criterion.id] = forms.Radios(
                "What does the referral say?", options=labels.items(),
                error=f"Choose what the referral says: {criterion.name}",
            )  # fmt: skip
        self.criteria = tuple(criteria)
        self.fields = {"run": self.fields["run"], **criteria, **{n: self.fields[n] for n in ("outcome", "note")}}

    def states(self) -> dict[str, str]:
        """Criterion -> state."""
        return {name: self.cleaned_data[name] for name in self.criteria}

    def seen_run(self) -> int:
        """The reading that stood on the page; 0 when somebody changed the field."""
        text = str(self.cleaned_data["run"] or "")
        return int(text) if text.isdecimal() and len(text) < 19 else 0


class Resolve(forms.Form):
    """What two clinicians agreed on."""

    together = forms.Checkbox("", error="Talk to your colleague first, then tick that you agreed on this together")
    words = forms.TextArea(
        "What did the two of you agree on?", rows=4, error="Say what the two of you agreed on", max_length=4000
    )

    def __init__(self, *args: Any, other: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["together"].label = f"I have talked about this with {other}, and we agree on these words"
