"""Row-level security, seen from the program's own role: a second service does not exist."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from painpath.accounts import audit
from painpath.accounts.models import AuditEntry, Membership, Service, ServiceRecord, User
from painpath.accounts.row_level_security import grant_to_program
from painpath.accounts.scope import scope
from painpath.directory.models import Practice
from painpath.postgres.owner import as_owner
from tests.conftest import take_out_the_service

# Tables that belong to no service: accounts before a service is chosen, and the frameworks' own.
UNSCOPED = {
    "accounts_user": "who can sign in; what they may do is in memberships",
    "accounts_counted": "counts of tries for all processes: keyed hashes of addresses, never an e-mail or a patient",
    "accounts_signedin": "where people are signed in: keyed hashes of browsers, networks; no patient",
    "accounts_notice": "what people have to know about their own accounts, before a service is chosen; no patient",
    "account_emailaddress": "allauth's addresses of users",
    "account_emailconfirmation": "allauth's, unused: an address is proved by the invitation",
    "auth_group": "Django's, unused",
    "socialaccount_socialaccount": "allauth's: which subject of the identity provider is which user, and no more",
    "socialaccount_socialapp": "allauth's, unused: the provider is in the settings",
    "socialaccount_socialtoken": "allauth's, unused: no token is kept",
    "mfa_authenticator": "allauth's second factors of users, sealed",
    "auth_group_permissions": "Django's, unused",
    "auth_permission": "Django's, unused",
    "django_content_type": "Django's list of models",
    "django_migrations": "Django's list of migrations",
    "django_session": "sessions: a person's sign-in, before a service is chosen",
    "procrastinate_events": "the queue: arguments are ids only",
    "procrastinate_jobs": "the queue: arguments are ids only",
    "procrastinate_periodic_defers": "the queue",
    "procrastinate_workers": "the queue",
}


@pytest.fixture
def two(transactional_db):
    with as_owner():
        take_out_the_service()
        one = Service.objects.create(slug="one", name="One")
        other = Service.objects.create(slug="other", name="Other")
        user = User.objects.create_user("a@example.nhs.uk", "A Person")
        Membership.objects.create(service=one, user=user, role="administrator")
        Practice.objects.create(service=other, name="Theirs")
    return one, other, user


@pytest.mark.django_db
def test_every_table_is_isolated_or_says_why_not():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND NOT relrowsecurity"
        )
        open_tables = {row[0] for row in cursor.fetchall()}
    assert open_tables == set(UNSCOPED)


def test_the_program_is_bound_by_it(two):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,)


def test_without_a_scope_nothing_is_there(two):
    for model in apps.get_models():
        if issubclass(model, ServiceRecord) or model is Service:
            assert not model.objects.exists(), model


def test_another_services_rows_are_not_there(two):
    one, other, _ = two
    with scope(one):
        assert not Practice.objects.exists()
        assert list(Service.objects.all()) == [one]
    with scope(other):
        assert Practice.objects.get().name == "Theirs"


def test_nothing_can_be_written_for_another_service(two):
    one, other, _ = two
    with pytest.raises(DatabaseError, match="row-level security"), scope(one):
        Practice.objects.create(service=other, name="Smuggled")


def test_a_person_finds_their_own_memberships_before_a_service_is_chosen(two):
    one, _, user = two
    with scope(None, user):
        assert [row.service for row in Membership.objects.select_related("service")] == [one]


def test_a_scope_inside_a_scope_gives_the_outer_one_back(two):
    one, other, _ = two
    with scope(other):
        with scope(one):
            assert not Practice.objects.exists()
        assert Practice.objects.exists()
        with pytest.raises(ZeroDivisionError), scope(one):
            _ = 1 / 0
        assert Practice.objects.exists()
    assert not Practice.objects.exists()


@pytest.mark.parametrize("change", ["UPDATE accounts_auditentry SET action = 'x'", "DELETE FROM accounts_auditentry"])
def test_the_audit_cannot_be_changed_by_the_program(two, change):
    one, _, user = two
    with scope(one):
        audit.record(Membership.objects.get(), "test", user)
    with pytest.raises(DatabaseError, match="permission denied"), scope(one), connection.cursor() as cursor:
        cursor.execute(change)
    with scope(one):
        assert AuditEntry.objects.count() == 1


def test_every_append_only_table_is_so_in_the_database(two):
    one, _, _ = two
    tables = [model._meta.db_table for model in apps.get_models() if getattr(model, "append_only", False)]
    assert len(tables) > 10
    for table in tables:
        with pytest.raises(DatabaseError, match="permission denied"), scope(one), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")


@pytest.mark.django_db(transaction=True)
def test_while_migrate_gives_rights_the_program_is_never_allowed_more():
    """It may be at work: it must not see what is given before what is taken away again."""
    seen = []

    def watch(execute, sql, *given):
        seen.append(connection.in_atomic_block)
        return execute(sql, *given)

    with as_owner(), connection.execute_wrapper(watch):
        grant_to_program(apps.get_app_config("accounts"), "default")
    assert seen
    assert all(seen)


def test_no_audit_outside_a_transaction(two):
    one, _, user = two
    with scope(one):
        member = Membership.objects.get()
    assert not transaction.get_connection().in_atomic_block
    with pytest.raises(RuntimeError):
        audit.record(member, "test", user)


def test_what_may_be_seen_before_a_service_is_chosen_may_not_be_changed(two):
    one, other, user = two
    with scope(other, user):
        assert Membership.objects.filter(user=user).exists()
        assert Membership.objects.filter(user=user).update(role="manager") == 0
        assert Membership.objects.filter(user=user).delete()[0] == 0
    with scope(one):
        assert Membership.objects.get().role == "administrator"
