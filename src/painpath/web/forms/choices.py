"""Questions answered by choosing. Nothing is chosen beforehand: a person has to do it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from painpath.web.forms.look import Shown


@dataclass(frozen=True)
class Option:
    """One answer. `reveals` names the fields of the form that are asked only when this answer is chosen."""

    value: str
    label: str
    hint: str = ""
    reveals: tuple[str, ...] = ()


class HasOptions(Shown):
    """A field with a list of options. Assign `options` in the form's `__init__` when they depend on the case."""

    missing = "Choose an answer to “{label}”"
    first: tuple[tuple[str, str], ...] = ()
    choices: Any

    def __init__(self, label: str, *, options: Iterable[Option | tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.options = options

    @property
    def options(self) -> Sequence[Option]:
        return self._options

    @options.setter
    def options(self, given: Iterable[Option | tuple[str, str]]) -> None:
        self._options = tuple(one if isinstance(one, Option) else Option(*one) for one in given)
        self.choices = [*self.first, *((one.value, one.label) for one in self._options)]


class Radios(HasOptions, forms.ChoiceField):
    """One of a few."""

    widget = forms.RadioSelect
    size = "s"

    def __init__(self, label: str, *, inline: bool = False, **kwargs: Any) -> None:
        self.inline = inline
        super().__init__(label, **kwargs)
        self.error_messages["invalid_choice"] = self.error_messages["required"]


class Select(HasOptions, forms.ChoiceField):
    """One of many. `blank` stands in the list until somebody has chosen."""

    def __init__(self, label: str, *, blank: str = "Choose one", **kwargs: Any) -> None:
        self.first = (("", blank),)
        super().__init__(label, **kwargs)
        self.error_messages["invalid_choice"] = self.error_messages["required"]


class Checkboxes(HasOptions, forms.MultipleChoiceField):
    """Any number of a few."""

    widget = forms.CheckboxSelectMultiple
    size = "s"

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.error_messages["invalid_choice"] = self.error_messages["required"]


class Checkbox(Shown, forms.BooleanField):
    """One box to tick. When it is required, only a tick is an answer."""

    missing = "Tick the box “{label}” to go on"
