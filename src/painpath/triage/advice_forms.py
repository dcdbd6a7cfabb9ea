"""The forms of advice: the question it answers, paragraphs to use again, and what the referrer says."""

from dataclasses import replace
from typing import Any, cast

from django.http import QueryDict

from painpath import clock
from painpath.pathway import Pathway
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.guidance import advice, asked, ers_codes
from painpath.referrals.models import AdviceParagraph, Referral
from painpath.referrals.models.together import VERDICTS
from painpath.triage.presenters.ers import RECOMMENDATIONS
from painpath.web import forms

OTHER, NONE = "other-words", "no-question"
"""Answers to "which question" that are no question: a sentence that is offered ends with a question mark."""


def question_fields(referral: Referral) -> dict[str, Any]:
    """Which question the advice answers. Nothing is chosen beforehand."""
    offered = asked.questions(referral)
    return {
        "asked": forms.Radios(
            "Which question do you answer?",
            hint="The letter to the GP quotes it. These are the sentences of the referral that end with a question "
            "mark." if offered else "The letter to the GP quotes it.",
            options=[
                *(forms.Option(words, words) for words in offered),
                forms.Option(OTHER, "Other words of the referral", reveals=("question",)),
                forms.Option(NONE, "The referral asks no question"),
            ],
            error="Choose the question that you answer, or say that the referral asks none",
        ),
        "question": forms.TextArea(
            "The referrer's words", hint="Copy them from the referral, or from what the referrer wrote later", rows=2,
            max_length=1000, error="Copy the words that ask",
        ),
    }  # fmt: skip


def question_initial(content: DecisionContent, form_class: type[forms.Form]) -> dict[str, Any]:
    """What the draft says of the question, as the fields of `question_fields` show it."""
    if "asked" not in form_class.base_fields:
        return {}
    offered = {option.value for option in cast(forms.Radios, form_class.base_fields["asked"]).options}
    if content.no_question:
        return {"asked": NONE}
    if not content.question:
        return {}
    return {"asked": content.question if content.question in offered else OTHER, "question": content.question}


def with_question(cleaned: dict[str, Any]) -> dict[str, Any]:
    """What the fields of `question_fields` say, as the draft keeps it."""
    rest = {name: value for name, value in cleaned.items() if name not in ("asked", "question")}
    chosen = cleaned.get("asked")
    if not chosen:
        return rest
    words = cleaned.get("question", "") if chosen == OTHER else "" if chosen == NONE else chosen
    return rest | {"question": words, "no_question": chosen == NONE}


def recommendation_field(referral: Referral, pathway: Pathway, outcome: str) -> dict[str, Any]:
    """What is recommended in e-RS, where this outcome leaves a choice."""
    reply = ers_codes.reply_of(referral, pathway, outcome)
    if reply is None or len(reply.recommendations) < 2:
        return {}
    return {
        "recommendation": forms.Radios(
            "What do you recommend in e-RS?",
            options=[forms.Option(code, RECOMMENDATIONS[code]) for code in reply.recommendations],
            error="Choose what you recommend in e-RS",
        )
    }


def paragraph_field(referral: Referral, clauses: tuple[str, ...]) -> dict[str, Any]:
    """Advice that was given before, those about the cited criteria first; none where there is nothing to offer."""
    offered = advice.offered(referral, clauses)
    if not offered:
        return {}
    return {
        "paragraphs": forms.Checkboxes(
            "Advice used before",
            hint="What you choose is put into your words to the GP, and this page is shown again for you to change it.",
            options=[forms.Option(str(one.pk), one.title, _begins(one.text)) for one in offered],
            required=False,
        )
    }


def _begins(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 200 else f"{words[:200].rsplit(' ', 1)[0]} …"


def put_in(
    form: forms.Form, content: DecisionContent, chosen: list[AdviceParagraph]
) -> tuple[forms.Form, DecisionContent]:
    """The form and the draft with these paragraphs in the words to the GP, without complaints: it is shown again."""
    data = cast(QueryDict, form.data).copy()
    text = "\n\n".join(filter(None, (str(data.get("to_gp", "")).strip(), *(one.text for one in chosen))))
    data["to_gp"] = text
    data.pop("paragraphs", None)
    again = type(form)(data)
    again.full_clean()
    again.errors.clear()
    used = dict.fromkeys((*content.paragraphs, *(str(one.pk) for one in chosen)))
    return again, replace(content, to_gp=text.replace("\r\n", "\n"), paragraphs=tuple(used))


class Message(forms.Form):
    """What the referrer wrote, with the files that they sent."""

    said_on = forms.Date(
        "When did the referrer write this?", error="Enter the day", latest=clock.today, called="The day of the message"
    )
    words = forms.TextArea(
        "What did the referrer write?", hint="Copy the words from e-RS or the letter. They are read like the referral.",
        required=False, says_when=True,
    )  # fmt: skip
    documents = forms.Files("Files that the referrer sent", required=False)


class Verdict(forms.Form):
    """What the referrer says of the advice. Nothing is chosen beforehand."""

    verdict = forms.Radios(
        "What does the referrer say?",
        options=[
            forms.Option("answered", VERDICTS["answered"]),
            forms.Option(
                "not_answered", VERDICTS["not_answered"], "Another clinician looks at the referral and the question."
            ),
            forms.Option(
                "still_refer", VERDICTS["still_refer"], "Another clinician screens the referral."
            ),
        ],
        error="Choose what the referrer says",
    )  # fmt: skip
    said_on = forms.Date(
        "When did the referrer write this?", error="Enter the day", latest=clock.today, called="The day of the message"
    )
    words = forms.TextArea(
        "The referrer's own words", required=False, says_when=True,
        hint="Copy them from e-RS or the letter. Needed unless the advice answers the question.",
    )  # fmt: skip
    documents = forms.Files("Files that the referrer sent", required=False)


class Paragraph(forms.Form):
    """A paragraph of advice to use again."""

    title = forms.Text("Title", error="Give the advice a title")
    text = forms.TextArea(
        "The advice", rows=8, max_length=5000, error="Write the advice", hint="As the GP should read it"
    )
    criteria = forms.Checkboxes(
        "Which criteria is it about?", options=[], required=False,
        hint="It is offered first where a decision cites one of these",
    )  # fmt: skip
    expires_on = forms.Date(
        "Last day on which it is offered", error="Enter the last day", earliest=clock.tomorrow, called="The last day",
        hint="Within two years. Then you are asked to look at it again.",
    )  # fmt: skip

    def __init__(self, *args: Any, pathway: Pathway, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.Checkboxes, self.fields["criteria"]).options = [
            forms.Option(criterion.id, criterion.name) for criterion in pathway.criteria
        ]


class Renew(forms.Form):
    """Advice that its owner has read again and finds right."""

    expires_on = forms.Date(
        "Last day on which it is offered", error="Enter the last day", earliest=clock.tomorrow, called="The last day"
    )


class Sent(forms.Form):
    """The word that a reply stands in e-RS."""

    sent = forms.Checkbox("I have sent this in e-RS", error="Tick the box when you have sent the reply in e-RS")
