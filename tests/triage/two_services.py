"""A service with a row of every kind that an address names, and another one with people in every role."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser

from painpath import clock
from painpath.accounts.audit import record
from painpath.accounts.models import KeptForm, Membership, Service, User
from painpath.accounts.roles import LEAD, REFERRER, ROLES
from painpath.directory.models import Contract, Practice, PracticeMember, Referrer
from painpath.exchange.models import Client as Program
from painpath.letters.models import Dispatch, InboundMessage, PrintBatch
from painpath.measuring.models import ExportPiece, RecordExport
from painpath.referrals import verbs
from painpath.referrals.arriving.backlog import ACTION as IMPORTED
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.models import (
    AddedEvidence,
    AdviceParagraph,
    Answering,
    BrokenGlass,
    DecisionDraft,
    DraftFile,
    InformationRequest,
    MeetingItem,
    OnlineReferral,
    PathwayDraft,
    PathwayPublication,
    PathwayVersion,
    QuestionnaireLicence,
    Referral,
    ReferralDraft,
    ReportedChange,
    RetentionHold,
    RotaEntry,
    SecondScreening,
    SignpostFollowUp,
    Simulation,
    SimulationAlert,
    SimulationChange,
    SimulationQuote,
    Task,
    Transcript,
)
from painpath.referrals.publishing import tally
from painpath.referrals.publishing.starting import RECORD
from painpath.referrals.questionnaires import answering, library
from painpath.referrals.rights.asking import record_request
from painpath.web.access import access_table
from tests.letters.posting import CLAUSE, decided_for
from tests.referrals.conftest import LETTER, Team, make_referrer, make_team, sent_by, waiting_referral
from tests.referrals.questionnaires import MOOD, ask, fill_rota, publish

NOWHERE = {"reference": "2222-2222", "other": "3333-3333", "key": uuid.UUID("00000000-0000-4000-8000-000000000000")}
"""What no row is called, by the argument; every other one is a number."""
NO_NUMBER = 999_999_999
DRAFTED = "plain_team: Ashcombe\ncriteria:\n  - id: adult\n    name: Ashcombe\n"
"""A file of a draft that is no pathway yet, and can be edited all the same."""
CANARIES = ("Ashcombe", "Leonard", "leonard@example.com", "SO29 4WR", "Larkfield", "wants to end his life")
"""Words of the first service's patients and practices."""


@dataclass
class World:
    """What there is, and how an address names it."""

    service: Service
    other: Service
    rows: dict[str, Any]
    """Argument of an address -> the name of a row of the first service."""
    of: dict[str, str]
    """Argument, or view -> the reference of the referral to which it belongs, where it is not the usual one."""
    people: dict[str, AbstractBaseUser]
    """Role -> somebody of the first service."""
    gp: AbstractBaseUser
    """Who has sent the referrals that addresses name; `partner` is of the same practice, `elsewhere`, who has sent the
    one that is asked about, of another."""
    partner: AbstractBaseUser
    elsewhere: AbstractBaseUser
    referrals: dict[str, Referral]
    strangers: dict[str, AbstractBaseUser] = field(default_factory=dict)
    """Role -> somebody of another service."""

    def arguments(self, view: str, names: Iterator[str] | list[str]) -> dict[str, Any]:
        """The arguments of an address, each an existing row of the first service. Raises KeyError for a new kind."""
        found = {
            name: self.rows[f"{view} {name}"] if f"{view} {name}" in self.rows else self.rows[name] for name in names
        }
        for name in (*found, view):
            if "reference" in found and name in self.of:
                found["reference"] = self.of[name]
        return found


def nowhere(arguments: dict[str, Any], rows: frozenset[str]) -> dict[str, Any]:
    """The same address of rows that nobody has."""
    return {name: NOWHERE.get(name, NO_NUMBER) if name in rows else value for name, value in arguments.items()}


