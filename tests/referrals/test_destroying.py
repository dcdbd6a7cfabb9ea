"""Destroying a record: two people, every rule, all of it or nothing, and nothing of the person left anywhere."""

import uuid
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import ForeignKey
from django.test import Client
from django.urls import reverse

from painpath import clock, documents
from painpath.accounts.changing import set_lead
from painpath.accounts.models import AuditEntry, KeptFile, KeptForm, Membership, Search, Service
from painpath.accounts.scope import scope
from painpath.exchange.models import Representation
from painpath.letters import outbox, refiling
from painpath.letters.models import Dispatch, PrintBatch
from painpath.postgres.owner import as_owner
from painpath.referrals import restricting, todo, verbs
from painpath.referrals.arriving import receiving
from painpath.referrals.arriving.contacts import confirm_contact
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.models import (
    DestructionCertificate,
    DestructionRequest,
    Document,
    Patient,
    Referral,
    Transcript,
)
from painpath.referrals.referring import changing
from painpath.referrals.refusal import Refused
from painpath.referrals.retention import destroying, function, keeping, reckoning
from painpath.referrals.retention.rules import BY_HAND, DESTROYED, KEPT
from painpath.referrals.together import discussing
from tests.referrals.conftest import LETTER, make_team, waiting_referral
from tests.referrals.ended import THEN, another_manager, not_now, settle, withdrawn

ROOTS = {"referrals.Referral", "referrals.Patient", "referrals.Document"}


# --- every table has a rule


def of_a_person() -> set[str]:
    """Every model with a way to a referral, its documents or a patient, however long."""
    found = set(ROOTS)
    while True:
        more = {
            model._meta.label
            for model in apps.get_models(include_auto_created=True)
            for field in model._meta.get_fields()
            if isinstance(field, ForeignKey) and field.related_model._meta.label in found
        }
        if more <= found:
            return found
        found |= more


def test_every_table_of_a_person_is_destroyed_or_says_why_not():
    ruled = set(DESTROYED) | set(BY_HAND) | set(KEPT)
    assert of_a_person() - ruled == set(), "say in retention/rules.py what becomes of these when a record is destroyed"
    assert len(DESTROYED) + len(BY_HAND) + len(KEPT) == len(ruled)
    for label in ruled:
        assert apps.get_model(label)._meta.label == label
    # What no row leads to a referral from: each is named and has its reason.
    assert set(BY_HAND) | set(KEPT) - of_a_person() >= {
        "exchange.Representation",
        "accounts.Search",
        "letters.PrintBatch",
    }


@pytest.mark.django_db
def test_the_function_of_the_database_is_made_of_the_rules():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT prosrc, prosecdef, proowner::regrole::text FROM pg_proc WHERE proname = %s", [function.NAME]
        )
        (source, definer, owner) = cursor.fetchone()
        cursor.execute("SELECT current_user")
        assert definer
        assert owner != cursor.fetchone()[0]
    assert source in function.sql()
    for label in [*DESTROYED, *BY_HAND]:
        table = apps.get_model(label)._meta.db_table
        assert f"DELETE FROM {table} " in source or f"UPDATE {table} SET pdf = ''" in source, label
    for label in KEPT:
        assert f"DELETE FROM {apps.get_model(label)._meta.db_table}" not in source


# --- who, and when


@pytest.fixture
def second(team):
    return another_manager(team)


def ask(team, referral, **changes):
    return destroying.ask(
        **{"referral": referral, "by": team.manager, "reason": "Not needed.", "reference": referral.reference} | changes
    )


def test_two_people_destroy_a_record_and_a_certificate_and_the_audit_stay(team, second):
    referral = withdrawn(team)
    looked = AuditEntry.objects.filter(subject_type="referral", subject_id=str(referral.pk)).count()
    request = ask(team, referral)
    certificate = destroying.agree(request=request, by=second, reference=referral.reference.lower())
    assert not Referral.objects.exists()
    assert not Patient.objects.exists()
    assert certificate.records == [{
        "reference": referral.reference, "class": "not-accepted", "state": "withdrawn", "received": "2015-03-02",
        "ended": "2015-03-02", "due": "2017-03-02",
    }]  # fmt: skip
    assert (certificate.asked_by, certificate.agreed_by) == (team.manager, second)
    assert certificate.counts["referrals_document"] == 1
    assert certificate.counts["referrals_transition"] >= 4
    left = AuditEntry.objects.filter(subject_type="referral", subject_id=str(referral.pk))
    assert left.count() == looked + 2
    assert left.get(action="retention.destroy").detail == {"certificate": certificate.pk, "asked_by": team.manager.pk}


