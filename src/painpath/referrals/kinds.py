"""Which kinds of rows stand on a referral, asked with the referral itself: what is not there need not be looked for.

A page of a referral looks for twenty kinds of rows, of which a referral has four or five. Each question costs a
millisecond before the database has begun, for its SQL is made anew; all of these together cost half of one.
"""

from functools import cache

from django.contrib.postgres.fields import ArrayField
from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL

from painpath.referrals import models
from painpath.referrals.models import Referral

KINDS = {
    "added": (models.AddedEvidence, ("referral",)),
    "alert": (models.Alert, ("referral",)),
    "answering": (models.Answering, ("referral",)),
    "apart": (models.NotADuplicate, ("one", "other")),
    "change": (models.ReportedChange, ("referral",)),
    "comment": (models.Comment, ("referral",)),
    "decision": (models.Decision, ("referral",)),
    "disagreement": (models.Disagreement, ("referral",)),
    "follow_up": (models.SignpostFollowUp, ("referral",)),
    "judgement": (models.Judgement, ("referral",)),
    "meeting": (models.MeetingItem, ("referral",)),
    "merge": (models.Merge, ("duplicate", "into")),
    "request": (models.InformationRequest, ("referral",)),
    "right": (models.RightsRequest, ("referral",)),
    "second": (models.SecondScreening, ("referral",)),
    "task": (models.Task, ("referral",)),
}
"""Kind -> its model, and the keys by which a row of it stands on a referral."""
OF_THE_PERSON = {"contact": models.ConfirmedContact, "other_referral": Referral}
"""Kinds that stand on the person: another referral of theirs, too."""
NAMESAKE = "namesake"
"""Somebody else with the family name and the day of birth of the person: it may be the same one, entered twice."""


def with_kinds(referrals: "QuerySet[Referral]") -> "QuerySet[Referral]":
    """The same referrals, each with `kinds`: only to be shown, for a row that is added afterwards is not among them."""
    return referrals.annotate(kinds=RawSQL(_sql(), [], output_field=ArrayField(TextField())))  # noqa: S611 names of ours


@cache
def _sql() -> str:
    this = Referral._meta.db_table
    asked = []
    for kind, (model, names) in KINDS.items():
        table = model._meta.db_table
        on = " OR ".join(f"x.{name}_id = {this}.id" for name in names)
        asked.append((kind, f"SELECT FROM {table} x WHERE {on}"))
    for kind, model in OF_THE_PERSON.items():
        other = f" AND x.id <> {this}.id" if model is Referral else ""
        asked.append((kind, f"SELECT FROM {model._meta.db_table} x WHERE x.patient_id = {this}.patient_id{other}"))
    patient = models.Patient._meta.db_table
    alike = "x.service_id = p.service_id AND x.family_key = p.family_key AND x.date_of_birth = p.date_of_birth"
    same = f"p.id = {this}.patient_id AND x.id <> p.id AND {alike}"
    asked.append((NAMESAKE, f"SELECT FROM {patient} x, {patient} p WHERE {same}"))
    found = ", ".join(f"CASE WHEN EXISTS ({question}) THEN '{kind}' END" for kind, question in asked)
    return f"array_remove(ARRAY[{found}], NULL)"
