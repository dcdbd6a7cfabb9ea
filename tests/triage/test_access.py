"""Every address, every role: what is not listed is refused. Rows of others: `test_isolated_addresses.py`."""

import uuid

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from painpath.accounts.changing import set_lead
from painpath.accounts.models import AuditEntry, Membership, User
from painpath.accounts.roles import LEAD, ROLES
from painpath.accounts.scope import scope
from painpath.directory.models import Practice, PracticeMember
from painpath.keeping import urls as keeping
from painpath.patients.urls import about as patients_about
from painpath.patients.urls import right_time
from painpath.referrers.urls import about, check
from painpath.triage.urls import ACCESS
from painpath.web.access import HOME, HOMES, PUBLIC, SIGNED_IN, access_table
from tests.referrals.conftest import make_team, waiting_referral

ARGUMENTS = {
    "reference": "2222-2222", "other": "3333-3333", "document": 1, "letter": 1, "alert": 1, "step": "start",
    "criterion": "adult", "task": 1, "follow_up": 1, "dispatch": 1, "paragraph": 1, "batch": 1, "entry": 1,
    "practice": 1, "into": 1, "contract": 1, "member": 1, "evidence": 1, "item": 1, "change": 1, "referrer": 1,
    "key": "00000000-0000-4000-8000-000000000000", "file": 1, "part": "patient", "asked": 1,
    "form": 1, "own": 1, "licence": 1, "program": 1, "name": "peg", "message": 1,
    "outcome": "delay", "audience": "gp", "hold": 1, "glass": 1, "version": 1, "publication": 1, "figure": "volumes",
    "place": "criteria", "kind": "question", "one": "adult", "clause": "pacemaker",
}  # fmt: skip


def patterns(resolver: URLResolver, names: tuple[str, ...] = (), above: dict | None = None):
    """(view name, names of the arguments) of every address that there is."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            given = (above or {}) | getattr(entry.pattern, "converters", {})
            yield from patterns(entry, (*names, entry.namespace) if entry.namespace else names, given)
        elif isinstance(entry, URLPattern):
            here = entry.pattern.converters | dict(entry.pattern.regex.groupindex)
            yield ":".join((*names, entry.name or "")), (above or {}) | here


EVERY = dict(patterns(get_resolver()))


def test_every_listed_address_exists():
    assert set(access_table()) <= set(EVERY)


@pytest.mark.django_db
def test_an_address_that_is_not_listed_is_refused_to_everybody(service_id):
    unlisted = {name for name in EVERY if name not in access_table()}
    assert unlisted  # allauth has many that we do not use
    with scope(service_id):
        team = make_team()
    for member in (team.administrator, team.consultant, team.manager):
        client = Client()
        client.force_login(member.user)
        for name in unlisted:
            if not EVERY[name]:
                assert client.get(reverse(name)).status_code == 403, name


@pytest.mark.django_db
@pytest.mark.parametrize("role", [*ROLES, "nobody"])
def test_every_address_for_every_role(service_id, role):
    """Those of the team, of who refers or works in a practice, and of auditors: none opens what is another's."""
    with scope(service_id):
        team = make_team()
        people = {"administrator": team.administrator, "clinician": team.consultant, "manager": team.manager}
        for other in ("referrer", "practice", "auditor"):
            user = User.objects.create_user(f"{other}@example.nhs.uk", other)
            people[other] = Membership.objects.create(service=team.service, user=user, role=other)
        PracticeMember.objects.create(
            service=team.service, practice=Practice.objects.create(service=team.service, name="Larkfield"),
            member=people["practice"], given_by=team.administrator, how_known="Rang them",
        )  # fmt: skip
        # The clinician leads besides, and opens what a lead opens.
        set_lead(member=team.consultant, leads=True, by=team.administrator)
        people["clinician"] = Membership.objects.select_related("user").get(pk=team.consultant.pk)
    assert set(people) == set(ROLES)
    member = people.get(role)
    client = Client()
    if member:
        client.force_login(member.user)
    ours = {name: who for name, who in access_table().items() if who <= {*ROLES, LEAD}}
    assert set(ACCESS) <= set(ours)
    for name, who in ours.items():
        arguments = {key: ARGUMENTS[key] for key in EVERY[name]}
        address = reverse(name, kwargs=arguments)
        for answer in (client.get(address), client.post(address)):
            if member is None:
                assert answer.status_code == 302, name
                assert answer["Location"].startswith("/accounts/login/"), name
            elif role in HOMES and name == HOME:
                assert answer["Location"] == reverse(HOMES[role])
            elif member.roles & who:
                assert answer.status_code not in (403, 500), (name, answer.status_code)
            else:
                assert answer.status_code == 403, (name, answer.status_code)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["administrator", "clinician", "nobody"])
