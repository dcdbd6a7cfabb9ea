"""The person who is referred."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from painpath import clock
from painpath.accounts.models import Membership, ServiceRecord

SEXES = {"female": "Female", "male": "Male", "other": "Other", "unknown": "Not known"}


class Patient(ServiceRecord):
    """A person as this service knows them. Only a family name is needed: whatever else is not known stays empty.

    The NHS number is checked with Modulus 11 before it gets here, and may be unknown.
    """

    nhs_number = models.CharField("NHS number", max_length=10, blank=True)
    title = models.CharField(max_length=20, blank=True)
    given_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100)
    date_of_birth = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=10, blank=True, choices=list(SEXES.items()))
    ethnicity = models.CharField(max_length=100, blank=True)
    address = models.TextField(blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=60, blank=True)
    interpreter = models.CharField("interpreter needed, for which language", max_length=60, blank=True)
    communication_needs = models.TextField(blank=True)
    needs: "models.JSONField[list[str]]" = models.JSONField(
        "communication needs, by their ids in the pathway (Accessible Information Standard, DAPB1605)", default=list
    )
    letter_format = models.CharField("how letters come, by its id in the pathway", max_length=30, blank=True)
    letters_online = models.BooleanField("wants letters online, with a code, instead of by post", default=False)
    needs_checked_on = models.DateField("communication needs last asked about on", null=True, blank=True)
    safe_contact = models.TextField("how to contact safely, e.g. do not phone home", blank=True)
    proxy_name = models.CharField("carer or proxy", max_length=200, blank=True)
    proxy_relationship = models.CharField(max_length=60, blank=True)
    proxy_authority = models.CharField(
        "authority of the proxy, e.g. lasting power of attorney", max_length=200, blank=True
    )

    # Lower case, kept: the comparisons that a search needs may then use an index under row-level security.
    family_key = models.GeneratedField(
        expression=Lower("family_name"), output_field=models.TextField(), db_persist=True
    )
    given_key = models.GeneratedField(expression=Lower("given_name"), output_field=models.TextField(), db_persist=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "nhs_number"], condition=~Q(nhs_number=""), name="one_patient_per_nhs_number"
            ),
        ]
        indexes = [
            models.Index(fields=["service", "family_key", "given_key"], name="patient_by_name"),
            models.Index(fields=["service", "given_key"], name="patient_by_given_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.title, self.given_name, self.family_name) if part)

    def age_on(self, day: date) -> int | None:
        """Whole years on `day`; None when the date of birth is not known."""
        born = self.date_of_birth
        return None if born is None else day.year - born.year - ((day.month, day.day) < (born.month, born.day))


CONTACT_KINDS = {"email": "Email address", "phone": "Phone number", "address": "Postal address"}


class ConfirmedContact(ServiceRecord):
    """Somebody of the team has made sure that this reaches the patient, and safely. Counts while `value` is current."""

    append_only = True

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="confirmed_contacts")
    kind = models.CharField(max_length=10, choices=list(CONTACT_KINDS.items()))
    value = models.TextField()
    how = models.CharField("how it was confirmed", max_length=200)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]
