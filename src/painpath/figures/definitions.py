"""Every figure that a service reads about itself: its title, the question it answers, exactly what is counted, and why.

`measuring` counts them; `tests/measuring` counts each again from raw rows by these words. Common to all:

- A day is a day in London. A figure belongs to the month in which its event fell, and a month that has ended changes
  only when the record itself is corrected.
- What was closed as received in error or twice is not counted, nor are decisions that were taken back.
- A split never repeats the counts of another figure's split (decisions by outcome stand in one table alone, referrals
  by practice too; who came back is told of the whole service alone), so that what one table hides cannot be read in
  another: `figures.small_numbers`.
- Working days leave out weekends and the bank holidays of England; the day of receipt is day 0.
"""

from painpath.figures.model import Figure, Split

OF_A_PERSON = (
    Split.DEPRIVATION,
    Split.AGE_BAND,
    Split.SEX,
    Split.ETHNICITY,
    Split.LANGUAGE,
    Split.COMMUNICATION_NEED,
)
"""Groups of people, for fairness. What is not recorded is a group of its own, `not_known`, and never left out."""

BY_WHOM = (Split.ROUTE, Split.PRACTICE, *OF_A_PERSON)

SPLIT_LABELS: dict[Split, str] = {
    Split.ROUTE: "Route",
    Split.PRACTICE: "Practice",
    Split.DEPRIVATION: "Deprivation of the area",
    Split.AGE_BAND: "Age",
    Split.SEX: "Sex",
    Split.ETHNICITY: "Ethnicity",
    Split.LANGUAGE: "Language",
    Split.COMMUNICATION_NEED: "Communication need",
    Split.OUTCOME: "Outcome",
    Split.CLAUSE: "Criterion",
    Split.SIGNPOST: "Signpost",
    Split.CHANNEL: "Channel",
    Split.STATE: "State",
}

SPLIT_WORDS: dict[Split, str] = {
    Split.ROUTE: "The route of the pathway by which the referral came.",
    Split.PRACTICE: "The practice where the patient is registered.",
    Split.DEPRIVATION: (
        "Fifths of the Index of Multiple Deprivation, by the patient’s postcode: deciles 1 and 2 are the fifth that is "
        "most deprived."
    ),
    Split.AGE_BAND: "Age on the day of receipt: under 18, 18 to 24, then bands of ten years, 85 and over.",
    Split.SEX: "As the record of the patient says.",
    Split.ETHNICITY: "The five groups of the census in England, by what the record of the patient says.",
    Split.LANGUAGE: "English, another language, or not known.",
    Split.COMMUNICATION_NEED: (
        "A need is recorded (any need, an interpreter, or a letter format), none is needed, or nobody has asked."
    ),
    Split.OUTCOME: "The outcome of the decision.",
    Split.CLAUSE: "The criterion of the pathway.",
    Split.SIGNPOST: "The service or resource that the person was pointed to.",
    Split.CHANNEL: "The way by which it went or came.",
    Split.STATE: "Where it stands at the moment of counting.",
}

_OUR_DESIGN = "The service’s own measure."

QUESTIONS = ("ask_referrer", "ask_patient", "send_questionnaire")
"""Outcomes that ask something: decisions of their own kind, which `outcomes` does not count into a share."""

