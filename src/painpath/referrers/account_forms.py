"""The forms of a referrer's account."""

from typing import Any

from django.core.exceptions import ValidationError

from painpath.web import forms
from painpath.web.practitioners import PractitionerForm


class AskForAccount(PractitionerForm):
    """Somebody who refers asks for an account."""

    name = forms.Text("Your name", hint="As it stands on the register", error="Enter your name", autocomplete="name")
    email = forms.Email("Work email address", hint="The link to set a password goes there.",
                        error="Enter your work email address")  # fmt: skip
    kind = forms.Radios("What do you work as?", options=[], error="Choose what you work as")
    register = forms.Select("Which register are you on?", options=[], error="Choose the register that you are on")
    number = forms.Text("Registration number", width=10, max_length=40, error="Enter your registration number")
    practice = forms.Text(
        "GP practice where you work", hint="Its name or its ODS code. Leave it empty if you work somewhere else.",
        required=False,
    )  # fmt: skip

    field_order = ["name", "email", "kind", "register", "number", "practice", "workplace"]

    def clean_email(self) -> str:
        """An address of one of the domains that the service names."""
        email: str = self.cleaned_data["email"]
        if not self.pathway.referring.accounts.is_work_email(email):
            raise ValidationError(
                f"Enter a work email address that ends with {_either(self.pathway.referring.accounts.email_domains)}. "
                "If you have none, refer by letter: the end of this page says how."
            )
        return email


class MyDetails(PractitionerForm):
    """What a referrer may change of their own."""

    name = email = None  # type: ignore[assignment]
    kind = forms.Radios("What do you work as?", options=[], error="Choose what you work as")
    register = forms.Select("Which register are you on?", options=[], error="Choose the register that you are on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["practice"].label = "GP practice where you work"
        self.fields["practice"].help_text = "Its name or its ODS code. Leave it empty if you work somewhere else."


def _either(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
