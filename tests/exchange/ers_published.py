"""What becomes of every published file of the e-RS API: a row each, by path. No payload is copied here.

`TAKEN` goes through taking in, with the database. `READ` is an answer to what we ask, with the fields that must come
out. `SENT` is what we send: ours says the same. `ERRORS` is an error, with the status it stands for and the words for
whoever reads it. `NOT_OURS` is of other users of e-RS, or not asked for by us: whoever meets it keeps it for a person.
"""

from collections.abc import Sequence
from typing import Any

STU3, R4 = "stu3/", "r4/"


def _in(folder: str, **rows: Any) -> dict[str, Any]:
    return {f"{folder}/{name}.json": row for name, row in rows.items()}


_ASKS, _TALK = "stu3/retrieveAdviceAndGuidanceRequest/responses", "stu3/retrieveAdviceAndGuidanceConversation"
_PLEASE, _TEST = "Please advise me on", "Please perform xxx test"

TAKEN: dict[str, Any] = {
    # A024: UBRN, version, NHS number, state, priority, service, referrer, their organisation; files that come or do not
    **_in(
        _ASKS,
        MinimalExample=(
            "000000070000 5 9912003888 PROVIDER_RESPONSE_REQUIRED ROUTINE 11014 921600556514 R68", [], [],
        ),
        WithAttachmentFileReference=(
            "000000070001 5 9912003888 PROVIDER_RESPONSE_REQUIRED ROUTINE 11014 103264992985 R69", ["upload.png"], [],
        ),
        WithUnavailableAttachments=(
            "000000070002 5 9912003888 PROVIDER_RESPONSE_REQUIRED ROUTINE 11014 103264992985 R69", [],
            [("upload2.png", "harmful"), ("upload3.png", "could not check"), ("upload1.png", "still looking")],
        ),
    ),
    # A025: what the referrer wrote, which goes on record; what stands there from us; files that come or do not
    **_in(
        _TALK,
        AttachmentPresentInEachDirection=([_PLEASE], [_TEST], ["testResultsA.pdf", "testXXXInfo.pdf"], []),
        AttachmentUploadedFromRCS=(["some notes", "NOTE: Clinical Information"], [], ["advice.png"], []),
        MultiWayConversation=(
            [_PLEASE, "Patient is complaining of breathing"], ["Request xxx test", "Also request yyy test"], [], [],
        ),
        OneMessageEachWay=([_PLEASE], [_TEST], [], []),
        SingleMessageFromReferrer=([_PLEASE], [], [], []),
        UnavailableAttachments=(
            [_PLEASE], [_TEST], [],
            [("testResultsA.pdf", "still looking"), ("testXXXInfo.pdf", "harmful"),
             ("moreTestXXXInfo.pdf", "could not check")],
        ),
    ),
}  # fmt: skip

_TRIAGED = "TRIAGED_PROVIDER_TO_ACTION"
_TALKED = "Advice and guidance conversation - 000000070000.pdf"
_LETTER, _UPLOAD = ["referralletter.pdf AVAILABLE"], ["upload.png AVAILABLE"]
_TWO = ["000000070001 - 9462979626 ROUTINE - - -", "000000070000 - 9462979626 ROUTINE - - -"]
_SERVED = "000000070001 12 1000000001 ROUTINE NEVER_REVIEWED 21012 2021-09-03"

