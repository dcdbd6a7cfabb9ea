"""The form of “Is it the right time?”: what the pathway asks, and nothing that has to be answered."""

from typing import Any

from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _

from painpath.pathway import Pathway
from painpath.pathway.right_time import Answer, Question
from painpath.web import forms

LONGEST = 300
"""Characters of own words to one question: what a card can hold and a GP can read."""


class RightTimeForm(forms.Form):
    """An answer or own words to each question. It is never stored; the page that shows it carries it on."""

    def __init__(self, *args: Any, pathway: Pathway, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.talk = pathway.right_time
        for question in self.talk.questions:
            if question.answers:
                kind = forms.Checkboxes if question.several else forms.Radios
                self.fields[chosen_name(question)] = kind(
                    question.plain,
                    hint=question.plain_help or "",
                    options=[(answer.id, answer.plain) for answer in question.answers],
                    required=False,
                    says_when=True,
                    page_heading=True,
                    size="l",
                )
            alone = not question.answers
            if alone or question.plain_own_words:
                field = forms.TextArea(
                    question.plain_own_words or question.plain,
                    hint=(question.plain_help or "") if alone else "",
                    rows=4,
                    max_length=LONGEST,
                    required=False,
                    says_when=True,
                    autocomplete="on",  # with "off" a browser would forget it on the way back from the card
                    page_heading=alone,
                    size="l" if alone else "s",
                )
                too_long = _("This can have %(most)d letters. You have written %(written)s. Please make it shorter.")
                others = [one for one in field.validators if not isinstance(one, MaxLengthValidator)]
                message = too_long % {"most": LONGEST, "written": "%(show_value)d"}
                field.validators = [*others, MaxLengthValidator(LONGEST, message)]
                self.fields[words_name(question)] = field

    def chosen(self, question: Question) -> list[Answer]:
        """The answers chosen to this question, in their order. Valid forms only."""
        given = self.cleaned_data.get(chosen_name(question)) or []
        return [answer for answer in question.answers if answer.id in ([given] if isinstance(given, str) else given)]

    def words(self, question: Question) -> str:
        """The own words to this question, on one line for each that was written. Valid forms only."""
        return str(self.cleaned_data.get(words_name(question)) or "").strip()

    def carried(self) -> list[tuple[str, str]]:
        """Every answer as (name, value), for the hidden fields of the card."""
        found: list[tuple[str, str]] = []
        for question in self.talk.questions:
            found += [(chosen_name(question), answer.id) for answer in self.chosen(question)]
            if words := self.words(question):
                found.append((words_name(question), words))
        return found


def chosen_name(question: Question) -> str:
    """The name of the field with the chosen answers."""
    return f"answer-{question.id}"


def words_name(question: Question) -> str:
    """The name of the field with the own words."""
    return f"words-{question.id}"
