"""The forms of the directory and of the imports."""

from typing import Any, cast

from painpath.directory.editing import PracticeDetails
from painpath.directory.practice_file import postcode_of
from painpath.pathway import Pathway
from painpath.web import forms


class FileOfPractices(forms.Form):
    """The public practice file."""

    table = forms.Files(
        "Practice file", multiple=False, accept=(".csv",), hint="epraccur.csv, as NHS ODS publishes it.",
        error="Choose the practice file",
    )  # fmt: skip
    confirmed = forms.Hidden(required=False)


class FileOfContracts(forms.Form):
    """The list of contracts."""

    table = forms.Files(
        "List of contracts", multiple=False, accept=(".csv",),
        hint="A CSV file with the columns ods_code, contracted, locality, from, to, source.",
        error="Choose the list of contracts",
    )  # fmt: skip
    confirmed = forms.Hidden(required=False)


class Backlog(forms.Form):
    """A table of referrals that are waiting already, with their documents."""

    table = forms.Files(
        "Table of referrals", multiple=False, accept=(".csv",), hint="A CSV file made from the template.",
        error="Choose the table of referrals",
    )  # fmt: skip
    documents = forms.Files(
        "Their documents",
        hint="All of them at once, or packed in one .zip without folders. Up to 25 MB each and 100 MB together; more "
        "than 90 files only in a .zip.",
        error="Choose the documents: a referral is not imported without its letter",
    )
    confirmed = forms.Hidden(required=False)


class EditPractice(forms.Form):
    """What the directory holds of a practice."""

    name = forms.Text("Name", error="Enter the practice's name")
    ods_code = forms.Text("ODS code", hint="Like J82001. Leave it empty if it has none.", required=False, max_length=12,
                          width=10)  # fmt: skip
    locality = forms.Radios("Locality", options=[], required=False)
    address = forms.TextArea("Address", hint="Without the postcode", rows=4, required=False, max_length=1000)
    postcode = forms.Text("Postcode", required=False, max_length=8, width=10)
    phone = forms.Text("Phone number", required=False, max_length=40, width=20)
    email = forms.Email("Email address", required=False)
    mesh_mailbox = forms.Text(
        "MESH mailbox", required=False, max_length=30, width=20,
        hint="Like X26OT018. Letters to the practice go there instead of by post, where the service uses MESH. Enter "
        "it only as the practice or the MESH directory gives it.",
    )  # fmt: skip
    opened_on = forms.Date("Opened on", required=False)
    closed_on = forms.Date("Closed on", required=False)

    def __init__(self, *args: Any, pathway: Pathway, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.Radios, self.fields["locality"]).options = [
            *(forms.Option(place.id, place.name) for place in pathway.localities),
            forms.Option("unknown", "Somewhere else, or not known"),
        ]

    def details(self) -> PracticeDetails:
        """What was typed, for the verb."""
        given: dict[str, Any] = dict(self.cleaned_data)
        given["locality"] = "" if given["locality"] == "unknown" else given["locality"]
        given["postcode"] = postcode_of(given["postcode"])
        return PracticeDetails(**given)


class EditContract(forms.Form):
    """What is known of a practice's contract, from day to day."""

    contracted = forms.Radios(
        "Does the practice have a contract?",
        options=[
            forms.Option("yes", "Yes", "Or the contracts team has agreed that it counts as contracted."),
            forms.Option("no", "No"),
        ],
        error="Choose whether the practice has a contract",
    )
    starts_on = forms.Date("First day", hint="Leave it empty if nobody knows.", required=False)
    ends_on = forms.Date("Last day", hint="Leave it empty while it goes on.", required=False)
    source = forms.Text(
        "Who says so, or which list?", hint="For example: contracts team, email of 3 November 2026",
        error="Say who says so, or which list it comes from",
    )  # fmt: skip


class RightPractice(forms.Form):
    """Which practice was meant by one that was entered by mistake."""

    name = forms.Text(
        "Which is the right practice?", hint="Its name or its ODS code, as it stands in the directory.",
        error="Enter the name or the ODS code of the right practice",
    )  # fmt: skip


