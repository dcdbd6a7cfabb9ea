"""The FHIR elements and extensions that Painpath knows, and what it says of those that it does not do."""

HL7 = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
OURS = "urn:painpath:"
WEIGHTS = (HL7 + "itemWeight", HL7 + "ordinalValue")
"""What an answer counts: the newer name first."""


def names(words: str) -> frozenset[str]:
    """Names, written one after the other."""
    return frozenset(words.split())


ELEMENTS = names(
    "resourceType id meta implicitRules language text contained extension modifierExtension url identifier version name"
    " title derivedFrom status experimental subjectType date publisher contact description useContext jurisdiction"
    " purpose copyright approvalDate lastReviewDate effectivePeriod code item fhir_comments"
)
ITEM_ELEMENTS = names(
    "id extension modifierExtension linkId definition code prefix text type enableWhen enableBehavior required repeats"
    " readOnly maxLength answerValueSet answerOption initial item fhir_comments"
)
OPTION_ELEMENTS = names(
    "id extension modifierExtension valueInteger valueDate valueTime valueString valueCoding valueReference"
    " initialSelected fhir_comments"
)
CONDITION_ELEMENTS = names(
    "id extension modifierExtension question operator answerBoolean answerDecimal answerInteger answerDate"
    " answerDateTime answerTime answerString answerCoding answerQuantity answerReference fhir_comments"
)

UNSUPPORTED = {
    SDC + "enableWhenExpression": "Write when to ask this as enableWhen; an expression for it is not supported.",
    SDC + "initialExpression": "Take the expression out: Painpath fills in nothing before a person has answered.",
    SDC + "answerExpression": "List the answers as answerOption; an expression that finds them is not supported.",
    SDC + "candidateExpression": "Take the expression out: suggested answers are not supported.",
    SDC + "contextExpression": "Take the expression out: suggested answers are not supported.",
    SDC + "answerOptionsToggleExpression": "Options that come and go are not supported: ask two questions instead.",
    SDC + "optionalDisplay": "Take it out: every question is shown.",
    SDC + "subQuestionnaire": "Put the questions in: parts kept elsewhere are not fetched.",
    SDC + "assembleContext": "Put the questions in: parts kept elsewhere are not fetched.",
    SDC + "assemble-expectation": "Put the questions in: parts kept elsewhere are not fetched.",
    SDC + "itemMedia": "Say it in words: pictures in questions are not supported.",
    SDC + "itemAnswerMedia": "Say it in words: pictures in answers are not supported.",
    SDC + "lookupQuestionnaire": "List the answers as answerOption: they are not looked up elsewhere.",
    SDC + "keyboard": "",
    SDC + "shortText": "",
    HL7 + "questionnaire-constraint": "Use minValue, maxValue, maxLength or regex: free rules are not supported.",
    HL7 + "targetConstraint": "Use minValue, maxValue, maxLength or regex: free rules are not supported.",
    HL7 + "questionnaire-unitOption": "Ask for one unit (questionnaire-unit): a choice of units is not supported.",
    HL7 + "questionnaire-unitValueSet": "Ask for one unit (questionnaire-unit): a choice of units is not supported.",
    HL7 + "questionnaire-signatureRequired": "Take it out: signatures are not supported.",
    HL7 + "questionnaire-fhirType": "",
    SDC + "minQuantity": "Use minValue: the unit is that of the question.",
    SDC + "maxQuantity": "Use maxValue: the unit is that of the question.",
    HL7 + "cqf-calculatedValue": "Use calculatedExpression on an item of its own.",
    HL7 + "cqf-expression": "Use calculatedExpression on an item of its own.",
    HL7 + "questionnaire-usageMode": "Take it out: every question is asked, and every answer shown.",
}
"""Extension -> what to do instead, for those that would change what people are asked. Empty: harmless."""

UNSUPPORTED_TYPES = {
    "attachment": "Files cannot be asked for. Ask in words instead, or let people send files to the team.",
    "reference": "Links to other records cannot be asked for. Use choice with answerOption.",
    "question": "`question` is not a type of its own. Use string, choice or another type.",
}
