"""The form of the page of exports."""

from painpath.web import forms


class Ask(forms.Keyed):
    """What an export is for. `key` makes one of what is sent twice."""

    why = forms.TextArea(
        "What is the export for?", rows=3, max_length=500, hint="Leads and auditors read this.",
        error="Say what the export is for",
    )  # fmt: skip
