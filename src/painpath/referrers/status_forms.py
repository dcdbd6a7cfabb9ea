"""The forms beside a referral that was sent: answers, a word on the advice, a message, and what has changed."""

import uuid
from typing import Any, cast

from painpath.pathway.referring import Changes
from painpath.referrals.models.together import VERDICTS
from painpath.web import forms

FILES = "PDF, Word, text or scan, up to 25 MB each. You can choose several files at once."
WITH_WHAT_THERE_IS, MORE_FOLLOWS = "now", "later"


class Answers(forms.Form):
    """One field for each question that has no answer yet. Nothing is required: what is left out stays named."""

    documents = forms.Files("Files", hint=FILES, required=False)
    rest = forms.Radios(
        "If you leave a question out",
        hint="Choose only if something stays unanswered.",
        options=[
            forms.Option(
                WITH_WHAT_THERE_IS, "Go on with what there is", "A clinician looks at the referral with these answers."
            ),
            forms.Option(
                MORE_FOLLOWS, "Wait: I send the rest later", "What you send now is kept. The question stays open."
            ),
        ],
        required=False,
        says_when=True,
    )

    def __init__(self, *args: Any, questions: dict[int, str], answered_before: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions, self.answered_before = questions, answered_before
        asked = {self.name(number): forms.TextArea(words, required=False, rows=3, says_when=True)
                 for number, words in questions.items()}  # fmt: skip
        self.fields = asked | self.fields

    @staticmethod
    def name(number: int) -> str:
        """The name of the field of this question."""
        return f"{number}-answer"

    def answers(self) -> dict[int, str]:
        """What was answered, by the place of the question."""
        given = {number: self.cleaned_data.get(self.name(number), "").strip() for number in self.questions}
        return {number: words for number, words in given.items() if words}

    def clean(self) -> dict[str, Any]:
        """Whoever leaves something out says what should happen; whoever answers all is asked nothing more."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        answers, rest = self.answers(), cleaned.get("rest")
        if not answers and not cleaned.get("documents") and not (self.answered_before and rest == WITH_WHAT_THERE_IS):
            self.add_error(self.name(min(self.questions)), "Answer at least one question, or add a file")
        elif len(answers) < len(self.questions) and not rest:
            left = len(self.questions) - len(answers)
            lacks = "1 question has" if left == 1 else f"{left} questions have"
            self.add_error("rest", f"{lacks} no answer. Answer, or choose whether we go on or wait for the rest")
        return cleaned


class OnAdvice(forms.Form):
    """A word on the advice: one press, with words unless the question is answered."""

    verdict = forms.Hidden(required=False)
    words = forms.TextArea(
        "Your words", rows=3, required=False, says_when=True,
        hint="Needed unless the advice answers your question: another clinician reads them.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Words for whoever looks next."""
        cleaned = super().clean()
        if cleaned.get("verdict") not in VERDICTS:
            self.add_error(None, "Choose one of the three answers")
        elif (
            cleaned["verdict"] != "answered"
            and not str(cleaned.get("words", "")).strip()
            and "words" not in self.errors
        ):
            self.add_error("words", "Say in a few words why: another clinician reads them")
        return cleaned


class Write(forms.Form):
    """A message to the team."""

    words = forms.TextArea("Your message", required=False, says_when=True)
    documents = forms.Files("Files", hint=FILES, required=False)

    def clean(self) -> dict[str, Any]:
        """Words or a file."""
        cleaned = super().clean()
        if not self.errors and not str(cleaned.get("words", "")).strip() and not cleaned.get("documents"):
            self.add_error("words", "Write your message, or add a file")
        return cleaned


class Changed(forms.Keyed):
    """Something has changed. The key makes the form one report, however often it is sent."""

    key = forms.Hidden(required=False)
    kind = forms.Radios("What has changed?", options=[], error="Choose what has changed")
    words = forms.TextArea(
        "What should the clinician know?", error="Say what has changed: a clinician reads your words", max_length=5000
    )

    def __init__(self, *args: Any, changes: Changes, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": str(uuid.uuid4())})
        super().__init__(*args, **kwargs)
        cast(forms.Radios, self.fields["kind"]).options = [forms.Option(one.id, one.words) for one in changes.kinds]


class Reference(forms.Form):
    """The reference of the receipt."""

    reference = forms.Text(
        "Reference", hint="8 letters and numbers on your receipt, like 2BCD-FGHJ", error="Enter the reference",
        max_length=40, width=10,
    )  # fmt: skip


class Code(forms.Form):
    """The one-time code."""

    code = forms.Text(
        "Code", hint="8 letters and numbers, like 2BCD-FGHJ", error="Enter the code", max_length=40, width=10
    )