READ: dict[str, dict[str, Any]] = {
    # UBRN, version, NHS number, priority, state, service, first asked
    "A023": _in(
        "stu3/retrieveAdviceAndGuidanceWorklist/responses",
        AdviceAndGuidanceRequests=[
            "000000070000 10 1000000001 ROUTINE PROVIDER_RESPONSE_REQUIRED 11014 2021-09-08",
            "000000070002 10 9462979626 TWO_WEEK_WAIT REFERRER_TO_SUBMIT_FURTHER_INFORMATION 11014 2021-09-08",
        ],
    ),
    "A008": _in(
        "stu3/retrieveWorklist/responses",
        ReferralsForReview=["000000070002 7 9462979626 ROUTINE NEVER_REVIEWED 11012 2021-09-03", _SERVED],
        FilteredByService=[_SERVED],
        FilteredByClinician=[
            "000000070000 9 1000000001 ROUTINE NEVER_REVIEWED 11012 2021-09-03",
            "000000070001 12 1000000001 ROUTINE NEVER_REVIEWED - 2021-09-03",
        ],
        FilteredBySpecialty=[
            "000000070001 9 9462979626 ROUTINE NEVER_REVIEWED - 2021-09-03",
            "000000070000 9 1000000001 ROUTINE NEVER_REVIEWED 11012 2021-09-03",
        ],
        AppointmentSlotIssues=[
            "000000070001 - 1000000001 ROUTINE - 11013 2021-09-03",
            "000000070000 - 1000000001 ROUTINE - 11010 2021-09-03",
        ],
        # lists of referrers, which we do not ask for, in the same shape
        AssessmentReturnedCancelledDna=_TWO,
        AwaitingBooking=_TWO,
        LettersOutstanding=["000000070001 - 9462979626 ROUTINE - - -", "000000068002 - 9312201101 ROUTINE - - -"],
        RejectedTriageResponse=_TWO,
    ),
    # UBRN, version, NHS number, state, priority, service; UBRNs of the same pathway; files, and whether they can be had
    "A005": _in(
        "stu3/retrieveReferralRequest/responses",
        BookedDBS=("000000070001 5 9912003888 BOOKED ROUTINE 11002", [], _LETTER),
        BookedIBS=("000000070002 5 9912003888 BOOKED ROUTINE 11016", [], _LETTER),
        ConvertedFromAdviceAndGuidance=(
            f"000000070004 5 9912003888 {_TRIAGED} TWO_WEEK_WAIT 11014", [],
            ["triage.png AVAILABLE", "Advice and guidance conversation - 000000070004.pdf AVAILABLE",
             "advice.png AVAILABLE", "provider.png AVAILABLE"],
        ),
        DeferredToProvider=("000000070003 5 9912003888 DEFERRED_TO_PROVIDER URGENT 11010", [], _LETTER),
        Unbooked=("000000070000 5 9912003888 NOT_BOOKED ROUTINE 11002", [], _LETTER),
        WithAdditionalRequirements=("000000070011 5 9912003888 BOOKED ROUTINE 11002", [], _LETTER),
        WithRelatedReferral=("000000070005 5 9912003888 BOOKED TWO_WEEK_WAIT 11002", ["000000070004"], []),
        WithUnavailableAttachments=(
            "000000070012 5 9912003888 NOT_BOOKED ROUTINE 11002", [],
            ["referralletter1.pdf PENDING", "referralletter2.png THREATS_FOUND",
             "referralletter3.doc VALIDATION_FAILED"],
        ),
    ),
    "A027": _in(
        "stu3/convertAdviceAndGuidanceToReferral/responses",
        NoAttachments=(f"000000070000 4 1000000001 {_TRIAGED} ROUTINE 11014", [], [f"{_TALKED} AVAILABLE"]),
        WithAttachments=(
            f"000000070000 4 1000000001 {_TRIAGED} ROUTINE 11014", [],
            [f"{_TALKED} AVAILABLE", *_UPLOAD, "InitialMedication.pdf AVAILABLE", "ReferralLetter.pdf AVAILABLE",
             "advice.png PENDING"],
        ),
    ),
    "A028": _in(
        "stu3/recordTriageOutcome/responses",
        AcceptReferBookLater=(f"000000070000 10 1000000001 {_TRIAGED} URGENT 11010", [], _UPLOAD),
        AttachmentIncluded=(
            f"000000070000 10 1000000001 {_TRIAGED} ROUTINE 11010", [],
            ["upload.png PENDING", "ConditionDetails.pdf AVAILABLE"],
        ),
        ReturnToReferrerWithAdvice=(f"000000070000 10 1000000001 {_TRIAGED} ROUTINE 11115", [], _UPLOAD),
    ),
    # UBRN, version, NHS number, state, priority, service
    "A026": _in(
        "stu3/sendAdviceAndGuidanceResponse/responses",
        AttachmentIncluded="000000070000 6 9462979626 REFERRER_TO_REVIEW_RESPONSE ROUTINE 11014",
        RequireFurtherInformation=(
            "000000070000 6 9462979626 REFERRER_TO_SUBMIT_FURTHER_INFORMATION TWO_WEEK_WAIT 11014"
        ),
        ReturnToReferrerWithAdvice="000000070000 6 9462979626 REFERRER_TO_REVIEW_RESPONSE ROUTINE 11014",
    ),
    "A029": _in(
        "stu3/availableActionsForUserList",
        Empty=[],
        WithCancelDBAppointment=["CANCEL_DIRECTLY_BOOKED_APPOINTMENT"],
        WithCancelReferral=["CANCEL_REFERRAL"],
        WithChangeShortlist=["CHANGE_SHORTLIST"],
        WithChangeShortlistAndSendForTriage=["CHANGE_SHORTLIST_AND_SEND_FOR_TRIAGE"],
        WithCreateAppointment=["CREATE_APPOINTMENT"],
        WithRecordReviewOutcome=["RECORD_REVIEW_OUTCOME"],
    ),
    # how many codes, the first, the last
    "A004": _in(
        "stu3/getCodeSystem/responses",
        AppointmentCancellationReasonCodeSystem=[36, "ADDITIONAL_REQ_NOT_AVAILABLE", "WRONG_PROVIDER"],
        AppointmentNonAttendanceReasonCodeSystem=[8, "CANCELLED_TOO_LATE", "OTHER_MIGRATION_FROM_CAB"],
        ClinicTypeCodeSystem=[7, "GENERAL_ADULT_MENTAL_ILLNESS", "GENERAL_BONE_AND_MARROW_TRANSPLANTATION"],
        PriorityCodeSystem=[3, "ROUTINE", "TWO_WEEK_WAIT"],
        ReferralCancellationReasonCodeSystem=[18, "BOOKED_CLINICAL_NEED", "PROVIDER_CANCELLATION"],
        SpecialtyCodeSystem=[4, "ADULT_MENTAL_ILLNESS", "BONE_AND_MARROW_TRANSPLANTATION"],
    ),
    "A030": _in(
        "r4/retrieveBusinessFunctions/responses",
        PractitionerRoleBundle=["R69 SERVICE_DEFINER", "R69 SERVICE_PROVIDER_CLINICIAN", "R69 SERVICE_PROVIDER_ADMIN",
                                "R68 REFERRING_CLINICIAN"],
    ),
    "A040": _in("r4/retrieveOboUsers/responses", PractitionerBundle=["111111111111"]),
}  # fmt: skip

