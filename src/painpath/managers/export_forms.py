"""The form of the page of exports."""

import uuid

from painpath.web import forms


class Ask(forms.Form):
    """What an export is for. `key` makes one of what is sent twice."""

    why = forms.TextArea(
        "What is the export for?", rows=3, max_length=500, hint="Leads and auditors read this.",
        error="Say what the export is for",
    )  # fmt: skip
    key = forms.Hidden()

    @classmethod
    def fresh(cls) -> "Ask":
        """An empty one."""
        return cls(initial={"key": str(uuid.uuid4())})

    def clean_key(self) -> uuid.UUID:
        """A key that somebody has changed is a new one."""
        try:
            return uuid.UUID(self.cleaned_data["key"])
        except ValueError:
            return uuid.uuid4()
