"""The forms of answering: who answers, and one page of a questionnaire."""

from dataclasses import replace
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
    """The questions of one page, each in a field named by its place (`answer_fields.name_of`).

    `page` is what is asked now, `whole` every question that can stand there. What was sent is read by the questions
    that the browser showed, which it says itself (`shown`): never under another one, and none is left out because
    another device has closed it. `given` are the answers by place; those of `wrong` cannot stand.
    `heading`: a question that is alone is the heading of its page.
    """

    shown = forms.Hidden(required=False)

    given: dict[str, tuple[Value, ...]]
    wrong: set[str]

    def __init__(
        self, data: Any = None, *, page: Page, answers: Answers, whole: Page | None = None, heading: bool = True
    ) -> None:
        self.page, self.answers = page if data is None else _as_sent(data, page, whole), answers
        self.asked = frozenset(page.places)
        """The places that are asked now; those that the browser showed are `self.page.places`."""
        single = heading and len(self.page.items) == 1
        initial: dict[str, Any] = {}
        made: dict[str, Any] = {}
        shown = []
        for name, place, item in self._each():
            made |= answer_fields.fields_of(item, name, heading=single)
            initial |= answer_fields.shown(item, name, answers.get(place, ()))
            shown.append(f"{name}{_HELD if answers.get(place) else ''}")
        initial["shown"] = " ".join(shown)
        super().__init__(data, initial=initial)
        self.fields |= made
        self.given, self.wrong = {}, set()

    def _each(self) -> list[tuple[str, str, Any]]:
        """Name, place and question; no name says what is asked."""
        pairs = zip(self.page.places, self.page.items, strict=True)
        return [(answer_fields.name_of(place), place, item) for place, item in pairs]

    def clean(self) -> dict[str, Any]:
        """Read what was typed, and say what cannot stand, at its question."""
        cleaned = super().clean()
        said = cleaned.get("shown", "").split()
        for name, place, item in self._each():
            own = [one for one in self.fields if one == name or one.startswith(f"{name}-")]
            if any(one in self.errors for one in own):
                self.wrong.add(place)
                if item.safety is not None:  # whatever is wrong with it, it was said
                    self.given[place] = answer_fields.typed(item, name, {one: self[one].data for one in own})
                continue
            values = answer_fields.typed(item, name, cleaned)
            untouched = not values and bool(said) and f"{name}{_HELD}" not in said
            asked = place in self.asked
            kept = self.answers.get(place, ()) if untouched else values
            for sentence in check_item(item, kept, whole=asked):
                self.add_error(name, in_language(sentence))
                self.wrong.add(place)
            if values or (asked and not untouched):  # what the page did not show, nobody has taken out of it
                self.given[place] = values
        return cleaned

    def sound(self) -> dict[str, tuple[Value, ...]]:
        """The answers that can stand."""
        return {place: values for place, values in self.given.items() if place not in self.wrong}


_HELD = "+"
"""After a name in `shown`: the page showed an answer there, so that an empty one has been taken out."""


def _as_sent(data: Any, page: Page, whole: Page | None) -> Page:
    """The page with the questions that the browser showed; where it does not say, those that are asked now."""
    names = {one.rstrip(_HELD) for one in data.get("shown", "").split()}
    every = zip((whole or page).places, (whole or page).items, strict=True)
    found = [(place, item) for place, item in every if answer_fields.name_of(place) in names]
    if not found:
        return page
    return replace(page, places=tuple(place for place, _item in found), items=tuple(item for _place, item in found))


def in_language(sentence: str) -> str:
    """A sentence of the checks in the language of the page."""
    if isinstance(sentence, Sentence) and sentence.values:
        return _(sentence.template).format(**sentence.values)
    return _(str(sentence))