SENT: dict[str, Sequence[str]] = {
    "A023": ["stu3/retrieveAdviceAndGuidanceWorklist/requests/MinimalAdviceAndGuidanceRequests.json"],
    "A008": [
        f"stu3/retrieveWorklist/requests/{name}.json"
        for name in ("MinimalReferralsForReview", "FilteringByService", "MinimalAppointmentSlotIssues")
    ],
    "A026": [
        f"stu3/sendAdviceAndGuidanceResponse/requests/{name}.json"
        for name in ("AttachmentIncluded", "RequireFurtherInformation", "ReturnToReferrerWithAdvice")
    ],
    "A027": [
        f"stu3/convertAdviceAndGuidanceToReferral/requests/{name}.json" for name in ("NoAttachments", "WithAttachments")
    ],
    "A028": [
        f"stu3/recordTriageOutcome/requests/{name}.json"
        for name in ("AcceptReferBookLater", "AttachmentIncluded", "ReturnToReferrerWithAdvice")
    ],
}

_PAS = "The hospital's booking system"
ERRORS: dict[str, tuple[int, str]] = {
    "NotFoundOutcome.txt": (404, "no request with this UBRN that you may see"),
    **{
        f"r4/NHSDigital-OperationOutcome-{status}.json": (status, words)
        for status, words in {
            400: "could not read what this program", 401: "Sign in to e-RS again", 403: "Choose another role",
            404: "does not have this any more", 406: "do not understand each other",
            415: "do not understand each other", 422: "still looking this file over",
            429: "being asked too often", 500: "Something went wrong in e-RS", 503: "not available at the moment",
        }.items()
    },
    "r4/R4-SandboxErrorOutcome.json": (422, "does not take this as it is"),
    "stu3/PasNotRespondingOperationOutcome.json": (504, f"{_PAS} did not answer"),
    "stu3/PasRespondedWithErrorOperationOutcome.json": (502, f"{_PAS} has answered e-RS with an error"),
    "stu3/STU3-Forbidden.json": (403, "Choose another role"),
    "stu3/STU3-OperationOutcome.json": (422, "does not take a field"),
    "stu3/STU3-SandboxErrorOutcome.json": (422, "does not take this as it is"),
    "stu3/STU3-ServiceUnavailable.json": (503, "not available at the moment"),
    "stu3/STU3-Unauthorised.json": (401, "Sign in to e-RS again"),
    "stu3/retrieveAppointmentSlots/responses/ErrorPage5.json": (400, "does not take one of the values"),
    "stu3/updateAppointment/responses/CancellationInvalidReason.json": (422, "does not take something of this"),
    "stu3/updateAppointment/responses/CancellationReasonOnlyCommentMandatory.json": (422, "misses something"),
}  # fmt: skip

