"""What the forms of both doors that ask whom a referral is about check in the same way, beside the field."""

from django import forms
from django.core.exceptions import ValidationError

from painpath.referrals.arriving.persons import normal_nhs_number, normal_postcode
from painpath.referrals.refusal import Refused


class PatientFields(forms.Form):
    """A form with the fields `nhs_number` and `postcode`."""

    def clean_nhs_number(self) -> str:
        """Modulus 11."""
        try:
            return normal_nhs_number(self.cleaned_data["nhs_number"])
        except Refused as refused:
            raise ValidationError(refused.sentence) from None

    def clean_postcode(self) -> str:
        """As people write it."""
        try:
            return normal_postcode(self.cleaned_data["postcode"])
        except Refused as refused:
            raise ValidationError(refused.sentence) from None