def people_of(service: Service) -> dict[str, AbstractBaseUser]:
    """Somebody in each role; inside the scope of the service."""
    found: dict[str, AbstractBaseUser] = {}
    for role in ROLES:
        user = User.objects.create_user(f"{role}@{service.slug}.example.nhs.uk", f"Some {role}")
        grade = "consultant" if role == "clinician" else ""
        Membership.objects.create(service=service, user=user, role=role, grade=grade)
        found[role] = user
    found[LEAD] = User.objects.create_user(f"{LEAD}@{service.slug}.example.nhs.uk", "Some lead")
    Membership.objects.create(service=service, user=found[LEAD], role="manager", leads=True)
    return found


def pathway_in_force() -> PathwayVersion:
    """The one of the service whose scope is open."""
    return PathwayVersion.objects.latest("pk")


def take_over(pathway: PathwayVersion, service: Service) -> None:
    """The same pathway for another service, inside its scope."""
    pathway.pk, pathway.service = None, service
    pathway.save(force_insert=True)


def furnish(service: Service, other: Service) -> World:
    """Make the rows; inside the scope of the first service."""
    team, day = make_team(), clock.today()
    by = {"service": service}
    fill_rota(team.consultant)
    practice = Practice.objects.create(**by, name="Larkfield Medical Practice", postcode="EX1 3GP")
    right, far = (Practice.objects.create(**by, name=name) for name in ("Larkfield Right", "Larkfield Far"))
    gp = make_referrer(checked_by=team.administrator, practice=practice)
    partner = make_referrer("Dr P Artner", checked_by=team.administrator, practice=practice)
    elsewhere = make_referrer("Dr Else Where", checked_by=team.administrator, practice=far)
    asking = make_referrer("Dr A Sking", practice=practice)

    done = sent_by(decided_for(team, confirmed=("email",)), gp)
    decision = done.decisions.get()
    danger = sent_by(waiting_referral(team, LETTER + "\nHe wants to end his life.\n"), gp)
    verbs.start_screening(referral=waiting_referral(team), by=team.consultant)
    asked = verbs.start_screening(referral=waiting_referral(team), by=team.consultant)
    own = publish(team.manager, MOOD)
    asked = sent_by(ask(asked, team.consultant, own), elsewhere)
    online = answering.asked_of_patient(asked)
    assert online is not None
    version = library.forms_of(online)[0]
    answers = Answering.objects.filter(referral=asked).first() or Answering.objects.create(
        **by, referral=asked, request=online, questionnaire=version
    )

    transcript = Transcript.objects.filter(document__referral=danger).first()
    assert transcript is not None
    OnlineReferral.objects.create(**by, referral=danger, sent_by=gp)
    written = DecisionContent(outcome="not_now", clauses=(CLAUSE,), reason="-").to_json()
    DecisionDraft.objects.create(
        **by, referral=danger, by=team.consultant, seen_version=danger.version, content=written
    )
    SecondScreening.objects.create(**by, referral=danger)
    batch = PrintBatch.objects.create(**by, made_by=team.administrator, pdf=b"%PDF-1.7 Ashcombe")
    letter, to_patient = done.letters.get(audience="gp"), done.letters.get(audience="patient")
    dispatch = Dispatch.objects.filter(referral=done, letter=letter).first()
    assert dispatch is not None
    Dispatch.objects.create(
        **by, referral=done, letter=letter, kind="letter", to="gp", channel="print", name="A", state="sent", batch=batch
    )
    facts = {"decision": decision.pk, "outcome": "", "recommendation": ""}
    reply = Dispatch.objects.create(
        **by, referral=done, kind="ers_reply", to="referrer", channel="ers", name="Ashcombe", facts=facts
    )
    desk = User.objects.create_user("desk@larkfield.example.nhs.uk", "Larkfield Desk")
    staff = Membership.objects.create(**by, user=desk, role="practice")
    PracticeMember.objects.create(
        **by, practice=practice, member=staff, given_by=team.administrator, how_known="Larkfield rang back"
    )
    draft = ReferralDraft.objects.create(**by, member=gp, given={"family_name": "Ashcombe"},
                                         expires_at=clock.now() + timedelta(days=9))  # fmt: skip
    kept = KeptForm.objects.create(**by, key=uuid.uuid4(), user=gp.user, path="/", fields={"words": "Ashcombe"})

    export = RecordExport.objects.create(**by, key=uuid.uuid4(), asked_by=team.manager, why="-", state="ready", size=8)
    ExportPiece.objects.create(**by, export=export, number=0, content=b"Ashcombe")

    def one(model: Any, **values: Any) -> int:
        return int(model.objects.create(**by, **values).pk)

    def owed(model: Any, **values: Any) -> int:
        return one(model, referral=done, decision=decision, **values)

    def wanted(kind: str) -> int:
        request = record_request(
            referral=done, by=team.manager, kind=kind, received_on=day, asked_by="patient", words="It is Ashcombe."
        )
        return int(request.pk)

    rows: dict[str, Any] = {
        "reference": done.reference,
        "other": danger.reference,
        "document": done.documents.get().pk,
        "letter": letter.pk,
        "triage:letter-in letter": to_patient.pk,
        "patients:letter letter": to_patient.pk,
        "patients:letter-in letter": to_patient.pk,
        "alert": danger.alerts.get().pk,
        "evidence": one(AddedEvidence, referral=danger, transcript=transcript, criterion="adult", quote="Mr", start=0,
                        end=2, page=1, speaks="for", by=team.consultant),
        "item": one(MeetingItem, referral=danger, question="Ashcombe?", added_by=team.consultant),
        "follow_up": owed(SignpostFollowUp, signpost="x", name="Larkfield Gym", ask_on=day, asked_at=clock.now()),
        "task": one(Task, referral=done, kind="contact", words="Ring Ashcombe", owner_role="administrator", due_on=day),
        "change": one(ReportedChange, referral=done, side="patient", key=uuid.uuid4(), kind="other", words="Ashcombe",
                      due_at=clock.now()),
        "asked": owed(InformationRequest, of="referrer", items=[{"criterion": "", "words": "?"}], due_on=day),
        "patients:answer asked": owed(InformationRequest, of="patient", items=[{"criterion": "", "words": "?"}],
                                      due_on=day),
        "form": version.pk,
        "own": own.pk,
        "licence": one(QuestionnaireLicence, name=own.version.name, holder="Larkfield", words="-", file_name="a.pdf",
                       by=team.manager),
        "paragraph": one(AdviceParagraph, title="Larkfield", text="-", owner=team.consultant, expires_on=day),
        "batch": batch.pk,
        "dispatch": dispatch.pk,
        "message": one(InboundMessage, source="mesh", message_id="1", content=b"Ashcombe", why="unknown"),
        "entry": RotaEntry.objects.filter(membership=team.consultant).values_list("pk", flat=True)[0],
        "triage:backlog-imported entry": record(team.administrator, IMPORTED, service, keys={"1": done.reference}).pk,
        "practice": practice.pk,
        "into": right.pk,
        "contract": one(Contract, practice=practice, contracted=True, source="Larkfield list"),
        "member": team.physiotherapist.pk,
        "referrer": Referrer.objects.get(member=asking).pk,
        "program": one(Program, client_id="p", name="Larkfield program", contact="-", keys={"keys": []},
                       added_by=team.manager),
        "triage:end-practice-account member": staff.pk,
        "triage:practice-account-link member": staff.pk,
        "key": draft.key,
        "kept key": kept.key,
        "managers:export-file key": export.key,
        "file": one(DraftFile, draft=draft, name="a.txt", content=b"Ashcombe", sha256="0", size=1, text="Ashcombe"),
        "hold": one(RetentionHold, referral=done, reason="Ashcombe claims", by=team.manager),
        "glass": one(BrokenGlass, referral=danger, by=team.consultant, why="other", words="Ashcombe",
                     until=clock.now() + timedelta(hours=1)),
        "triage:answer-request asked": wanted("rectification"),
        # no rows: what is published, and parts of a page
        "service": service.slug, "step": "start", "criterion": "adult", "part": "patient", "name": "peg", "page": "1",
        "outcome": "delay", "audience": "gp",
        "triage:letter-in form": "html", "triage:sample-letter form": "plain-text",
        "patients:letter-in form": "plain-text",
    }  # fmt: skip
    for view in ("copy", "give-copy", "copy-file", "withdraw-request"):
        rows[f"triage:{view} asked"] = wanted("access")
    for view in ("triage:ers-sent", "triage:ers-not-sent", "exchange:ers-send"):
        rows[f"{view} dispatch"] = reply.pk
    drafted = PathwayDraft.objects.create(
        **by, name=service.slug, files={"service.yaml": DRAFTED}, started_by=team.manager,
        changed_by=team.manager
    )  # fmt: skip
    of_drafts = ("managers:draft-", "managers:edit", "managers:preview")
    rows |= {f"{view} key": drafted.key for view in access_table() if view.startswith(of_drafts)}
    rows |= {"place": "criteria/adult", "managers:edit-add place": "criteria", "kind": "question", "one": "adult"}
    rows["managers:draft key"] = drafted.key
    from_page = PathwayDraft.objects.create(
        **by, name="ashcombe", files={RECORD: '{"page": "Exclusions\\n- pacemaker", "answers": {}}'},
        started_by=team.manager, changed_by=team.manager,
    )  # fmt: skip
    rows |= {f"managers:new-service-{page} key": from_page.key for page in ("review", "clause")}
    rows["clause"] = "pacemaker"
    rows["version"] = pathway_in_force().pk
    rows["publication"] = one(
        PathwayPublication, version=pathway_in_force(), from_date=day + timedelta(days=300), files={},
        published_by=team.manager, approved_by=team.consultant,
    )  # fmt: skip

    for view in ("answering", "answering-page", "answering-later", "answering-check", "answering-sent"):
        rows[f"patients:{view} key"] = answers.key
    blind = ("second", "second-start", "second-give-back", "decide", "decide-details", "decide-letters")
    of = dict.fromkeys(("alert", "evidence", "item", "referrers:receipt", "triage:decide-letter-pdf"), danger.reference)
    of |= dict.fromkeys((f"triage:{name}" for name in blind), danger.reference)
    of |= dict.fromkeys(("form", "triage:answers", "triage:take-answers"), asked.reference)
    of |= {"triage:letter-in": done.reference, "triage:duplicate": done.reference}
    tried, run = _tried(team, danger, transcript)
    rows |= {"managers:simulate key": tried.key} | {
        f"managers:{view} key": run.key for view in ("simulation", "simulation-stop")
    }
    return World(
        service, other, rows, of, _users(team, gp), gp.user, partner.user, elsewhere.user,
        {"done": done, "danger": danger, "asked": asked},
    )  # fmt: skip


