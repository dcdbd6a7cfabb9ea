"""Bringing in a questionnaire, its licence; typing in answers from paper or on the phone."""

from typing import Any

from painpath.questionnaires import Answers, Value, check_item, is_above
from painpath.referrals.models import Answering
from painpath.referrals.questionnaires.site import NO_SELF_HARM, RIGHTS
from painpath.triage.presenters.questions import Asked
from painpath.web import answer_fields, forms


class Upload(forms.Form):
    """A FHIR Questionnaire as a file."""

    file = forms.Files("Questionnaire", multiple=False, accept=(".json",), error="Choose the file of the questionnaire",
                       hint="A FHIR R4 Questionnaire as JSON. Nobody is asked it before you publish it.")  # fmt: skip
    rights = forms.Radios(
        "Whose is it?", options=RIGHTS.items(), required=False, says_when=True,
        hint="Only where the file itself does not say. Your own questions, and what is free to use, may be given to "
        "everybody.",
    )  # fmt: skip


class AsksAboutSafety(forms.Form):
    """The decision whether the service asks about self-harm."""

    asks = forms.Radios("Which do you ask?", options=[
        forms.Option("yes", "The PHQ-9, with its question about self-harm",
                     hint="Only while a clinician is on duty on every working day to read the answers"),
        forms.Option("no", "The PHQ-4 instead", hint="No questionnaire with a question about safety is sent then"),
    ], error="Choose which you ask")  # fmt: skip
    reason = forms.TextArea(
        "Who decided it, and why?", rows=3, max_length=2000,
        hint="For example your clinical safety officer. Name no patient.", error="Say who decided it, and why",
    )  # fmt: skip
    looks = forms.TextArea(
        "Who looks at To do, and at which times?", rows=3, max_length=1000, required=False, says_when=True,
        hint="This site sends no email to staff. Without an answer no questionnaire with such a question can be sent. "
        "For example: the clinician on duty at 9am, 12pm, 2pm and 4pm.",
    )  # fmt: skip

    def __init__(self, *args: Any, by_email: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if by_email:
            del self.fields["looks"]


class Licence(forms.Form):
    """The word that this site may use a restricted instrument."""

    holder = forms.Text("Who gave the licence?", error="Enter who gave the licence")
    words = forms.TextArea("Its reference and terms", rows=3, max_length=4000, error="Enter its reference and terms")
    valid_until = forms.Date("Until when does it hold?", hint="Leave it empty if it has no end.", required=False,
                             says_when=True)  # fmt: skip
    file = forms.Files("The licence itself", multiple=False, required=False)


class Publish(forms.Form):
    """The word of whoever publishes a questionnaire that the program cannot read as a person does."""

    looked = forms.Checkbox(
        f"I have looked through every question below. {NO_SELF_HARM}",
        error="Look through every question, then tick that none about death or self-harm is unmarked",
    )  # fmt: skip


class TakeAnswers(forms.Form):
    """Going on with what was saved and not sent."""

    reason = forms.TextArea(
        "Why do you go on with what is there?", rows=3, max_length=2000,
        hint="For example which part of the paper could not be read, or whom you spoke to",
        error="Say why you go on with what is there",
    )  # fmt: skip


class EnterAnswers(forms.Form):
    """All questions on one page, as on the paper. What cannot be read stays empty, with a note.

    `given` are the answers by place; those of `wrong` cannot stand.
    """

    who = forms.Radios("Who answered?", options=[
        forms.Option("patient", "The patient"),
        forms.Option("proxy", "Somebody for the patient", reveals=("proxy_name", "proxy_relationship")),
        forms.Option("staff", "Nobody: I answer for the patient", hint="From what they told the team before"),
    ], error="Choose who answered")  # fmt: skip
    proxy_name = forms.Text("Their name", error="Enter the name of who answered")
    proxy_relationship = forms.Text("How they know the patient", hint="For example wife, son, friend or carer",
                                    error="Enter how they know the patient", max_length=60)  # fmt: skip
    channel = forms.Radios("How did the answers come?", options=[
        forms.Option("paper", "On paper", reveals=("scan", "note")),
        forms.Option("phone", "By phone"),
    ], error="Choose how the answers came")  # fmt: skip
    scan = forms.Files("Scan of the paper", multiple=False, required=False, accept=(".pdf", ".png", ".jpg", ".jpeg"),
                       hint="Kept with the answers. It is not read for criteria: what you type in counts.")  # fmt: skip
    note = forms.TextArea("What could not be read?", rows=2, required=False, max_length=2000,
                          hint="Leave such an answer empty and name it here: your colleagues see it in the discussion.",
                          says_when=True)  # fmt: skip
    shown = forms.Hidden(required=False)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        questions: list[Asked],
        answers: Answers,
        before: Answering | None = None,
    ) -> None:
        self.questions = questions
        initial: dict[str, Any] = {}
        if before is not None:
            initial = {name: getattr(before, name) for name in ("who", "proxy_name", "proxy_relationship")}
            initial["channel"] = before.channel if before.channel != "online" else ""
        made: dict[str, Any] = {}
        for one in questions:
            name = answer_fields.name_of(one.place)
            made |= answer_fields.fields_of(one.item, name, heading=False)
            initial |= answer_fields.shown(one.item, name, answers.get(one.place, ()))
        initial["shown"] = " ".join(answer_fields.name_of(place) for place, values in answers.items() if values)
        super().__init__(data, files, initial=initial)
        for field in made.values():
            field.size = "s"
        self.fields |= made
        self.given: dict[str, tuple[Value, ...]] = {}
        self.wrong: set[str] = set()

    def clean(self) -> dict[str, Any]:
        """Read what was typed, and say what cannot stand, at its question."""
        cleaned = super().clean()
        emptied = set(cleaned.get("shown", "").split())
        for one in self.questions:
            name = answer_fields.name_of(one.place)
            own = [field for field in self.fields if field == name or field.startswith(f"{name}-")]
            if any(field in self.errors for field in own):
                self.wrong.add(one.place)
                if one.item.safety is not None:  # whatever is wrong with it, it was said
                    raw = {field: self[field].data for field in own}
                    self.given[one.place] = answer_fields.typed(one.item, name, raw)
                continue
            values = answer_fields.typed(one.item, name, cleaned)
            for sentence in check_item(one.item, values, whole=False):
                self.add_error(name, str(sentence))
                self.wrong.add(one.place)
            if values or name in emptied:  # what the page did not show, nobody has taken out of it
                self.given[one.place] = values
        return cleaned

    def sound(self) -> dict[str, tuple[Value, ...]]:
        """The answers that can stand."""
        return {place: values for place, values in self.given.items() if place not in self.wrong}

    def said(self) -> dict[str, tuple[Value, ...]]:
        """Answers about safety that show help, whether or not they can stand."""
        return {
            one.place: self.given[one.place] for one in self.questions
            if any(is_above(one.item, value) for value in self.given.get(one.place, ()))
        }  # fmt: skip

    def at_fault(self, place: str, sentence: str) -> None:
        """Say at the question of this place what is wrong with it; else at the top."""
        name = answer_fields.name_of(place)
        self.add_error(name if name in self.fields else None, sentence)

    def blocks(self) -> list[dict[str, Any]]:
        """The questions with what stands over each: a section, words to read, the condition."""
        found: list[dict[str, Any]] = []
        section = ""
        for one in self.questions:
            name = answer_fields.name_of(one.place)
            head = one.section + (f" ({one.number})" if one.number is not None else "")
            names = [part for part in (name, f"{name}-time") if part in self.fields]
            found.append({
                "section": head if head != section else "", "intro": one.intro, "only_if": one.only_if,
                "fields": [self[name] for name in names],
            })  # fmt: skip
            section = head
        return found


def details_of(form: EnterAnswers) -> dict[str, Any]:
    """Who answered and how, for the verb."""
    cleaned = form.cleaned_data
    return {name: cleaned.get(name, "") for name in ("who", "proxy_name", "proxy_relationship", "channel", "note")}
