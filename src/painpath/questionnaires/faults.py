"""What is wrong with a questionnaire, a response or an answer, told so that somebody can mend it."""

from typing import NamedTuple


class Sentence(str):
    """A sentence for people, with the pattern and the values it was made from, so that a page can translate it.

    `Sentence("Choose up to {most} answers", most=3)` reads "Choose up to 3 answers"; a page in another language
    translates `template` and puts `values` into it.
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, **values: object) -> "Sentence":
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template = template
        made.values = values
        return made


class Fault(NamedTuple):
    """Something wrong, and where."""

    place: str
    """A path into the JSON (`Questionnaire.item[2].answerOption[0]`), or the place of an answer."""
    sentence: str
    """What is wrong and what to do about it."""
    link_id: str = ""
    """The item at fault, where there is one."""

    def __str__(self) -> str:
        """`place: sentence`, with the item's linkId where the place does not say it."""
        named = f" (linkId {self.link_id})" if self.link_id and self.link_id not in self.place else ""
        return f"{self.place}{named}: {self.sentence}"


class _FaultsError(Exception):
    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


class QuestionnaireError(_FaultsError):
    """A definition cannot be used. `faults` says why, all of it at once."""


class ResponseError(_FaultsError):
    """A QuestionnaireResponse cannot be taken. `faults` names the items at fault, all of them at once."""
