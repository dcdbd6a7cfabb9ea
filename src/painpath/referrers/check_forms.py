"""The form of check-before-you-send: a letter, and an answer to each published criterion."""

from typing import Any

from painpath.pathway import Pathway
from painpath.web import forms

MOST_FILES = 3
LONGEST = 60_000
"""Characters of a letter: some twenty pages."""
_MEGABYTE = 1024 * 1024
MOST_BYTES = 10 * _MEGABYTE
"""Of one file from somebody who has not signed in."""
ANSWER = "answer-"


class Check(forms.Form):
    """A letter, pasted or as files; and words to each criterion. Nothing is required, nothing is kept."""

    letter = forms.TextArea(
        "Your letter", hint="Paste the text of the letter.", rows=12, required=False, max_length=LONGEST
    )
    documents = forms.Files(
        "Or choose the letter as a file",
        hint=f"PDF, Word, text or scan. Up to {MOST_FILES} files of up to {MOST_BYTES // _MEGABYTE} MB each.",
        required=False,
    )

    def __init__(self, *args: Any, pathway: Pathway, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for criterion in pathway.criteria:
            self.fields[f"{ANSWER}{criterion.id}"] = forms.TextArea(
                criterion.question, hint=f"For example: {criterion.example}", rows=2, required=False, max_length=2_000
            )

    def clean_documents(self) -> list[Any]:
        """Bounded more tightly than what staff send: anybody may use this page."""
        files: list[Any] = self.cleaned_data["documents"]
        if len(files) > MOST_FILES:
            self.add_error("documents", f"Choose up to {MOST_FILES} files.")
        for file in files:
            if file.size > MOST_BYTES:
                self.add_error(
                    "files", f"{file.name} is too large for this page. Paste the text of the letter instead."
                )
        return files

    def clean(self) -> dict[str, Any]:
        """Something has to be there to be read."""
        cleaned = super().clean()
        given = [cleaned.get("letter", ""), *self.answers().values()]
        if not any(text.strip() for text in given) and not cleaned.get("documents") and not self.errors:
            self.add_error("letter", "Paste your letter, choose a file, or answer at least one question")
        return cleaned

    def answers(self) -> dict[str, str]:
        """What was written to each criterion: id -> words, blanks at the ends taken off; without the empty ones."""
        return {
            name.removeprefix(ANSWER): text.strip()
            for name, text in self.cleaned_data.items()
            if name.startswith(ANSWER) and text.strip()
        }