_REFERS, _BOOKS = "of referrers", "of whoever books appointments"
_NOT_OURS: dict[tuple[str, str], str] = {
    ("A013 accept a referral (we record the outcome of triage, A028)", "stu3/acceptReferral/responses"):
        "ExampleResponse",
    ("A014 turn down a referral (we record the outcome of triage, A028)", "stu3/rejectReferral/requests"):
        "BasicExampleDbs BasicExampleIbs",
    ("A014 turn down a referral (we record the outcome of triage, A028)", "stu3/rejectReferral/responses"):
        "ExampleResponseDbs ExampleResponseIbs",
    (f"A016 book or put off an appointment, {_BOOKS}", "stu3/bookOrDeferAppointment/requests"):
        "BookingWithNamedClinician DeferralBookingAttemptProblem DeferralWithSlotReference MinimalBooking "
        "MinimalDeferral TriageDeferral",
    (f"A016 book or put off an appointment, {_BOOKS}", "stu3/bookOrDeferAppointment/responses"):
        "BookingWithNamedClinician DeferralBookingAttemptProblem DeferralWithSlotReference MinimalBooking "
        "MinimalDeferral TriageDeferral",
    (f"A022 cancel an appointment, {_BOOKS}", "stu3/cancelAppointmentActionLater/requests"):
        "MinimalExampleDBS MinimalExampleIBS PriorityChangeAndWithAttachmentsDBS",
    (f"A022 cancel an appointment, {_BOOKS}", "stu3/cancelAppointmentActionLater/responses"):
        "MinimalExampleDBS MinimalExampleIBS PriorityChangeAndWithAttachmentsDBS",
    (f"A036 cancel a referral, {_REFERS}", "stu3/cancelReferral/requests"):
        "IntendPrivateWithComment IntendPrivateWithoutComment NoLongerRequired PatientRequestCancellationOther "
        "RaisedInError ReferrerCancellation bookedOutsideCabWithoutComment outpatientService",
    (f"A036 cancel a referral, {_REFERS}", "stu3/cancelReferral/responses"):
        "CancelledBookedReferralReferrerCancellation CancelledReferralBookedOutsideCabWithoutComment "
        "CancelledReferralIntendPrivateWithoutComment CancelledReferralOutpatientService CancelledReferralPatientOther "
        "CancelledReferralRaisedInError CancelledReferralResolvedDeferralIntendPrivateWithComment "
        "CancelledReferralWithCancelledBookingNoLongerRequired",
    (f"A031 change the services to choose from, {_REFERS}", "stu3/changeShortlist/requests"):
        "NonMixedShortlistWithDocument UnbookedReferral UnbookedReferralMixedShortlist "
        "UnbookedReferralMultipleServices",
    (f"A031 change the services to choose from, {_REFERS}", "stu3/changeShortlist/responses"):
        "NonMixedShortlistWithDocument UnbookedReferral UnbookedReferralMixedShortlist "
        "UnbookedReferralMultipleServices",
    (f"A032 change the services and send for triage, {_REFERS}", "stu3/changeShortlistAndSendForTriage/requests"):
        "MinimalRequest",
    (f"A032 change the services and send for triage, {_REFERS}", "stu3/changeShortlistAndSendForTriage/responses"):
        "MinimalRequest",
    (f"A044 ask for advice, {_REFERS}", "stu3/createAdviceAndGuidance/requests"):
        "ExampleRCAWithAttachments ExampleRCWithoutAttachments",
    (f"A044 ask for advice, {_REFERS}", "stu3/createAdviceAndGuidance/responses"):
        "ExampleRCAWithAttachments ExampleRCWithoutAttachments",
    (f"A011 refer, {_REFERS}", "stu3/createReferral/requests"):
        "MinimalRequest MinimalRequestWithReferringClinician RequestMixedShortlist RequestTwentyServices",
    (f"A011 refer, {_REFERS}", "stu3/createReferral/responses"):
        "ReferralRequest ReferralRequestMixedShortlist ReferralRequestTwentyServices",
    (f"A021 refer for triage, {_REFERS}", "stu3/createReferralAndSendForTriage/requests"):
        "Parameters ParametersWithNamedClinician",
    (f"A021 refer for triage, {_REFERS}", "stu3/createReferralAndSendForTriage/responses"):
        "ReferralRequest ReferralRequestWithNamedClinician",
    (f"A012 the letter of a referral, {_REFERS}", "stu3/maintainReferralLetter/requests"):
        "MultipleDocumentReferences SingleDocumentReference UpdateClinicalInfo",
    (f"A012 the letter of a referral, {_REFERS}", "stu3/maintainReferralLetter/responses"):
        "ReferralRequestWithMultipleDocumentReferences ReferralRequestWithSingleDocumentReference "
        "ReferralRequestWithUpdatedDocumentReferences",
    (f"A010 look for a service for a patient, {_REFERS}", "stu3/patientServiceSearch/requests"):
        "RcMinimal RcSearchByClinicalTerm RcSearchByNamedClinician RcSearchForAdviceService "
        "RcSearchWithCommissioningRuleOrganisation RcaWithIWT",
    (f"A010 look for a service for a patient, {_REFERS}", "stu3/patientServiceSearch/responses"):
        "AdviceServiceSearch EmptyResponse FetchServiceListWithMultipleServices FetchServiceListWithSingleService "
        "TriageAndAppointmentRequestType WithIndicativeAppointmentWaitTime",
    (f"A038 an appointment, {_BOOKS}", "stu3/retrieveAppointment/responses"):
        "AandGConvertedToDBS AppointmentDeferral BookedDBS BookedIBS CAAL Cancelled TriageDeferral TriageResponse",
    (f"A015 free appointments, {_BOOKS}", "stu3/retrieveAppointmentSlots/responses"):
        "Minimum NoSlots Page1PageSize5 Page1With2Schedules Page2PageSize5 SlotClinicianSearch",
    (f"A034 change an appointment, {_BOOKS}", "stu3/updateAppointment/requests"):
        "CancellationInvalidReason CancellationReasonAndMandatoryComment CancellationReasonOnlyCommentMandatory "
        "MinimalCancellationReasonOnlyCommentNotMandatory",
    (f"A034 change an appointment, {_BOOKS}", "stu3/updateAppointment/responses"):
        "CancellationReasonAndMandatoryComment MinimalCancellationReasonOnlyCommentNotMandatory",
    ("A008 by clinician or specialty, which we do not ask for", "stu3/retrieveWorklist/requests"):
        "FilteringByClinician FilteringBySpecialty",
    (f"A008 the lists {_REFERS}", "stu3/retrieveWorklist/requests"):
        "MinimalAssessmentReturnedCancelledDna MinimalAwaitingBooking MinimalLettersOutstanding "
        "MinimalRejectedTriageResponse",
    (f"A033 a service, {_REFERS}", "r4/getService/responses"):
        "sampleServiceWithFullAttributes sampleServiceWithMinimumAttributes",
    (f"A035 look for services, {_REFERS}", "r4/searchForServices/responses"):
        "searchServiceWithEmptyResponse searchServiceWithMaxAndMinAttributes searchServiceWithMinmumalAttributes",
    ("A041 requests of one patient, of whoever keeps the patient's record", "r4/searchServiceRequest/responses"):
        "ResponseExampleAdvice ResponseExampleEmpty ResponseExampleReferral ResponseExampleReferralAndAdvice",
}  # fmt: skip
NOT_OURS: dict[str, str] = {
    f"{folder}/{name}.json": why for (why, folder), names in _NOT_OURS.items() for name in names.split()
}
"""Path -> whose it is."""


def every_row() -> list[str]:
    """The paths of all rows, as often as they stand here."""
    return [
        *TAKEN, *(path for rows in READ.values() for path in rows), *(path for rows in SENT.values() for path in rows),
        *ERRORS, *NOT_OURS,
    ]  # fmt: skip