def test_whoever_asked_cannot_agree_and_nobody_but_managers_can(team, second):
    referral = withdrawn(team)
    request = ask(team, referral)
    client = Client()
    for by, waits in ((second, True), (team.manager, False), (team.administrator, False)):
        client.force_login(by.user)
        page = client.get(reverse("triage:to-do")).content.decode()
        assert ("asks to destroy: agree, or keep them</a> (1)" in page) == waits
    client.force_login(second.user)
    page = client.get(reverse("triage:agree-to-destroy", args=[referral.reference])).content.decode()
    assert "nhsuk-button--warning" in page[page.index("<main") :]
    for by, words in ((team.manager, "You asked for this"), (team.administrator, "Only a manager or a lead"),
                      (team.consultant, "Only a manager or a lead")):  # fmt: skip
        with pytest.raises(Refused, match=words):
            destroying.agree(request=request, by=by, reference=referral.reference)
    with pytest.raises(Refused, match="has already asked"):
        ask(team, referral, by=second)
    Membership.objects.filter(pk=team.manager.pk).update(ended_at=clock.now())
    with pytest.raises(Refused, match="no longer works here"):
        destroying.agree(request=request, by=second, reference=referral.reference)
    assert Referral.objects.count() == 1


def test_the_wrong_reference_destroys_nothing(team, second):
    referral, other = withdrawn(team), withdrawn(team, family_name="Otherman")
    with pytest.raises(Refused, match="not the reference"):
        ask(team, referral, reference=other.reference)
    request = ask(team, referral)
    with pytest.raises(Refused, match="not the reference"):
        destroying.agree(request=request, by=second, reference=other.reference)
    assert Referral.objects.count() == 2


def test_a_request_is_turned_down_or_taken_back_and_the_record_stays(team, second):
    referral = withdrawn(team)
    request = ask(team, referral)
    destroying.turn_down(request=request, by=second, reason="A complaint has come.")
    for again in (destroying.turn_down, destroying.agree):
        with pytest.raises(Refused, match="already answered"):
            again(
                request=request, by=second, **{"reason": "x"} if again == destroying.turn_down else {"reference": "x"}
            )
    request = ask(team, referral)
    destroying.turn_down(request=request, by=team.manager, reason="I was wrong.")
    assert destroying.open_request(referral) is None
    assert Referral.objects.exists()


def test_what_is_open_held_not_due_or_not_settled_stays(team, second):
    referral = withdrawn(team)
    fresh = withdrawn(team, on=clock.today() - timedelta(days=40), family_name="Freshman")
    still = waiting_referral(team, patient={"family_name": "Openman"})
    for one, words in ((fresh, "not due"), (still, "is open")):
        with pytest.raises(Refused, match=words):
            ask(team, one)
    request = ask(team, referral)
    hold = keeping.hold(referral=referral, by=team.manager, reason="A claim.")
    with pytest.raises(Refused, match="on hold"):
        destroying.agree(request=request, by=second, reference=referral.reference)
    keeping.end_hold(hold=hold, by=team.manager, reason="Settled.")
    task = todo.give_task(referral, "contact", "Ring them.", by=team.consultant, role="clinician", due_on=clock.today())
    with pytest.raises(Refused, match="still to do"):
        destroying.agree(request=request, by=second, reference=referral.reference)
    todo.do_task(task=task, by=team.consultant, words="Rang.")
    sent = Dispatch.objects.create(
        service=team.service, referral=referral, kind="notice", to="patient", channel="print", name="L", state="queued"
    )
    with pytest.raises(Refused, match="waits to be sent"):
        destroying.agree(request=request, by=second, reference=referral.reference)
    outbox.stop([sent], by=team.consultant, why="Told.")
    verbs.take_back(referral=referral, by=team.administrator, reason="He rang.")
    with pytest.raises(Refused, match="is open"):
        destroying.agree(request=request, by=second, reference=referral.reference)


def test_linked_referrals_go_together_or_not_at_all(team, second):
    first, then = withdrawn(team), withdrawn(team, on=date(2016, 3, 2), family_name="Otherman")
    request = ask(team, first)
    Referral.objects.filter(pk=then.pk).update(follows=first.pk)
    with pytest.raises(Refused, match="has changed since"):
        destroying.agree(request=request, by=second, reference=first.reference)
    destroying.turn_down(request=request, by=second, reason="Ask again.")
    request = ask(team, then)
    certificate = destroying.agree(request=request, by=second, reference=first.reference)
    assert {one["reference"] for one in certificate.records} == {first.reference, then.reference}
    assert not Referral.objects.exists()


