"""A publication takes away what open referrals, people and places have: every page of theirs still opens."""

import json

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from painpath import clock, pathway
from painpath.accounts.models import Membership, Service
from painpath.accounts.roles import REFERRER
from painpath.accounts.scope import scope
from painpath.pathway import Pathway
from painpath.pathway.crisis import KINDS
from painpath.referrals import pathways
from painpath.referrals.models import PathwayPublication, PathwayVersion
from painpath.web.access import access_table
from tests.triage.test_access import EVERY
from tests.triage.two_services import World, furnish

pytestmark = pytest.mark.django_db
PARTS = ("criteria", "readiness", "routes", "stages", "grades", "localities", "signposts")


def with_others(now: Pathway) -> Pathway:
    """As if all that rows name had been taken away, and other things put in: each has another id, everywhere."""
    words = pathway.encode(now).decode()
    whole = json.loads(words)
    for name in {one["id"] for part in PARTS for one in whole[part]} - set(KINDS):
        words = words.replace(f'"{name}"', f'"new-{name}"')
    return pathway.decode(words.replace(now.digest, "f" * 64).encode())


def publish(service: Service, by: Membership, other: Membership) -> None:
    left = with_others(pathways.in_force(service)[0])
    version = PathwayVersion.objects.create(
        service=service, pathway=left.name, label="other", digest=left.digest, content=pathway.encode(left)
    )
    PathwayPublication.objects.create(
        service=service, version=version, from_date=clock.today(), files={}, published_by=by, approved_by=other
    )
    pathways.ask_again(service.pk)


def addresses(world: World) -> dict[str, list[str]]:
    """Role -> what to open as it: each address of the team and of referrers once."""
    found: dict[str, list[str]] = {}
    for name, who in access_table().items():
        role = next((one for one in world.people if one in who), None)
        if role is not None and name in EVERY and name.startswith(("triage:", "referrers:")):
            found.setdefault(role, []).append(reverse(name, kwargs=world.arguments(name, EVERY[name])))
    return found


def test_every_page_opens_after_it(service_id):
    with scope(service_id):
        service = Service.objects.get()
        world = furnish(service, service)
        members = {one.user_id: one for one in Membership.objects.select_related("user")}
        publish(service, *(members[world.people[role].pk] for role in ("manager", "clinician")))
        assert {"new-adult"} <= {one.id for one in pathways.in_force(service)[0].criteria}
    opened = 0
    for role, places in addresses(world).items():
        client = Client()
        client.force_login(world.people[role])
        for place in places:
            with transaction.atomic():
                answer = client.get(place)
                transaction.set_rollback(True)
            assert answer.status_code < 500, place
            opened += answer.status_code == 200
    assert opened > 100
    assert REFERRER in addresses(world)
