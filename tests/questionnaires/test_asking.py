"""When a question is asked, in words; and every page that any answers lead through."""

from painpath.questionnaires import asked_when, every_page, pages
from tests.questionnaires.making import choice, group, item, made, when


def test_when_a_question_is_asked_is_said_with_what_stands_around_it() -> None:
    form = made(
        choice("work", "yes", "no", item=[item("hours", "integer")]),
        group("tired", item("sleep", enableWhen=[when("hours", ">", answerInteger=40), when("work", "exists")],
                            enableBehavior="any"),
              enableWhen=[when("work", "=", answerCoding={"code": "yes"})]),
    )  # fmt: skip
    assert asked_when(form, form.item("work")) == ""
    assert asked_when(form, form.item("hours")) == "Only if “Text of work” is answered"
    assert asked_when(form, form.item("sleep")) == (
        "Only if “Text of work” is “Yes”; Only if “Text of hours” is more than “40” or “Text of work” is answered"
    )


def test_answers_that_lead_to_the_same_stand_together() -> None:
    def said(question: str, code: str) -> dict[str, object]:
        return when(question, "=", answerCoding={"code": code})

    asked = [choice(name, "no", "some", "much") for name in ("low", "worried")]
    each = [said(name, code) for name in ("low", "worried") for code in ("some", "much")]
    form = made(*asked, item("hard", enableWhen=each, enableBehavior="any"))
    assert asked_when(form, form.item("hard")) == "Only if “Text of low” or “Text of worried” is “Some” or “Much”"


def test_every_page_is_there_also_those_that_exclude_each_other() -> None:
    form = made(
        choice("work", "yes", "no"),
        item("job", enableWhen=[when("work", "=", answerCoding={"code": "yes"})]),
        item("stopped", enableWhen=[when("work", "=", answerCoding={"code": "no"})]),
        group("medicines", item("name"), repeats=True),
        item("secret", extension=[{"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden",
                                   "valueBoolean": True}]),
    )  # fmt: skip
    assert [one.key for one in every_page(form)] == ["work", "job", "stopped", "medicines~0~name"]
    assert [one.key for one in pages(form, {})] == ["work", "medicines~0~name"]