def _tried(team: Team, referral: Referral, transcript: Transcript) -> tuple[PathwayDraft, Simulation]:
    """A draft that was tried on a referral, whose words stand in what came of it."""
    by, day = {"service": team.service}, clock.today()
    draft = PathwayDraft.objects.create(
        **by, name=team.service.slug, files={}, label="Larkfield", started_by=team.manager, changed_by=team.manager
    )
    found = tally.Tally()
    found.add([("adult", "for", "mixed"), (f"{tally.ALERT}red_flag", "affirmed", "")], {}, partly=False)
    run = Simulation.objects.create(
        **by, draft=draft, draft_revision=1, before=pathway_in_force(), after_digest="0", after_label="1", since=day,
        until=day, started_by=team.manager, total=1, results={"open": tally.written(found)},
    )  # fmt: skip
    change = SimulationChange.objects.create(
        **by, simulation=run, referral=referral, criterion="adult", before="for", after="mixed"
    )
    SimulationQuote.objects.create(
        **by, change=change, side="before", transcript=transcript, quote="Mr Leonard Ashcombe", start=0, end=2, page=1,
        speaks="for",
    )  # fmt: skip
    SimulationAlert.objects.create(
        **by, simulation=run, referral=referral, kind="red_flag", before="affirmed", after="", transcript=transcript,
        quote="Mr Leonard Ashcombe", start=0, end=2, page=1,
    )  # fmt: skip
    return draft, run


def _users(team: Team, gp: Membership) -> dict[str, AbstractBaseUser]:
    """Somebody in each role, those who have the rows in hand where there is one."""
    have = {"administrator": team.administrator, "clinician": team.consultant, "manager": team.manager, REFERRER: gp}
    return people_of(team.service) | {role: member.user for role, member in have.items()}
