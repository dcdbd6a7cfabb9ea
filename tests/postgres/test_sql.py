"""The SQL that our backend makes is Django's, letter by letter."""

import pytest
from django.apps import apps
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Lower

from painpath.accounts.models import Membership, User
from painpath.referrals.kinds import with_kinds
from painpath.referrals.models import Document, Merge, NotADuplicate, Referral, Task

pytestmark = pytest.mark.django_db


def questions() -> list[QuerySet]:
    """Of every model with its own order and its relations; and the ways in which the program asks besides."""
    every = [model.objects.all() for model in apps.get_models() if hasattr(model, "objects")]
    people, referrals = Membership.objects.select_related("user"), Referral.objects.all()
    return [
        *every,
        *(found.select_related().order_by("-pk") for found in every),
        *(found.order_by(F("pk").desc(nulls_last=True)).distinct() for found in every),
        with_kinds(referrals.select_related("patient", "owner__user").defer("pathway_version__content")).order_by("pk"),
        NotADuplicate.objects.select_related("one", "other__patient").order_by("one__patient__family_name", "-other"),
        Merge.objects.filter(Q(duplicate__owner__user__name="x") | Q(into__owner__isnull=True)).order_by("into__owner"),
        people.annotate(called=Lower("user__name"), many=Count("pk")).order_by("called", "-many", "user__email"),
        people.annotate(called=Lower("user__name")).values_list("called", "role").order_by("called", Lower("role")),
        people.values("role").annotate(many=Count("pk")).order_by("-many"),
        referrals.order_by(Coalesce("due_on", "received_at__date"), F("owner__user__name").asc(nulls_first=True)),
        referrals.filter(Exists(Task.objects.filter(referral=OuterRef("pk")).order_by("pk"))).only("pk", "reference"),
        referrals.filter(pk__in=Document.objects.order_by("pk").values("referral")[:3]).reverse(),
        User.objects.values_list("email").union(User.objects.values_list("name")).order_by("email"),
        User.objects.order_by("email").union(User.objects.all(), all=True).order_by("name"),
    ]  # fmt: skip


def test_a_query_is_what_django_makes_of_it(monkeypatch):
    connection = connections["default"]

    def made() -> list[tuple]:
        return [one.query.get_compiler(connection=connection).as_sql() for one in questions()]

    assert type(connection.ops) is not DatabaseOperations
    ours = [made(), made()]  # joins that are known already, too
    monkeypatch.setattr(connection, "ops", DatabaseOperations(connection))
    theirs = made()
    for again in ours:
        for one, other in zip(again, theirs, strict=True):
            assert one == other
