"""“Is it the right time?”, question by question, and the card that it ends in."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from painpath import clock
from painpath.pathway import Pathway
from painpath.pathway.crisis import crisis_line, help_now
from painpath.pathway.right_time import Question
from painpath.pathway.service import Signpost
from painpath.patients.card import Card, Part
from painpath.patients.presenters.about import in_words
from painpath.patients.right_time_forms import RightTimeForm, chosen_name, words_name
from painpath.web.forms.rendering import component


def steps(pathway: Pathway, form: RightTimeForm, *, begun: bool) -> dict[str, Any]:
    """The page with its questions. Once `begun`, it opens at the first question, or at the first mistake."""
    talk = pathway.right_time
    shown = [_step(pathway, form, question) for question in talk.questions]
    wrong = next((number for number, step in enumerate(shown, 1) if step["wrong"]), None)
    opens = wrong or (1 if begun else 0)
    for number, step in enumerate(shown, 1):
        words = _("Question %(number)d of %(all)d") % {"number": number, "all": len(shown)}
        step |= {"number": number, "caption": words, "opens": number == opens}
    return {
        "title": talk.plain_title,
        "intro": talk.plain_intro,
        "private": talk.plain_private,
        "steps": shown,
        "start_opens": opens == 0,
        "form": form,
    }


def card_page(pathway: Pathway, form: RightTimeForm) -> dict[str, Any]:
    """The page with the card, and what carries the answers on."""
    talk = pathway.right_time
    unwell = any(answer.help_now for question in talk.questions for answer in form.chosen(question))
    return {
        "title": talk.plain_card_title,
        "card": card(pathway, form),
        "carried": form.carried(),
        "help_now": talk.plain_help_now if unwell else (),
        "no_decision": talk.plain_no_decision,
        "private": talk.plain_private,
        "gp_does": pathway.patient_pages.page("what-your-gp-does").plain_title,
    }


def card(pathway: Pathway, form: RightTimeForm) -> Card:
    """The card: what somebody told, what they may ask, what the service can do. It adds nothing up."""
    talk = pathway.right_time
    told = sorted(_told(form), key=lambda one: not one[0].matters)
    chosen = [answer for question in talk.questions for answer in form.chosen(question)]
    ask = dict.fromkeys((*(words for answer in chosen for words in answer.plain_ask), *talk.plain_ask))
    can = [one.plain for topic in ("can", "cannot") for one in pathway.statements if one.topic == topic]
    parts = [
        Part(_("Questions that I can ask"), tuple(ask)),
        Part(_("What %(team)s says that it can and cannot do") % {"team": pathway.plain_team}, tuple(can)),
    ]
    if any(answer.find_gp for answer in chosen):
        parts.append(Part(_("How to find a GP"), talk.plain_find_gp))
    parts.append(Part(_("This is not a decision"), talk.plain_no_decision))
    return Card(
        title=talk.plain_card_title,
        made=_("Made on %(day)s") % {"day": in_words(clock.today())},
        name=_("My name"),
        intro=talk.plain_card_intro,
        told=tuple(part for _question, part in told),
        parts=tuple(parts),
        help_heading=_("Get help now"),
        help=tuple(f"{one.plain_name}: {crisis_line(one)}" for one in help_now(pathway)),
        more=_("There is more on the next page. The last page says how to get help now."),
        language=(get_language() or "en").partition("-")[0],
    )


def addresses(pathway: Pathway) -> dict[str, str]:
    """Where the forms of the conversation are sent."""
    names = {
        "card_at": "right_time",
        "text_at": "right_time_text",
        "pdf_at": "right_time_pdf",
        "large_at": "right_time_large",
    }
    return {key: reverse(f"patients:{name}", args=[pathway.name]) for key, name in names.items()}


def _told(form: RightTimeForm) -> Iterator[tuple[Question, Part]]:
    for question in form.talk.questions:
        lines = tuple(answer.plain_card for answer in form.chosen(question) if answer.plain_card)
        words = form.words(question)
        if lines or words:
            yield question, Part(question.plain_heading, lines, words)
        elif question.matters:
            yield question, Part(question.plain_heading, write=True)


def _step(pathway: Pathway, form: RightTimeForm, question: Question) -> dict[str, Any]:
    fields = []
    for name in (chosen_name(question), words_name(question)):
        if name in form.fields:
            kind, params = component(form[name])
            for item, answer in zip(params.get("items", ()), question.answers, strict=False):
                if answer.help_now:
                    item["conditional"] = {"html": _help_now(pathway.right_time.plain_help_now, help_now(pathway))}
            fields.append((kind, params))
    names = (chosen_name(question), words_name(question))
    return {
        "fields": fields,
        "why": question.plain_why,
        "wrong": form.is_bound and any(one in form.errors for one in names),
    }


def _help_now(words: tuple[str, ...], signposts: Sequence[Signpost]) -> str:
    context = {"words": words, "signposts": signposts}
    return mark_safe(render_to_string("patients/right_time/help_now.jinja", context, using="jinja"))  # noqa: S308 our own template