def test_a_patients_own_pages_open_to_nobody_without_a_code(service_id, role):
    with scope(service_id):
        team = make_team()
    client = Client()
    if role != "nobody":
        client.force_login({"administrator": team.administrator, "clinician": team.consultant}[role].user)
    code = reverse("patients:code", args=["southampton-portsmouth"])
    own = {name for name in access_table() if name.startswith("patients:")} & set(EVERY)
    own = {name for name in own if "/my-referral/" in _address(name)} - {"patients:code", "patients:code-leave"}
    assert len(own) > 12
    for name in sorted(own):
        for answer in (client.get(_address(name)), client.post(_address(name))):
            assert answer.status_code == 405 or (answer.status_code, answer["Location"]) == (302, code), name


def _address(name: str) -> str:
    given = ARGUMENTS | {"service": "southampton-portsmouth", "page": "1"}
    if not set(EVERY[name]) <= set(given):
        return ""
    return reverse(name, kwargs={key: given[key] for key in EVERY[name]})


@pytest.mark.django_db
def test_somebody_without_a_current_membership_gets_nowhere(service_id):
    with scope(service_id):
        team = make_team()
        Membership.objects.filter(pk=team.consultant.pk).update(ended_at="2026-01-01T00:00Z")
    client = Client()
    client.force_login(team.consultant.user)
    assert client.get(reverse("triage:worklist")).status_code == 403


@pytest.mark.django_db
def test_a_look_is_audited_with_nobodys_name_in_it(service_id):
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team)
    client = Client()
    client.force_login(team.manager.user)
    assert client.get(reverse("triage:referral", args=[referral.reference])).status_code == 200
    with scope(service_id):
        entry = AuditEntry.objects.get(action="referral.look")
        assert (entry.by, entry.subject_id) == (team.manager, str(referral.pk))
        assert "Ashcombe" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


@pytest.mark.django_db
def test_an_original_is_never_served_as_something_a_browser_runs(service_id):
    from painpath import documents
    from painpath.referrals.arriving import receiving
    from painpath.referrals.arriving.filing import File
    from painpath.referrals.arriving.reading_in import read_in

    with scope(service_id):
        team = make_team()
        page = b"<html><body><script>alert(1)</script>Back pain for a year</body></html>"
        referral = receiving.receive(by=team.administrator, files=[File("a.html", page)], key=uuid.uuid4())
        read_in(service_id=service_id, referral_id=referral.pk, reader=documents.read)
        document = referral.documents.get()
    client = Client()
    client.force_login(team.administrator.user)
    answer = client.get(reverse("triage:original", args=[referral.reference, document.pk]))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]


def test_public_addresses_are_those_of_signing_in_and_of_what_is_published():
    public = {name for name, who in access_table().items() if who == PUBLIC}
    others = {name for name in public if not name.startswith("account_")}
    assert others == {
        "mfa_authenticate", "mfa_login_webauthn", "oidc-begin", "oidc-callback", "oidc-unknown",
        "accessibility", "language",
        *about.ACCESS, *check.ACCESS, *patients_about.ACCESS, *right_time.ACCESS, *keeping.ACCESS,
    }  # fmt: skip
    assert access_table()["kept"] == SIGNED_IN


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "address", "data"),
    [
        ("post", "/search/", {"words": "a\x00b"}),
        ("get", "/?locality=%00", {}),
        ("get", "/referrals/%00/", {}),
        ("post", "/referrals/2222-2222/criteria/adult/", {"state": "for", "reason": "\x00"}),
    ],
)
def test_null_characters_are_refused_with_a_page(service_id, method, address, data):
    with scope(service_id):
        team = make_team()
    client = Client()
    client.force_login(team.consultant.user)
    answer = getattr(client, method)(address, data)
    assert answer.status_code == 400
    assert client.get("/").status_code == 200


@pytest.mark.django_db
def test_a_shared_desk_keeps_no_patient(service_id):
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team)
        document = referral.documents.get()
    client = Client()
    client.force_login(team.consultant.user)
    page = client.get(reverse("triage:referral", args=[referral.reference]))
    assert page["Cache-Control"] == "no-store"
    original = client.get(reverse("triage:original", args=[referral.reference, document.pk]))
    assert original["Cache-Control"] == "no-store"
    client.post(reverse("triage:search"), {"words": "Ashcombe"})
    assert "Ashcombe" not in str(dict(client.session))
