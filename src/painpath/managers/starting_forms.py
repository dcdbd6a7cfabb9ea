"""The forms that start another service from its page. What is right is checked again by the verbs."""

from typing import Any

from django.core.exceptions import ValidationError

from painpath.documents.plain import decode
from painpath.managers.presenters.labels import quoted
from painpath.pathway.drafting.model import Clause
from painpath.pathway.phrases import PhraseError, parts
from painpath.pathway.wording import words_for_patients
from painpath.referrals.publishing.starting import LONGEST
from painpath.web import forms

KINDS = (
    ("inclusion", "It is asked for (inclusion)"),
    ("exclusion", "It speaks against (exclusion)"),
    ("red_flag", "A red flag: something else comes first"),
    ("readiness", "About the right time, for patients"),
    ("priority", "It decides how urgent a referral is"),
    ("required", "Information to put in a referral"),
    ("statement", "What the service can or cannot do"),
)
PLAIN = {
    "plain": "What this is about, for patients",
    "plain_for": "What patients read when it speaks for the referral",
    "plain_against": "What patients read when it speaks against it now",
    "plain_change": "What would change that",
}


class Start(forms.Form):
    """The page, and whose it is."""

    service = forms.Text("Name of the service", error="Enter the name of the service", max_length=150)
    name = forms.Text(
        "Short name, for addresses", hint="Small letters, digits and hyphens, such as west-devon-pain",
        error="Enter a short name", max_length=50,
    )  # fmt: skip
    team = forms.Text(
        "What patients call the team", hint="Such as “the pain clinic”", error="Enter what patients call the team"
    )
    subject = forms.Text(
        "What the service helps with",
        hint="As one says “your memory” or “your weight”. Leave it empty to take it from the page.",
        required=False, max_length=60,
    )  # fmt: skip
    contact = forms.Text(
        "How practitioners reach the team", hint="An address or a number, or what to do instead", required=False,
        max_length=500,
    )  # fmt: skip
    page = forms.TextArea(
        "The published page", hint="Paste the part that lists whom the service is for, headings and bullets too.",
        rows=14, max_length=LONGEST, required=False, says_when=True,
    )  # fmt: skip
    file = forms.Files(
        "Or a text file", hint="Plain text (.txt)", multiple=False, accept=(".txt",), required=False, says_when=True
    )

    def clean(self) -> dict[str, Any]:
        """One of page and file. The text stands in `text` then."""
        given = super().clean()
        sent = given.get("file") or []
        text = given.get("page") or ""
        if sent and not text:
            text = decode(sent[0].read())
            if "\x00" in text or "\ufffd" in text:
                self.add_error("file", "This is not plain text. Save the page as text, or paste it.")
        if not text.strip() and "page" not in self.errors and "file" not in self.errors:
            self.add_error("page", "Paste the page, or choose a text file")
        return given | {"text": text}


class Settle(forms.Form):
    """How an open point of the page was settled."""

    words = forms.Text("How is it settled?", max_length=1000, error="Say how it is settled")

    def __init__(self, data: Any = None, *, key: str = "", line: int = 0) -> None:
        super().__init__(data, auto_id=f"%s-{key}")
        self.fields["words"].label = f"How is line {line} settled?"


class Correct(forms.Form):
    """One clause, as its author wants it."""

    kind = forms.Select("What is it?", options=KINDS, error="Choose what it is")
    question = forms.TextArea("Question for referrers", rows=2, max_length=1000, error="Enter the question")
    findings = forms.Checkboxes(
        "What in a letter bears on it", hint="Findings of the vocabulary. Those found in its own words are ticked.",
        required=False,
    )  # fmt: skip
    phrases = forms.TextArea(
        "Other words by which letters say it", hint="One a line, such as: swollen glands", rows=2, max_length=2000,
        required=False,
    )  # fmt: skip
    shown_by = forms.TextArea(
        "What in a referral would show that the exception applies", rows=2, max_length=1000,
        error="Say what would show that the exception applies",
    )  # fmt: skip
    plain = forms.TextArea(PLAIN["plain"], rows=2, max_length=1000, error="Enter what this is about")
    plain_for = forms.TextArea(PLAIN["plain_for"], rows=2, max_length=1000, error="Enter what patients read")
    plain_against = forms.TextArea(PLAIN["plain_against"], rows=2, max_length=1000, error="Enter what patients read")
    plain_change = forms.TextArea(PLAIN["plain_change"], rows=2, max_length=1000, error="Enter what would change it")
    settled = forms.TextArea("How is what is open settled?", rows=2, max_length=1000, error="Say how it is settled")
    leave_out = forms.Checkbox("Leave it out: it is no criterion", required=False)
    revision = forms.Hidden()

    def __init__(
        self, *args: Any, clause: Clause, open_points: bool, groups: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["findings"].options = groups  # type: ignore[attr-defined]
        if not groups:
            del self.fields["findings"]
        if not clause.exception:
            del self.fields["shown_by"]
        if not open_points:
            del self.fields["settled"]

    def _patient(self, name: str) -> str:
        words = str(self.cleaned_data[name])
        if found := next(words_for_patients(words), None):
            raise ValidationError(quoted(found))
        return words

    def clean_plain(self) -> str:
        """Words that patients can read."""
        return self._patient("plain")

    def clean_plain_for(self) -> str:
        """Words that patients can read."""
        return self._patient("plain_for")

    def clean_plain_against(self) -> str:
        """Words that patients can read."""
        return self._patient("plain_against")

    def clean_plain_change(self) -> str:
        """Words that patients can read."""
        return self._patient("plain_change")

    def clean_phrases(self) -> tuple[str, ...]:
        """Each line, as a phrase that can be read."""
        lines = tuple(dict.fromkeys(line.strip() for line in self.cleaned_data["phrases"].splitlines() if line.strip()))
        for line in lines:
            try:
                parts(line, {})
            except PhraseError as error:
                raise ValidationError(quoted(f"{line}: {error}")) from None
        return lines
