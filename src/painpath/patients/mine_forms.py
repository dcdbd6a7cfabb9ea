"""The forms beside one's own referral. Their words are translated when a form is made; choices are pathway data."""

import uuid
from typing import Any

from django.utils.translation import gettext as _

from painpath.pathway.needs import Communication
from painpath.pathway.patient_status import PatientStatus
from painpath.referrals.models import Patient
from painpath.web import forms

LONGEST = 5000


class Act(forms.Keyed):
    """A form that is one act, however often it is sent: its key says so."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": str(uuid.uuid4())} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["key"] = forms.Hidden(required=False)


class Changed(Act):
    """Something has changed."""

    def __init__(self, *args: Any, status: PatientStatus, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = [forms.Option(one.id, one.plain) for one in status.changes]
        self.fields["kind"] = forms.Radios(_("What has changed?"), options=options, error=_("Choose what has changed"))
        self.fields["words"] = forms.TextArea(
            _("Tell us in your own words"), error=_("Write a few words, so that we understand"), max_length=LONGEST
        )


class InWords(Act):
    """One question in one's own words, which may stay empty."""

    def __init__(self, *args: Any, label: str, error: str = "", hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"] = forms.TextArea(
            label, hint=hint, error=error, required=bool(error), max_length=LONGEST, rows=4
        )


class GotThere(Act):
    """Did you get there?"""

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["there"] = forms.Radios(
            _("Did you get to this help: {name}?").format(name=name),
            options=[forms.Option("yes", _("Yes, I got there")), forms.Option("no", _("No, it did not work"))],
            error=_("Choose yes or no"),
        )
        self.fields["words"] = forms.TextArea(
            _("What happened?"), hint=_("You do not have to say."), required=False, says_when=True,
            max_length=LONGEST, rows=4,
        )  # fmt: skip


class Answers(Act):
    """One field for each question that has no answer yet. None has to be filled in."""

    def __init__(self, *args: Any, questions: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for number, words in questions.items():
            self.fields[self.name(number)] = forms.TextArea(
                words, required=False, says_when=True, rows=4, max_length=LONGEST
            )
        if len(questions) > 1:
            self.fields["rest"] = forms.Radios(
                _("If you leave a question out"), required=False, says_when=True,
                options=[
                    forms.Option("now", _("Go on with what I have written")),
                    forms.Option("later", _("Wait for me. I will answer the rest later")),
                ],
            )  # fmt: skip

    @staticmethod
    def name(number: int) -> str:
        """The name of the field of this question."""
        return f"{number}-answer"

    def answers(self) -> dict[int, str]:
        """What was answered, by the place of the question."""
        given = {number: str(self.cleaned_data.get(self.name(number), "")).strip() for number in self.questions}
        return {number: words for number, words in given.items() if words}

    def clean(self) -> dict[str, Any]:
        """Something is answered; whoever leaves something out says what should happen."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        answers = self.answers()
        if not answers:
            self.add_error(self.name(min(self.questions)), _("Answer at least one question"))
        elif len(answers) < len(self.questions) and not cleaned.get("rest"):
            self.add_error("rest", _("A question has no answer yet. Answer it, or choose what we should do"))
        return cleaned


class Needs(Act):
    """What somebody needs so that they can read, hear and answer us."""

    def __init__(
        self, *args: Any, lists: Communication, patient: Patient, online: bool = False, **kwargs: Any
    ) -> None:  # fmt: skip
        """`online`: they may choose to get letters online."""
        kwargs["initial"] = {
            "letters": "online" if patient.letters_online else "post",
            "needs": list(patient.needs),
            # Normal print is not chosen beforehand: it would stand against a need chosen above it.
            "letter_format": "" if patient.letter_format == "standard" else patient.letter_format,
            "interpreter": patient.interpreter, "language": patient.language,
        } | kwargs.get("initial", {})  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["needs"] = forms.Checkboxes(
            _("What helps you?"), options=[forms.Option(one.id, one.plain) for one in lists.needs], required=False,
            says_when=True, hint=_("Choose all that are right for you."),
        )  # fmt: skip
        self.fields["letter_format"] = forms.Radios(
            _("How should our letters come?"), required=False, says_when=True,
            hint=_("If you choose nothing here, we go by what you chose above."),
            options=[forms.Option(one.id, one.plain) for one in lists.letter_formats],
        )  # fmt: skip
        if online:
            self.fields["letters"] = forms.Radios(
                _("By post or online?"), error=_("Choose by post or online"),
                hint=_("Online: we send you a code by email or text. With it you read the letter on this website."),
                options=[
                    forms.Option("post", _("Send me letters by post")),
                    forms.Option(
                        "online", _("Show me letters online, not by post"),
                        _("If you do not open a letter in a few days, we send it by post as well."),
                    ),
                ],
            )  # fmt: skip
        self.fields["language"] = forms.Text(_("Which language do you like best?"), required=False, max_length=60)
        self.fields["interpreter"] = forms.Text(
            _("Do you need an interpreter? In which language?"), required=False, max_length=60
        )
        self.fields["other"] = forms.TextArea(
            _("Anything else that helps you"), required=False, max_length=1000, rows=3
        )


class ContactDetails(Act):
    """New contact details, and how to get in touch safely."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["details"] = forms.TextArea(
            _("Have you got a new address, phone number or email address?"), required=False, says_when=True, rows=4,
            max_length=1000, hint=_("We check it with you before we use it."),
        )  # fmt: skip
        self.fields["safety"] = forms.TextArea(
            _("What should we know so that you are safe?"), required=False, says_when=True, rows=3, max_length=1000,
            hint=_("For example, do not phone me at home. We do this from now on. We never show it on this page."),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Something has been written."""
        cleaned = super().clean()
        if not self.errors and not any(str(cleaned.get(name, "")).strip() for name in ("details", "safety")):
            self.add_error("details", _("Write down what has changed"))
        return cleaned


class ActingFor(Act):
    """Somebody acts for the patient."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.Text(_("Your name"), error=_("Enter your name"), autocomplete="name")
        self.fields["relationship"] = forms.Text(
            _("How do you know them?"), hint=_("For example, I am her son."), error=_("Say how you know them"),
            max_length=60,
        )  # fmt: skip
        self.fields["words"] = forms.TextArea(
            _("Is there anything else we should know?"), hint=_("For example, a power of attorney."), required=False,
            max_length=1000, rows=3,
        )  # fmt: skip