FIGURES: tuple[Figure, ...] = (
    Figure(
        id="to_decision",
        title="Working days until the patient is told",
        question="How long do people wait to hear what was decided?",
        definition=(
            "Working days from the day of receipt to the day on which the patient was told the first decision of the "
            "referral. A decision is a signed outcome that stands, other than a question (to the referrer, to the "
            "patient, or a questionnaire) and other than the patient’s own withdrawal. Told means that a copy of the "
            "patient’s letter of that decision has left and has not come back: it was posted, taken by the carrier of "
            "post, email or text messages, or opened online; the earliest day counts. A letter that is held, waits, "
            "failed, was stopped or came back has told nobody. Each referral is counted once, in the month in which "
            "the patient was told. Within 7 means 7 working days or fewer."
        ),
        source=(
            "Headline measure of the service’s design. A patient poll in England found people much more satisfied when "
            "they were accepted within a week."
        ),
        unit="working_days",
        kind="times",
        splits=BY_WHOM,
        series=True,
        counted="first decisions told",
        numerator="told within 7 working days",
        denominator="first decisions told",
        better="lower",
        within=7,
    ),
    Figure(
        id="volumes",
        title="Referrals received",
        question="How many referrals come, by which route and from which practices?",
        definition=(
            "Referrals received in the period, by the day of receipt. A referral that came back after it had ended is "
            "counted once, when it was first received; a new referral linked to an earlier one counts as new."
        ),
        source=_OUR_DESIGN,
        unit="count",
        kind="counts",
        splits=BY_WHOM,
        series=True,
        counted="referrals received",
    ),
    Figure(
        id="outcomes",
        title="Outcomes",
        question="What is decided about referrals?",
        definition=(
            "Signed decisions that stand, by the day they were signed, questions included. A referral with two "
            "decisions counts twice. The share is of those whose outcome is to accept, out of all decisions but "
            "questions (to the referrer, to the patient, or a questionnaire)."
        ),
        source="Outcomes by group: the service’s design, for fairness.",
        unit="count",
        kind="counts",
        splits=(Split.OUTCOME, *BY_WHOM),
        series=True,
        counted="decisions",
        numerator="accepted",
        denominator="decisions other than questions",
    ),
    Figure(
        id="clauses_cited",
        title="Criteria that decisions cite",
        question="Which criteria do decisions rest on?",
        definition=(
            "Decisions signed in the period that stand and cite the criterion, out of all decisions signed in the "
            "period that stand. Without a split: those that cite any criterion. A decision that cites two criteria "
            "stands with both, so that the groups add up to more than the whole."
        ),
        source=_OUR_DESIGN,
        unit="share",
        kind="shares",
        splits=(Split.CLAUSE,),
        series=False,
        counted="decisions that cite it",
        numerator="cite a criterion",
        denominator="decisions",
    ),
    Figure(
        id="information_requests",
        title="Requests for information",
        question="What do we have to ask for, and how often?",
        definition=(
            "Requests sent to a referrer or a patient in the period, by the day of asking, for each 100 referrals "
            "received in the same period. A questionnaire is not one of them. A request is counted under each "
            "criterion that it asks about, once each; one that asks about no criterion stands under “No criterion”."
        ),
        source="Numbers to report from the first day: the service’s design.",
        unit="count",
        kind="counts",
        splits=(Split.CLAUSE,),
        series=True,
        counted="requests",
        numerator="requests",
        denominator="referrals received",
        better="lower",
        per=100,
    ),
    Figure(
        id="delays",
        title="Delayed referrals",
        question="Is anybody who was delayed past their date?",
        definition=(
            "Referrals that are delayed now. Each is “overdue” when its review date has passed, “due” when that date "
            "is today or within the next 28 days, “later” when it is after that, and “no date” without one. The share "
            "is of those with a review date today or later. All should have one."
        ),
        source="Share of delayed referrals with a future review date, which must be 100%: the service’s design.",
        unit="share",
        kind="now",
        splits=(Split.STATE,),
        series=False,
        counted="delayed referrals",
        numerator="with a review date today or later",
        denominator="delayed referrals",
        better="higher",
    ),
    Figure(
        id="signposts",
        title="Signposts that worked",
        question="Did people get to the services that we pointed them to?",
        definition=(
            "People asked in the period whether they got there, by the day of asking: yes, no, or no answer yet. The "
            "share is of those who said yes, out of all who were asked. Somebody pointed to two services is asked "
            "about both."
        ),
        source=_OUR_DESIGN,
        unit="share",
        kind="shares",
        splits=(Split.SIGNPOST, Split.STATE),
        series=True,
        counted="questions asked",
        numerator="got there",
        denominator="questions asked",
        better="higher",
    ),
    Figure(
        id="questionnaire_return",
        title="Questionnaires returned",
        question="Do questionnaires come back, and by which way?",
        definition=(
            "Questionnaires sent out in the period, by the day of sending, and how many of them have come back by the "
            "moment of counting; what was sent together counts once, and is back with its first answers. The channel "
            "is online, on paper or by phone: the one that they came back by, or, while they are out, the one that "
            "they were offered by. One that nobody waits for any more and that did not come back counts as not "
            "returned."
        ),
        source="Questionnaire return by channel: the service’s design.",
        unit="share",
        kind="shares",
        splits=(Split.CHANNEL, *OF_A_PERSON),
        series=True,
        counted="questionnaires sent out",
        numerator="returned",
        denominator="questionnaires sent out",
        better="higher",
    ),
    Figure(
        id="bounce",
        title="Back within six months",
        question="How many referrals that ended without acceptance come back?",
        definition=(
            "Referrals that ended without acceptance (advice, signposted, redirected, not now, discharged, withdrawn) "
            "and whose six months after that day were over in the period: each has had the same time to come back. "
            "Back means that within those six months the same referral went back to the front door, or a new referral "
            "linked to it was received. One that ended more than once counts each time, with six months of its own."
        ),
        source="Bounce rate (returned, then referred again within six months): the service’s design.",
        unit="share",
        kind="shares",
        splits=(),  # of the half-year before they would be the decisions of `outcomes` again, whom its tables hide
        series=True,
        counted="referrals that ended without acceptance",
        numerator="back within six months",
        denominator="referrals that ended without acceptance",
        better="lower",
    ),
    Figure(
        id="kappa",
        title="Agreement of two clinicians",
        question="Do two clinicians read the same referral in the same way?",
        definition=(
            "Referrals that a second clinician read without seeing what the first had said, by the day on which the "
            "second reading was given. For each criterion: Cohen’s kappa of the two readings, each for, against, mixed "
            "or not stated. Kappa is 1 for full agreement, and 0 for what chance alone would give. Without a split: "
            "all criteria together."
        ),
        source=(
            "Cohen J. A coefficient of agreement for nominal scales. Educational and Psychological Measurement "
            "1960;20:37-46, doi 10.1177/001316446002000104."
        ),
        unit="kappa",
        kind="kappa",
        splits=(Split.CLAUSE,),
        series=False,
        counted="pairs of readings",
        numerator="pairs that agree",
        denominator="pairs of readings",
        better="higher",
    ),
    Figure(
        id="alerts_overdue",
        title="Alerts that nobody has acted on",
        question="Is there a danger in a letter that nobody has looked at?",
        definition=(
            "Alerts in letters (red flags, thoughts of suicide or self-harm, safeguarding, worsening) without an "
            "action now, and what patients and referrers have told since that no clinician has read, answers about "
            "safety among it; of every referral. Overdue: an alert that was raised more than one working day ago; a "
            "word that was to be read by now. There should be none."
        ),
        source="Overdue alerts, which must be none: the service’s design.",
        unit="count",
        kind="now",
        splits=(Split.STATE,),
        series=False,
        counted="alerts without an action",
        numerator="overdue",
        denominator="alerts without an action",
        better="lower",
    ),
    Figure(
        id="letters_by_state",
        title="Letters",
        question="Did our letters go out, and did they arrive?",
        definition=(
            "Copies of signed letters made in the period, by the day they were made, for each recipient and channel: "
            "held, waiting, sent, delivered, came back, failed or stopped, as they stand now. The share is of those "
            "that were sent or delivered."
        ),
        source=_OUR_DESIGN,
        unit="count",
        kind="counts",
        splits=(Split.STATE, Split.CHANNEL),
        series=False,
        counted="copies of letters",
        numerator="sent or delivered",
        denominator="copies of letters",
        better="higher",
    ),
    Figure(
        id="named_person",
        title="Decisions with a named person",
        question="Does every letter say who decided?",
        definition=(
            "Decisions signed in the period that stand and have a letter to the patient, and how many of those letters "
            "name the clinician who decided and how to reach them. All should."
        ),
        source="Share of outcomes with a named person, which must be 100%: the service’s design.",
        unit="share",
        kind="shares",
        splits=(),
        series=True,
        counted="decisions with a letter to the patient",
        numerator="name the clinician",
        denominator="decisions with a letter to the patient",
        better="higher",
    ),
    Figure(
        id="not_now_checklist",
        title="“Not now” letters that passed the checklist",
        question="Do “not now” letters pass every check?",
        definition=(
            "Decisions “not now” signed in the period that stand and have a letter to the patient, and how many of "
            "those letters passed every check, so that nobody had to give a reason for signing without one. "
            "Told as a share alone, and from 7 decisions on."
        ),
        source="Share of not-now letters that pass the checklist: the service’s design.",
        unit="share",
        kind="shares",
        splits=(),
        series=False,
        counted="“not now” decisions with a letter",
        numerator="passed every check",
        denominator="“not now” decisions with a letter",
        better="higher",
        share_alone=True,
    ),
)

BY_ID: dict[str, Figure] = {one.id: one for one in FIGURES}
