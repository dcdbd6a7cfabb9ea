"""All pages of a questionnaire in one, for who writes it: each as patients see it, with when it is asked."""

from typing import Any

from painpath.pathway import Pathway
from painpath.patients.answering_forms import AnswerPage
from painpath.patients.presenters.answering import on_page
from painpath.questionnaires import Item, Page, Questionnaire, asked_when, every_page

_AT_ONCE = "After an answer about safety: help at once, before the next page. The team is told."
_THEN = "After the last page they check their answers and send them."


def every(pathway: Pathway, form: Questionnaire) -> dict[str, Any]:
    """Every page in order. The words beside what patients read are for staff, in English like the editor."""
    book = every_page(form)
    return {
        "title": form.title,
        "count": f"Questionnaire, {len(book)} {'page' if len(book) == 1 else 'pages'}",
        "about": (_sent_as(pathway, form), _THEN),
        "pages": [_one(form, page, number, len(book)) for number, page in enumerate(book, 1)],
    }


def _sent_as(pathway: Pathway, form: Questionnaire) -> str:
    steps = [
        f"“{one.name}” (number {one.forms.index(form.id) + 1} of {len(one.forms)})"
        for one in pathway.questionnaires if form.id in one.forms
    ]  # fmt: skip
    return f"Sent in: {', '.join(steps)}." if steps else "It is in no step of this service: nobody is sent it."


def _one(form: Questionnaire, page: Page, number: int, of: int) -> dict[str, Any]:
    shown = AnswerPage(page=page, answers={}, heading=False)
    del shown.fields["shown"]  # for the answer to a page alone
    after = [_AT_ONCE] if any(item.safety is not None for item in page.items) else []
    if page.group is not None and page.again:
        after.append(
            f"Here they can add another: {page.group.text}" if page.group.text else "Here they can add another"
        )
    context = on_page(form, page)
    if not context["single"] and not page.items:  # words alone
        context["title"] = ""
    return context | {
        "name": f"Page {number} of {of}", "only_if": _only_if(form, page), "form": shown, "after": after,
    }  # fmt: skip


def _only_if(form: Questionnaire, page: Page) -> list[str]:
    """When the page is asked; where only a part of it depends on something, which part."""
    asked = {item.link_id: asked_when(form, item) for item in page.items}
    whole = set(asked.values())
    found = [*whole] if len(whole) == 1 else [f"{_short(item)}: {asked[item.link_id]}" for item in page.items
                                              if asked[item.link_id]]  # fmt: skip
    words = [
        item for item in form.walk() if item.type == "display" and f"{item.prefix} {item.text}".strip() in page.intro
    ]
    found += [f"{_short(item)}: {rule}" for item in words if (rule := asked_when(form, item)) and rule not in whole]
    return [one for one in found if one]


def _short(item: Item) -> str:
    return f"“{item.text}”"
