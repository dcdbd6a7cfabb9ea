"""Questions answered by typing."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from painpath.web.forms.look import Shown, Words


class _Typed(Shown, forms.CharField):
    """Text up to `max_length` characters. A longer one is refused with both numbers, never cut."""

    def __init__(self, label: Words, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        # No maxlength on the input: browsers would cut what is pasted, without a word.
        sentence = format_lazy(
            gettext_lazy("“{label}” can have {most} characters. You have written %(show_value)d."),
            label=label,
            most=f"{max_length:,}",
        )
        self.validators.append(MaxLengthValidator(max_length, sentence))


class Text(_Typed):
    """One line."""

    def __init__(self, label: Words, *, max_length: int = 200, **kwargs: Any) -> None:
        super().__init__(label, max_length=max_length, **kwargs)


class TextArea(_Typed):
    """Several lines; `rows` is the height. `count` says how many characters are left of so many."""

    widget = forms.Textarea
    count: int | None = None

    def __init__(self, label: Words, *, rows: int = 5, max_length: int = 10_000, **kwargs: Any) -> None:
        super().__init__(label, max_length=max_length, **kwargs)
        self.widget.attrs["rows"] = rows

    def to_python(self, value: Any) -> str:
        """Browsers send CR LF; a line break is one character."""
        return str(super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value))


_EMAIL, _PASSWORD = gettext_lazy("Email address"), gettext_lazy("Password")


class Email(Shown, forms.EmailField):
    """An e-mail address."""

    def __init__(self, label: Words = _EMAIL, **kwargs: Any) -> None:
        message = gettext_lazy("Enter an email address in the correct format, like name@example.nhs.uk")
        kwargs.setdefault("autocomplete", "email")
        super().__init__(label, **kwargs)
        self.validators = [EmailValidator(message), ProhibitNullCharactersValidator()]


class Number(Shown, forms.IntegerField):
    """A whole number from `least` to `most`."""

    widget = forms.TextInput

    def __init__(self, label: Words, *, least: int | None = None, most: int | None = None, **kwargs: Any) -> None:
        self.least, self.most = least, most
        kwargs.setdefault("width", 3)
        super().__init__(label, attrs={"inputmode": "numeric"}, **kwargs)
        self.error_messages["invalid"] = format_lazy(
            gettext_lazy("“{label}” must be a whole number, like 12"), label=label
        )

    def clean(self, value: Any) -> int | None:
        number: int | None = super().clean(value)
        if number is None:
            return None
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            raise ValidationError(self._range())
        return number

    def _range(self) -> str:
        limits = {"label": self.label, "least": self.least, "most": self.most}
        if self.least is not None and self.most is not None:
            return _("“{label}” must be from {least} to {most}").format(**limits)
        if self.least is not None:
            return _("“{label}” must be {least} or more").format(**limits)
        return _("“{label}” must be {most} or less").format(**limits)


class Password(Shown, forms.CharField):
    """A password: shown as dots, never sent back to the page. Spaces at its ends count."""

    widget = forms.PasswordInput

    def __init__(self, label: Words = _PASSWORD, **kwargs: Any) -> None:
        kwargs.setdefault("autocomplete", "current-password")
        super().__init__(label, strip=False, **kwargs)


class Hidden(forms.CharField):
    """Something that the page passes on without showing it. Whoever sends it may have changed it."""

    widget = forms.HiddenInput