def test_of_a_closed_record_nobody_asks_or_agrees_who_cannot_open_it(team, second):
    """Also where it goes together with one that is open to them."""
    set_lead(by=team.administrator, member=team.consultant, leads=True)
    lead = Membership.objects.get(pk=team.consultant.pk)
    shut, other = withdrawn(team), withdrawn(team)
    Referral.objects.filter(pk=other.pk).update(follows=shut)
    restricting.restrict(referral=shut, by=lead, why="staff", words="Works here.")
    with pytest.raises(Refused, match="restricted record"):
        ask(team, other)
    request = destroying.ask(referral=other, by=lead, reason="Due.", reference=other.reference)
    with pytest.raises(Refused, match="restricted record"):
        destroying.agree(request=request, by=second, reference=other.reference)
    restricting.break_glass(referral=shut, by=second, why="other", words="To see what is destroyed.")
    destroying.agree(request=request, by=second, reference=other.reference)
    assert not Referral.objects.exists()


def test_another_referral_of_the_person_keeps_the_person(team, second):
    number = {"nhs_number": "9990000018"}
    old, newer = withdrawn(team, **number), withdrawn(team, on=date(2016, 3, 2), **number)
    destroying.agree(request=ask(team, old), by=second, reference=old.reference)
    assert Patient.objects.get().referrals.get() == newer


def test_a_file_that_was_moved_here_leaves_no_copy_where_it_lay_and_one_that_was_moved_away_stays(team, second):
    with clock.at(THEN):
        other, mine = (waiting_referral(team, patient={"family_name": name}) for name in ("Otherman", "Ashcombe"))
        for whose, name in ((other, "mine.txt"), (mine, "theirs.txt")):
            words = f"This is {name}. Back pain for 7 years.".encode()
            receiving.add_documents(referral=whose, by=team.administrator, files=[File(name, words)])
            read_in(service_id=team.service.pk, referral_id=whose.pk, reader=documents.read)
        for whose, to, name in ((other, mine, "mine.txt"), (mine, other, "theirs.txt")):
            moved = whose.documents.get(name=name)
            refiling.move_document(document=moved, to=to, by=team.administrator, reason="Of the other one.")
        verbs.close(referral=mine, by=team.administrator, how="withdraw", reason="He rang.", asked_by="patient")
        for task in mine.tasks.filter(done_at__isnull=True):
            todo.do_task(task=task, by=team.consultant, words="Written.")
    assert Transcript.objects.filter(text__contains="This is mine").count() == 2
    destroying.agree(request=ask(team, mine), by=second, reference=mine.reference)
    assert not Transcript.objects.filter(text__contains="This is mine").exists()
    left = other.documents.current().get(name="theirs.txt")
    assert (left.copied_from, bytes(left.content)) == (None, b"This is theirs.txt. Back pain for 7 years.")
    assert sorted(other.documents.values_list("name", flat=True)) == ["letter.txt", "theirs.txt"]


def test_a_file_that_came_by_two_wrong_places_is_left_in_neither(team, second):
    with clock.at(THEN):
        names = ("Firstman", "Nextman", "Ashcombe")
        first, then, mine = (waiting_referral(team, patient={"family_name": name}) for name in names)
        files = [File("mine.txt", b"This is mine.txt. Back pain for 7 years.")]
        receiving.add_documents(referral=first, by=team.administrator, files=files)
        for here, to in ((first, then), (then, mine)):
            read_in(service_id=team.service.pk, referral_id=here.pk, reader=documents.read)
            document = here.documents.get(name="mine.txt")
            refiling.move_document(document=document, to=to, by=team.administrator, reason="Of the other one.")
        verbs.close(referral=mine, by=team.administrator, how="withdraw", reason="He rang.", asked_by="patient")
        for task in mine.tasks.filter(done_at__isnull=True):
            todo.do_task(task=task, by=team.consultant, words="Written.")
    destroying.agree(request=ask(team, mine), by=second, reference=mine.reference)
    assert not Document.objects.filter(name="mine.txt").exists()


