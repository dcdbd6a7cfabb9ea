"""The forms of answering: who answers, and one page of a questionnaire."""

from typing import Any

from django.utils.translation import gettext as _

from painpath.questionnaires import Answers, Page, Sentence, Value, check_item
from painpath.referrals.models import Answering
from painpath.web import answer_fields, forms

PATIENT, PROXY = "patient", "proxy"


class WhoAnswers(forms.Form):
    """The patient, or somebody for them."""

    who = forms.Radios("", options=[], size="m")
    proxy_name = forms.Text("", max_length=200, autocomplete="name")
    proxy_relationship = forms.Text("", max_length=60)

    def __init__(self, *args: Any, before: Answering | None = None, **kwargs: Any) -> None:
        if before is not None:
            kwargs.setdefault("initial", {
                "who": before.who, "proxy_name": before.proxy_name, "proxy_relationship": before.proxy_relationship,
            })  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["who"].options = [  # type: ignore[attr-defined]
            forms.Option(PATIENT, _("I am the patient")),
            forms.Option(PROXY, _("I answer for the patient"), reveals=("proxy_name", "proxy_relationship")),
        ]
        for name, label, error in (
            ("who", _("Who is answering?"), _("Choose who is answering")),
            ("proxy_name", _("Your full name"), _("Enter your name")),
            ("proxy_relationship", _("How you know the patient"), _("Say how you know the patient")),
        ):
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = error
        self.fields["proxy_relationship"].help_text = _("For example, wife, son, friend or carer")


class AnswerPage(forms.Form):
    """The questions of one page. `given` are the answers by place; those of `wrong` cannot stand."""

    given: dict[str, tuple[Value, ...]]
    wrong: set[str]

    def __init__(self, *args: Any, page: Page, answers: Answers, **kwargs: Any) -> None:
        self.page = page
        single = len(page.items) == 1
        initial: dict[str, Any] = {}
        made: dict[str, Any] = {}
        for name, place, item in self._each():
            made |= answer_fields.fields_of(item, name, heading=single)
            initial |= answer_fields.shown(item, name, answers.get(place, ()))
        kwargs.setdefault("initial", initial)
        super().__init__(*args, **kwargs)
        self.fields |= made
        self.given, self.wrong = {}, set()

    def _each(self) -> list[tuple[str, str, Any]]:
        """Name, place and question; names are numbers, so that no name says what is asked."""
        pairs = zip(self.page.places, self.page.items, strict=True)
        return [(f"a{number}", place, item) for number, (place, item) in enumerate(pairs)]

    def clean(self) -> dict[str, Any]:
        """Read what was typed, and say what cannot stand, at its question."""
        cleaned = super().clean()
        for name, place, item in self._each():
            if name in self.errors:
                self.wrong.add(place)
                continue
            values = answer_fields.typed(item, name, cleaned)
            for sentence in check_item(item, values):
                self.add_error(name, in_language(sentence))
                self.wrong.add(place)
            self.given[place] = values
        return cleaned

    def sound(self) -> dict[str, tuple[Value, ...]]:
        """The answers that can stand."""
        return {place: values for place, values in self.given.items() if place not in self.wrong}


def in_language(sentence: str) -> str:
    """A sentence of the checks in the language of the page."""
    if isinstance(sentence, Sentence) and sentence.values:
        return _(sentence.template).format(**sentence.values)
    return _(str(sentence))
