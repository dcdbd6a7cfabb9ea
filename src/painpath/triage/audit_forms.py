"""The form that narrows the audit. It stands in the address: it holds nobody's name, and references are random."""

from collections.abc import Iterable
from typing import Any, cast

from django.core.exceptions import ValidationError

from painpath.accounts.models import Membership
from painpath.referrals.audited import Wanted
from painpath.referrals.models import Referral
from painpath.web import forms
from painpath.web.acts import ACTS


class Narrow(forms.Form):
    """Whose acts, which, about which referral, from when to when: any of these, or none."""

    person = forms.Select("Person", options=[], blank="Everybody", required=False)
    action = forms.Select("What was done", options=[], blank="Everything", required=False)
    reference = forms.Text("Reference", hint="Like 2BCD-FGHJ", required=False, max_length=20, width=10)
    since = forms.Date("From", required=False)
    until = forms.Date("To", required=False)

    def __init__(self, *args: Any, by: Membership, people: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        cast(forms.Select, self.fields["person"]).options = [
            forms.Option(str(one.pk), f"{one.name}, {one.job}") for one in people
        ]
        words = sorted(ACTS.items(), key=lambda one: (one[1], one[0]))
        cast(forms.Select, self.fields["action"]).options = [forms.Option(name, said) for name, said in words]

    def clean_reference(self) -> Referral | None:
        """The referral, or None for all."""
        typed = "".join(self.cleaned_data["reference"].split()).upper()
        if not typed:
            return None
        found = Referral.objects.filter(service_id=self.by.service_id, reference=typed).first()
        if found is None:
            raise ValidationError("This service has no referral with this reference")
        return found

    def clean(self) -> dict[str, Any]:
        """The first day comes before the last."""
        given = super().clean()
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", "The last day cannot be before the first day")
        return given

    def wanted(self) -> Wanted:
        """What was asked for; everything while there are errors."""
        if not self.is_valid():
            return Wanted()
        given = self.cleaned_data
        return Wanted(
            person=int(given["person"]) if given["person"] else None, action=given["action"],
            referral=given["reference"], since=given["since"], until=given["until"],
        )  # fmt: skip
