"""The forms of assigning and of the rota. What is right is checked again by the verbs."""

from collections.abc import Iterable
from typing import Any, cast

from painpath import clock
from painpath.accounts.models import Membership
from painpath.pathway import Pathway
from painpath.referrals.models.together import WEEKDAYS
from painpath.web import forms

NOBODY = "nobody"


def _people(members: Iterable[Membership]) -> list[forms.Option]:
    return [forms.Option(str(one.pk), f"{one.name}, {one.job}") for one in members]


class Assign(forms.Form):
    """Whose a referral is from now on. Nobody is chosen beforehand."""

    to = forms.Select("Assign to", options=[], blank="Choose a person", error="Choose whom to assign it to")

    def __init__(self, *args: Any, members: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(one.pk): one for one in members}
        nobody = forms.Option(NOBODY, "Nobody: unassign it")
        cast(forms.Select, self.fields["to"]).options = [*_people(self.members.values()), nobody]

    def clean_to(self) -> Membership | None:
        """The person, or None for nobody."""
        return self.members.get(self.cleaned_data["to"])


class AssignSeveral(Assign):
    """The same for several referrals of the worklist; their boxes stand in its rows."""

    referrals = forms.Checkboxes("Referrals", options=[], error="Tick at least one referral to assign")

    field_order = ["referrals", "to"]

    def __init__(self, *args: Any, shown: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to = cast(forms.Select, self.fields["to"])
        to.label, to.error_messages["required"] = "Assign those ticked to", "Choose whom to assign them to"
        cast(forms.Checkboxes, self.fields["referrals"]).options = [(one, one) for one in shown]


class EndDuty(forms.Form):
    """Taking somebody off the rota though nobody else is on it."""

    reader = forms.TextArea(
        "Who reads such answers meanwhile?", rows=2, max_length=500, hint="Name a clinician who knows of it.",
        error="Say who reads such answers meanwhile",
    )  # fmt: skip


class AddToRota(forms.Form):
    """A clinician's days on duty."""

    membership = forms.Select("Clinician", options=[], error="Choose a clinician")
    weekdays = forms.Checkboxes(
        "Days", options=[(str(number), name) for number, name in enumerate(WEEKDAYS)], error="Choose at least one day"
    )
    route = forms.Select("Route", options=[], blank="Every route they may decide", required=False)
    starts_on = forms.Date("First day", error="Enter the first day", earliest=clock.today)
    ends_on = forms.Date("Last day", hint="Leave it empty if there is none yet.", required=False)

    def __init__(self, *args: Any, members: Iterable[Membership], pathway: Pathway, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(one.pk): one for one in members}
        cast(forms.Select, self.fields["membership"]).options = _people(self.members.values())
        cast(forms.Select, self.fields["route"]).options = [(one.id, one.name) for one in pathway.routes]

    def clean_membership(self) -> Membership:
        """The clinician."""
        return self.members[self.cleaned_data["membership"]]