def test_a_form_that_nobody_came_back_to_goes_when_it_names_the_person_or_holds_their_letter(team, second):
    names = {"family_name": "Ashcombe", "given_name": "Leonard", "nhs_number": "9990000018"}
    referral = withdrawn(team, **names)
    letter = bytes(referral.documents.get().content)
    went, stayed = [], []
    for to, days, fields, content in (
        (went, 31, {"nhs_number": ["999 000 0018"]}, b"x"),
        (went, 31, {"family_name": ["ASHCOMBE"], "given_name": ["Leonard"]}, b"x"),
        (went, 31, {}, letter),
        (stayed, 31, {"family_name": ["Ashcombe"], "given_name": ["Mary"]}, b"x"),
        (stayed, 29, {"nhs_number": ["9990000018"]}, letter),  # somebody may be at it: it is a new contact
    ):
        form = KeptForm.objects.create(
            service=team.service, user=team.administrator.user, key=uuid.uuid4(), path="/receive/", fields=fields,
            kept_at=clock.now() - timedelta(days=days),
        )  # fmt: skip
        KeptFile.objects.create(service=team.service, form=form, field="files", name="a.txt", content=content)
        to.append(form.pk)
    destroying.agree(request=ask(team, referral), by=second, reference=referral.reference)
    assert list(KeptForm.objects.order_by("pk").values_list("pk", flat=True)) == stayed
    assert KeptFile.objects.count() == 2


# --- the database itself


CALL = f"SELECT {function.NAME}(%s, %s)"


def call(request, agreed):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CALL, [request, agreed])


def test_the_function_refuses_whatever_the_program_says(team, second):
    """Each rule once more, without the verbs: as if the program had been taken over, or had a fault."""
    referral = withdrawn(team)
    request = ask(team, referral)
    row = reckoning.reckon(team.service, [referral.pk])[referral.pk]

    def refused(words, agreed=second.pk, asked=request.pk):
        with pytest.raises(DatabaseError, match=words):
            call(asked, agreed)

    def both(model, before, after, words):
        model.objects.filter(**before).update(**after)
        refused(words)

    refused("two people", agreed=team.manager.pk)
    refused("two people", agreed=team.administrator.pk)
    refused("no such request", asked=request.pk + 1)
    for changes, words in (
        ({"state": "accepted", "owner_role": "administrator", "due_on": clock.today()}, "is open"),
        ({"state_since": clock.now() - timedelta(days=300)}, "not due"),
    ):
        was = {name: getattr(referral, name) for name in changes}
        Referral.objects.filter(pk=referral.pk).update(**changes)
        refused(words)
        Referral.objects.filter(pk=referral.pk).update(**was)
    for day in (None, clock.tomorrow()):
        type(row).objects.update(due_on=day)
        refused("not due")
    type(row).objects.update(due_on=row.due_on)
    hold = keeping.hold(referral=referral, by=team.manager, reason="A claim.")
    refused("on hold")
    keeping.end_hold(hold=hold, by=team.manager, reason="Settled.")
    other = withdrawn(team, family_name="Otherman")
    Referral.objects.filter(pk=other.pk).update(follows=referral.pk)
    refused("linked to it is missing")
    Referral.objects.filter(pk=other.pk).update(follows=None)
    DestructionRequest.objects.update(closed_at=clock.now(), closed_by=second)
    refused("is closed")
    DestructionRequest.objects.update(closed_at=None, closed_by=None)
    assert Referral.objects.count() == 2
    assert not DestructionCertificate.objects.exists()
    call(request.pk, second.pk)
    assert list(Referral.objects.all()) == [other]


def test_another_services_record_cannot_be_destroyed(transactional_db, service_id):
    with scope(service_id):
        team = make_team()
        second = another_manager(team)
        referral = withdrawn(team)
        request = ask(team, referral)
    with as_owner():
        other = Service.objects.create(slug="elsewhere", name="Elsewhere")
    for where in (other, None):
        with pytest.raises(DatabaseError, match=r"no such request|no service"), scope(where):
            call(request.pk, second.pk)
    with scope(service_id):
        assert Referral.objects.exists()


# --- nothing of the person is left

CANARY = "Zkanarij"
LONG_AGO = date(2001, 3, 1)