class Join(forms.Form):
    """How somebody knows that two practices are one."""

    reason = forms.TextArea(
        "How do you know that both are one practice?", rows=3, max_length=500,
        hint="It stands on the timeline of the open referrals. Do not name a patient.",
        error="Say how you know that both are one practice",
    )  # fmt: skip


class Invite(forms.Form):
    """Somebody new in the team."""

    email = forms.Email("Email address", hint="The link to set a password goes there.", autocomplete="off",
                        error="Enter their email address")  # fmt: skip
    name = forms.Text("Name", hint="As it stands on letters", error="Enter their name")
    role = forms.Radios(
        "Role",
        options=[
            forms.Option("administrator", "Administrator", "Receives and registers, looks after team and directory."),
            forms.Option("clinician", "Clinician", "Screens and decides.", reveals=("grade", "registration")),
            forms.Option(
                "manager",
                "Manager",
                "Reads every referral and decides nothing about patients. Restricts records, and "
                "says with a second person which are destroyed.",
            ),
            forms.Option("auditor", "Auditor", "Sees who did what and who looked, by reference. Opens no record."),
        ],
        error="Choose their role",
    )
    grade = forms.Select("Grade", options=[], error="Choose their grade: routes say which grades decide")
    registration = forms.Text(
        "Professional registration", hint="Body and number, like GMC 1234567. No letter can be signed without it.",
        error="Enter their professional registration", max_length=60,
    )  # fmt: skip
    job_title = forms.Text("Job title", hint="As it stands on letters. Empty: the name of the grade or role.",
                           required=False, max_length=100)  # fmt: skip
    contact = forms.Text("Direct contact", hint="Phone number or email, printed on letters", required=False)

    def __init__(self, *args: Any, pathway: Pathway, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grades = [forms.Option(grade.id, grade.name) for grade in pathway.grades]
        cast(forms.Select, self.fields["grade"]).options = grades


class PracticeAccount(forms.Form):
    """Somebody of a practice who does not refer."""

    email = forms.Email("Email address", hint="The link to set a password goes there.", autocomplete="off",
                        error="Enter their email address")  # fmt: skip
    name = forms.Text("Name", error="Enter their name")
    job_title = forms.Text("Job title", hint="Like secretary or practice manager", error="Enter their job title",
                           max_length=100)  # fmt: skip
    how_known = forms.Text(
        "How do you know that they work there?", hint="For example: rang the practice on its number in the directory.",
        error="Say how you know that they work there", max_length=200,
    )  # fmt: skip


class EditMember(forms.Form):
    """What the service knows of somebody who works here; `clinician` says whether they have a grade."""

    grade = forms.Select("Grade", options=[], error="Choose their grade: routes say which grades decide")
    registration = forms.Text(
        "Professional registration", hint="Body and number, like GMC 1234567. No letter can be signed without it.",
        error="Enter their professional registration", max_length=60,
    )  # fmt: skip
    job_title = forms.Text("Job title", hint="As it stands on letters. Empty: the name of the grade or role.",
                           required=False, max_length=100)  # fmt: skip
    contact = forms.Text("Direct contact", hint="Phone number or email, printed on letters", required=False)

    def __init__(self, *args: Any, pathway: Pathway, clinician: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grades = [forms.Option(grade.id, grade.name) for grade in pathway.grades]
        cast(forms.Select, self.fields["grade"]).options = grades
        if not clinician:
            del self.fields["grade"], self.fields["registration"]


class RemoveFactor(forms.Form):
    """Why somebody's second factor is removed, and how an administrator knows that it is they who ask."""

    reason = forms.Text("Why is it removed?", error="Enter why it is removed", max_length=200)
    known_by = forms.Text(
        "How do you know that it is this person?", hint="For example: met in person, or called back on the number in "
        "the staff directory. A call or an email that comes in is not enough.", error="Enter how you know them",
        max_length=200,
    )  # fmt: skip


class GiveTo(forms.Form):
    """Who takes over from a leaver."""

    to = forms.Select("Give all this to", options=[], error="Choose who takes over")
