"""The forms of e-RS: as whom somebody works there, and sending a reply."""

from collections.abc import Sequence
from typing import Any

from painpath.exchange.ers.bodies import LIMIT, PRIORITIES
from painpath.exchange.ers.model import Role
from painpath.exchange.ers.operations import PROVIDER_ROLES
from painpath.web import forms


class Choose(forms.Form):
    """As whom: an organisation with a role there, and for whom where the role wants it."""

    role = forms.Radios("For which organisation, and in which role?", options=[], error="Choose one")

    def __init__(self, data: Any, *, roles: Sequence[Role]) -> None:
        super().__init__(data)
        self.fields["role"].options = [  # type: ignore[attr-defined]
            forms.Option(value_of(one), f"{one.organisation}: {PROVIDER_ROLES[one.code]}") for one in usable(roles)
        ]


class ForWhom(forms.Form):
    """The clinician for whom an administrator acts."""

    whom = forms.Radios(
        "For which clinician?", hint="Their user ids, as e-RS gives them", options=[], error="Choose one"
    )

    def __init__(self, data: Any, *, whom: Sequence[str]) -> None:
        super().__init__(data)
        self.fields["whom"].options = [forms.Option(one, one) for one in whom]  # type: ignore[attr-defined]


class Send(forms.Form):
    """The press that sends a reply: with which priority, and what our own administrators read where it converts."""

    priority = forms.Radios(
        "Priority in e-RS", options=[forms.Option(code, words) for code, words in PRIORITIES.items()],
        error="Choose the priority",
    )  # fmt: skip
    for_admin = forms.TextArea(
        "What our administrators need to know to book it", rows=3, max_length=LIMIT,
        hint="It goes with the task in e-RS. The referrer does not read it there.",
        error="Write what our administrators need to know",
    )  # fmt: skip
    seen_version = forms.Hidden()
    seen_messages = forms.Hidden(required=False)

    def __init__(self, data: Any, *, for_admin: bool, has_priority: bool = True, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        if not for_admin:
            del self.fields["for_admin"]
        if not has_priority:
            del self.fields["priority"]


def usable(roles: Sequence[Role]) -> list[Role]:
    """Those in which somebody of a provider can work here."""
    return [one for one in roles if one.code in PROVIDER_ROLES]


def value_of(one: Role) -> str:
    return f"{one.organisation} {one.code}"
