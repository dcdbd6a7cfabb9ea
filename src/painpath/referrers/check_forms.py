"""The form of check-before-you-send: a letter, and an answer to each published criterion."""

from collections.abc import Mapping
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
LONGEST_ANSWER = 2_000


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
        self.pathway = pathway
        for criterion in pathway.criteria:
            self.fields[f"{ANSWER}{criterion.id}"] = forms.TextArea(
                criterion.question,
                hint=f"For example: {criterion.example}{criterion.to_attach}",
                rows=2,
                required=False,
                max_length=LONGEST_ANSWER,
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
        """What was written to each criterion: id -> words."""
        return answers_in(self.cleaned_data, self.pathway)


def asked_anew(
    answers: Mapping[str, str], seen: Pathway, now: Pathway
) -> tuple[dict[str, str], list[tuple[str, str]]]:  # fmt: skip
    """Answers to the questions of the version `seen`: those that are asked so `now`, by criterion; and the others, each
    with the question that was read, for a "No" to it may say the opposite under the new one."""
    asked = {one.id: one.question for one in now.criteria}
    same = {one.id for one in seen.criteria if asked.get(one.id) == one.question}
    others = [(one.question, answers[one.id]) for one in seen.criteria if one.id in answers and one.id not in same]
    return {name: words for name, words in answers.items() if name in same}, others


def answers_in(fields: Mapping[str, Any], pathway: Pathway) -> dict[str, str]:
    """The answers among the fields of this form: id of the criterion -> words, without the empty ones."""
    given = {criterion.id: str(fields.get(f"{ANSWER}{criterion.id}") or "").strip() for criterion in pathway.criteria}
    return {name: words[:LONGEST_ANSWER] for name, words in given.items() if words}
