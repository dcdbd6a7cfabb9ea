"""The form itself: questions that depend on another answer, and how an invalid form is answered."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from painpath.web.forms.choices import Option
from painpath.web.forms.rendering import form_fields

INVALID = 422
"""The form was understood, and something in it has to be put right (RFC 9110, section 15.5.21)."""


class Form(forms.Form):
    """A form whose options may reveal further questions, which count only while their option is chosen.

    A form with its own `clean` calls `super().clean()` first.
    """

    def revealed(self) -> set[str]:
        """The names of the fields that some option reveals."""
        return {name for _name, option in self._options() for name in option.reveals}

    def full_clean(self) -> None:
        """Validate. Browsers drop chosen files when a page comes back with errors: then say so beside them."""
        super().full_clean()
        if not self.is_bound or not self.errors:
            return
        for name, field in self.fields.items():
            if isinstance(field, forms.FileField) and self[name].data and name not in self.errors:
                self.add_error(
                    name, _("Choose the files again: your browser does not keep them when a page comes back")
                )

    def clean(self) -> dict[str, Any]:
        """Forget what was typed, or missed, under an option that was not chosen."""
        cleaned = super().clean() or self.cleaned_data
        open_now = {
            name for field, option in self._options() if option.value in self._given(field) for name in option.reveals
        }
        for name in self.revealed() - open_now:
            field = self.fields[name]
            self.errors.pop(name, None)
            cleaned[name] = (
                []
                if isinstance(field, forms.FileField)
                else field.to_python(field.widget.value_from_datadict({}, {}, name))
            )
        return cleaned

    def as_nhs(self) -> SafeString:
        """All fields as components, in order."""
        return form_fields(self)

    def _options(self) -> list[tuple[str, Option]]:
        return [(name, option) for name, field in self.fields.items() for option in getattr(field, "options", ())]

    def _given(self, name: str) -> list[str]:
        data = self[name].data
        return data if isinstance(data, list) else [data]


def render_form(request: HttpRequest, template: str, form: forms.BaseForm, **context: Any) -> HttpResponse:
    """The page with this form: status 200 when it is fresh, 422 when it has errors."""
    status = INVALID if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)