def fill(team, monkeypatch):
    """A referral with the canary's name in whatever a person can write; what no verb here has filled gets a row."""
    text = LETTER.replace("Ashcombe", CANARY) + f"\n{CANARY} wants to end his life.\n"
    by = team.administrator
    with clock.at(LONG_AGO):
        patient = {"family_name": CANARY, "given_name": CANARY, "phone": "01632 960002", "safe_contact": CANARY}
        referral = not_now(team, on=LONG_AGO, text=text, **patient)
        file = File(f"{CANARY}.txt", CANARY.encode())
        receiving.add_documents(referral=referral, by=by, files=[file], also_ended=True)
        read_in(service_id=team.service.pk, referral_id=referral.pk, reader=documents.read)
        confirm_contact(patient=referral.patient, kind="phone", how=CANARY, by=by, seen="01632 960002")
        discussing.add_comment(referral=referral, by=by, text=CANARY)
        changing.report_change(referral=referral, by=by, kind="urgent", words=CANARY, key=uuid.uuid4())
        changing.read_change(change=referral.changes.get(), by=team.consultant, action=CANARY)
        settle(team, referral)
        batch = PrintBatch.objects.create(service=team.service, made_by=by, pdf=CANARY.encode(), posted_at=clock.now())
        Dispatch.objects.filter(referral=referral).update(batch=batch)
        Representation.objects.create(
            service=team.service, kind="Patient", name=referral.reference, number=1, digest="0",
            content={"id": referral.reference, "family": CANARY},
        )  # fmt: skip
        form = KeptForm.objects.create(
            service=team.service, key=uuid.uuid4(), user=by.user, path=f"/referrals/{referral.reference}/close/",
            fields={"reason": [CANARY]},
        )  # fmt: skip
        KeptFile.objects.create(service=team.service, form=form, field="f", name=CANARY, content=CANARY.encode())
        Search.objects.create(service=team.service, membership=by, words=CANARY)
        hold = keeping.hold(referral=referral, by=team.manager, reason=CANARY)
        keeping.end_hold(hold=hold, by=team.manager, reason=CANARY)
        other = withdrawn(team, on=LONG_AGO, family_name="Otherman", given_name="Other")
        known = {"referrals.Referral": referral, "accounts.Membership": by}
        for label in sorted(DESTROYED, key=lambda label: max(path.count("__") for path in DESTROYED[label])):
            model = apps.get_model(label)
            path = DESTROYED[label][0]
            of = {path: referral} if path != "document" else {"document__referral": referral}
            found = model.objects.filter(**of).first()
            if found is None and not label.startswith("referrals.Destruction"):
                found = model.objects.create(**row_of(model, known, other))
            known[label] = found
            if label == "referrals.InformationRequest":
                known["referrals.Document"] = referral.documents.first()
        for task in referral.tasks.filter(done_at__isnull=True):
            todo.do_task(task=task, by=team.consultant, words=CANARY)
    return Referral.objects.get(pk=referral.pk), other


def row_of(model, known, other):
    """A row with the canary in every text, that hangs on what is known already."""
    given = {}
    words = CANARY if model._meta.label in DESTROYED else "x"
    for field in model._meta.concrete_fields:
        kind = field.get_internal_type()
        if isinstance(field, ForeignKey):
            label = field.related_model._meta.label
            if not field.null or field.name == "referral":
                there = known.get(label) or field.related_model.objects.first()
                given[field.name] = there or field.related_model.objects.create(
                    **row_of(field.related_model, known, other)
                )
        elif field.primary_key or field.has_default() or (field.null and kind != "TextField"):
            continue
        elif field.choices:
            given[field.name] = "" if field.blank else field.choices[0][0]
        else:
            given[field.name] = {
                "CharField": words[: field.max_length], "TextField": words, "BinaryField": words.encode(),
                "JSONField": {"name": words}, "DateField": LONG_AGO, "DateTimeField": clock.now(),
                "UUIDField": uuid.uuid4(), "BooleanField": False,
            }.get(kind, 1)  # fmt: skip
    given |= {"duplicate": other} if "duplicate" in given else {}
    given |= {"other": other} if "other" in given else {}
    if model._meta.label == "referrals.SimulationAlert":
        given |= {"kind": "red_flag", "before": "affirmed", "after": ""}
    return given


def words_anywhere(words):
    """The tables in which these words stand, as text or as bytes, whoever may see the rows."""
    found = set()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            wanted = [f"%{words}%", f"%{words.encode().hex()}%"]
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE %s OR t::text ILIKE %s", wanted)
            if cursor.fetchone()[0]:
                found.add(table)
    return found


def test_nothing_of_the_person_is_left_anywhere(transactional_db, service_id, monkeypatch):
    with scope(service_id):
        team = make_team()
        second = another_manager(team)
        referral, other = fill(team, monkeypatch)
    assert len(words_anywhere(CANARY)) > 30
    with scope(service_id):
        request = ask(team, other)
        assert {one.referral for one in request.members.all()} == {referral, other}
        certificate = destroying.agree(request=request, by=second, reference=referral.reference)
        tables = {apps.get_model(label)._meta.db_table for label in DESTROYED}
        assert {table for table in tables if not certificate.counts[table]} == set()
        assert PrintBatch.objects.get().pdf == b""
    assert words_anywhere(CANARY) == set()
    assert "accounts_auditentry" in words_anywhere("retention.destroy")
