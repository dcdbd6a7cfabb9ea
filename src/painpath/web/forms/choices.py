"""Questions answered by choosing. Nothing is chosen beforehand: a person has to do it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from painpath.web.forms.look import Shown, Words


@dataclass(frozen=True)
class Option:
    """One answer. `reveals` names the fields of the form that are asked only when this answer is chosen."""

    value: str
    label: Words
    hint: Words = ""
    reveals: tuple[str, ...] = ()


class HasOptions(Shown):
    """A field with a list of options. Assign `options` in the form's `__init__` when they depend on the case."""

    missing: Words = _("Choose an answer to “{label}”")
    first: tuple[tuple[str, Words], ...] = ()
    choices: Any

    def __init__(self, label: Words, *, options: Iterable[Option | tuple[str, Words]] = (), **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.options = options

    @property
    def options(self) -> Sequence[Option]:
        return self._options

    @options.setter
    def options(self, given: Iterable[Option | tuple[str, Words]]) -> None:
        self._options = tuple(one if isinstance(one, Option) else Option(*one) for one in given)
        self.choices = [*self.first, *((one.value, one.label) for one in self._options)]


class Radios(HasOptions, forms.ChoiceField):
    """One of a few."""

    widget = forms.RadioSelect
    size = "s"

    def __init__(self, label: Words, *, inline: bool = False, **kwargs: Any) -> None:
        self.inline = inline
        super().__init__(label, **kwargs)
        self.error_messages["invalid_choice"] = self.error_messages["required"]


_BLANK = _("Choose one")


class Select(HasOptions, forms.ChoiceField):
    """One of many. `blank` stands in the list until somebody has chosen."""

    def __init__(self, label: Words, *, blank: Words = _BLANK, **kwargs: Any) -> None:
        self.first = (("", blank),)
        super().__init__(label, **kwargs)
        self.error_messages["invalid_choice"] = self.error_messages["required"]


class Checkboxes(HasOptions, forms.MultipleChoiceField):
    """Any number of a few."""

    widget = forms.CheckboxSelectMultiple
    size = "s"

    def __init__(self, label: Words, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.error_messages["invalid_choice"] = self.error_messages["required"]


class Checkbox(Shown, forms.BooleanField):
    """One box to tick. When it is required, only a tick is an answer."""

    missing: Words = _("Tick the box “{label}” to go on")
