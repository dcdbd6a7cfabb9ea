"""Questionnaires for tests, as FHIR JSON: one about mood with a question about safety, one with everything in it."""

import json
from typing import Any

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.referrals.models import Referral, RotaEntry, SiteQuestionnaire
from painpath.referrals.questionnaires import choosing, library
from tests.referrals.deciding import decided

HL7 = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
OURS = "urn:painpath:"
OFTEN = ("Not at all", "Several days", "More than half the days", "Nearly every day")


def ext(url: str, **value: Any) -> dict[str, Any]:
    return {"url": url, **value}


def control(code: str) -> dict[str, Any]:
    system = "http://hl7.org/fhir/questionnaire-item-control"
    coding = {"coding": [{"system": system, "code": code}]}
    return ext(f"{HL7}questionnaire-itemControl", valueCodeableConcept=coding)


def item(link_id: str, kind: str, text: str, **more: Any) -> dict[str, Any]:
    return {"linkId": link_id, "type": kind, "text": text, **more}


def options(*labels: str, weighed: bool = False) -> list[dict[str, Any]]:
    """Options with the codes `c0`, `c1` ..., which count 0, 1 ... when they are weighed."""
    found: list[dict[str, Any]] = []
    for number, label in enumerate(labels):
        coding: dict[str, Any] = {"code": f"c{number}", "display": label, "system": "urn:test"}
        if weighed:
            coding["extension"] = [ext(f"{HL7}ordinalValue", valueDecimal=number)]
        found.append({"valueCoding": coding})
    return found


def questionnaire(name: str, title: str, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Questionnaire", "id": name, "url": f"urn:test:{name}", "version": "1", "status": "active",
        "title": title, "item": list(items), **more,
    }  # fmt: skip


MOOD = questionnaire(
    "mood", "How you feel",
    item("weeks", "group", "Over the last 2 weeks, how often have you been bothered by any of these?", item=[
        item("low", "choice", "Feeling down, depressed or hopeless", answerOption=options(*OFTEN, weighed=True)),
        item(
            "dead", "choice", "Thoughts that you would be better off dead, or of hurting yourself in some way",
            required=True, answerOption=options(*OFTEN, weighed=True),
            extension=[ext(f"{OURS}safety", valueDecimal=0)],
        ),
    ]),
    item("more", "text", "Is there anything else you want to tell us?"),
)  # fmt: skip
"""Two weighed questions, the second about safety, and one in people's own words."""

EVERYTHING = questionnaire(
    "everything", "Never seen before",
    item("hello", "display", "There are no right or wrong answers."),
    item("yes", "boolean", "Do you have pain today?", required=True),
    item("where", "choice", "Where is it?", repeats=True, answerOption=options("Back", "Neck", "Leg"),
         enableWhen=[{"question": "yes", "operator": "=", "answerBoolean": True}]),
    item("how-bad", "integer", "How bad is it, from 0 to 10?", item=[
        item("how-bad-help", "display", "0 is no pain. 10 is the worst pain.", extension=[control("help")]),
    ], extension=[ext(f"{HL7}minValue", valueInteger=0), ext(f"{HL7}maxValue", valueInteger=10),
                  ext(f"{OURS}why", valueString="So that we know where to begin.")]),
    item("hours", "decimal", "How many hours do you sleep?"),
    item("weight", "quantity", "How much do you weigh?", extension=[
        ext(f"{HL7}questionnaire-unit", valueCoding={"code": "kg", "display": "kg", "system": "http://unitsofmeasure.org"}),
    ]),
    item("since", "date", "When did it begin?"),
    item("seen", "dateTime", "When did you last see somebody about it?"),
    item("wake", "time", "When do you wake up?"),
    item("job", "string", "What is your work?", maxLength=40),
    item("words", "text", "What helps?", maxLength=200),
    item("page", "url", "Is there a web page that you like?"),
    item("hope", "open-choice", "What do you hope for?", answerOption=options("Less pain", "More sleep")),
    item("medicines", "group", "Medicines", repeats=True, item=[
        item("what", "string", "Which medicine?"),
        item("helped", "choice", "Did it help?", answerOption=options("Yes", "No", "Not sure")),
    ]),
    item("week", "group", "Your week", extension=[control("page")], item=[
        item("walk", "integer", "On how many days did you walk?", extension=[
            ext(f"{HL7}minValue", valueInteger=0), ext(f"{HL7}maxValue", valueInteger=7)]),
        item("work", "choice", "Did you work?", answerOption=options("Yes", "No")),
    ]),
    item("total", "decimal", "Sum", extension=[ext(f"{SDC}calculatedExpression", valueExpression={
        "language": "text/fhirpath",
        "expression": "%resource.item.where(linkId='how-bad').answer.value + %resource.item.where(linkId='hours')"
                      ".answer.value"})]),
)  # fmt: skip
"""Every type of item, a condition, a repeating group, a page of two questions, help, a sum."""


def publish(by: Membership, source: dict[str, Any]) -> SiteQuestionnaire:
    """A questionnaire of the site's own, as a manager publishes it."""
    version = library.keep(by.service, source["id"], json.dumps(source))
    return SiteQuestionnaire.objects.create(
        service_id=by.service_id, version=version, title=source["title"], rights="bundled", uploaded_by=by,
        published_by=by, published_at=clock.now(),
    )  # fmt: skip


def fill_rota(*members: Membership, days: tuple[int, ...] = (0, 1, 2, 3, 4)) -> None:
    """These are on duty on these weekdays, from a while ago on, and look at To do, for no e-mail leaves a test."""
    if choosing.who_looks(members[0].service) is None:
        audit.record(members[0], choosing.WATCH, members[0].service, words="Whoever is on duty, at 9am and 2pm.")
    for member in members:
        for day in days:
            RotaEntry.objects.create(
                service_id=member.service_id, membership=member, weekday=day, starts_on=clock.today().replace(day=1)
            )


def ask(referral: Referral, clinician: Membership, own: SiteQuestionnaire) -> Referral:
    """The decision to send this questionnaire, signed."""
    decided(referral, clinician, "send_questionnaire", questionnaire=f"{library.OWN}{own.pk}")
    return Referral.objects.get(pk=referral.pk)
