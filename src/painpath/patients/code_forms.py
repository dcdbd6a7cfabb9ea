"""The forms of the way in: which referral, then the code. Their words are translated when a form is made."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from painpath import clock
from painpath.web import by_code, forms


class WhoseReferral(forms.Form):
    """Which referral, and a first proof that it is one's own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"] = forms.Text(
            _("Reference"), hint=_("It is on every letter from us. It has 8 letters and numbers, like 2BCD-FGHJ."),
            error=_("Enter the reference"), max_length=40, width=10,
        )  # fmt: skip
        self.fields["born"] = forms.Date(
            _("Date of birth"), hint=_("For example, 3 4 1966"), error=_("Enter the date of birth"),
            earliest=date(1890, 1, 1), latest=clock.today,
        )  # fmt: skip

    def clean_reference(self) -> str:
        """As it stands on the letters."""
        reference = by_code.reference(str(self.cleaned_data["reference"]))
        if not reference:
            raise ValidationError(
                _("A reference has 8 letters and numbers, like 2BCD-FGHJ. Look for it on a letter from us")
            )
        return reference


class Code(forms.Form):
    """The one-time code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.Text(
            _("Code"), hint=_("8 letters and numbers, like 2BCD-FGHJ"), error=_("Enter the code"), max_length=40,
            width=10, autocomplete="one-time-code",
        )  # fmt: skip
