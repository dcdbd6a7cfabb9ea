"""A service whose patients would be known again wherever they stood: every identifying field holds words that nobody
else would write. They go through it by its own verbs, are counted and exported, and a draft is tried on them."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import F
from django.test import Client

from painpath import clock
from painpath.accounts.changing import set_lead
from painpath.accounts.models import Membership, User
from painpath.accounts.roles import LEAD
from painpath.directory.models import Practice, PracticeMember
from painpath.measuring import counting
from painpath.measuring.export import asking
from painpath.measuring.models import Count, PostcodeDecile, RecordExport
from painpath.pathway.drafting.answers import Answers
from painpath.referrals import restricting, tasks
from painpath.referrals.models import PathwayDraft, PathwayPublication, Patient, Referral, Simulation, SimulationAlert
from painpath.referrals.publishing import drafting, simulating, starting, tally
from tests.letters.posting import decide
from tests.managers.test_starting import PAGE
from tests.referrals.conftest import Team, make_referrer, make_team, sent_by, waiting_referral
from tests.referrals.test_publishing import noted, publish
from tests.robot import EMAIL, PHONE, POSTCODE

RECEIVED, TODAY = date(2026, 5, 12), date(2026, 11, 26)
"""In a half-year that has ended by the day of the walk: by group, figures are told of those alone."""
UBRN = "777000111222"
PERSON = {
    "title": "Quorrish", "given_name": "Zebulon", "family_name": "Quorrish", "nhs_number": "9990171228",
    "date_of_birth": date(1931, 2, 17), "address": "9 Quorrish Lane", "postcode": POSTCODE, "phone": PHONE,
    "email": EMAIL, "ethnicity": "White Quorrish", "language": "Quorrish", "interpreter": "Quorrish",
    "communication_needs": "Quorrish reads slowly", "safe_contact": "Never ring Quorrish", "proxy_name": "Zebulon",
    "proxy_relationship": "Quorrish sister", "proxy_authority": "Quorrish deputy",
}  # fmt: skip
LETTER = "Dear team,\n\nWrothgar Pemblesnook has had low back pain for 6 years.\n\nDr A Example\n"


@dataclass
class World:
    """A service with what its managers work on."""

    people: dict[str, Membership]
    drafts: dict[str, PathwayDraft]
    export: RecordExport
    run: Simulation
    publications: list[PathwayPublication]
    done: Referral
    shut: Referral
    """A restricted one."""
    references: re.Pattern[str]
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """A browser in which somebody of this role is signed in."""
        if role not in self.clients:
            self.clients[role] = Client()
            self.clients[role].force_login(self.people[role].user)
        return self.clients[role]


def furnished() -> World:
    """Referrals that were received long ago, counted; and drafts in every state, one tried on the referrals."""
    with clock.at(RECEIVED):
        team = make_team()
        set_lead(member=team.colleague, leads=True, by=team.administrator)
        lead = Membership.objects.select_related("user", "service").get(pk=team.colleague.pk)
        people = {"administrator": team.administrator, "clinician": team.consultant, "manager": team.manager}
        referrer = make_referrer("Dr Quenby Quorrish", checked_by=team.administrator, registration="Quorrish")
        given = {"ubrn": "", "route": "practitioner-letter", "referrer_name": "Dr Quenby Quorrish"}
        waiting = [waiting_referral(team, LETTER, referrer_email=EMAIL, **given) for _ in range(2)]
        Referral.objects.update(ubrn=UBRN, patient=waiting[0].patient)
        PostcodeDecile.objects.create(service=team.service, postcode="ZE99QQ", lsoa="E01", decile=4)
        Patient.objects.filter(pk=waiting[0].patient_id).update(**PERSON)
        Practice.objects.update(address="1 Quorrish Road", postcode=POSTCODE, phone=PHONE, email=EMAIL)
        desk = User.objects.create_user("desk@quorrish.example", "Zebulon Quorrish")
        PracticeMember.objects.create(
            service=team.service, practice=Practice.objects.get(), given_by=team.administrator, how_known="-",
            member=Membership.objects.create(service=team.service, user=desk, role="practice"),
        )  # fmt: skip
        done, shut = (sent_by(one, referrer) for one in waiting)
        decide(team, done)
        restricting.restrict(referral=shut, by=team.manager, why="staff", words="Zebulon Quorrish works here.")
    with clock.at(TODAY):
        counting.count_up(team.service)
        Count.objects.update(n=F("n") * 60)  # so that no small number is what hides them
        drafts = drafted(team, lead)
        run = simulating.start(what=drafts["open"], since=RECEIVED, until=TODAY, by=team.manager)
        tasks.simulate(service=run.service_id, simulation=run.pk)
        quote = run.changes.filter(referral=done).first().quotes.first()
        SimulationAlert.objects.create(
            service=team.service, simulation=run, referral=done, kind="red_flag", before="affirmed", after="",
            transcript=quote.transcript, quote=quote.quote, start=quote.start, end=quote.end, page=1,
        )  # fmt: skip
        run.refresh_from_db()
        counts = {name: tally.read(kept) for name, kept in run.results.items()}
        counts["open"].add([(f"{tally.ALERT}red_flag", "affirmed", "")], {}, partly=False)
        run.results = {name: tally.written(one) for name, one in counts.items()}
        run.save(update_fields=["results"])
        export = asking.ask(by=team.manager, why="A study", key=run.key)
    references = re.compile("|".join(re.escape(one) for one in Referral.objects.values_list("reference", flat=True)))
    publications = list(PathwayPublication.objects.order_by("pk"))
    return World(people | {LEAD: lead}, drafts, export, run, publications, done, shut, references)


def drafted(team: Team, lead: Membership) -> dict[str, PathwayDraft]:
    """In force today, to come, waiting for approval, open with another rule, and of another service."""

    def begun(label: str) -> PathwayDraft:
        return noted(drafting.start(by=team.manager), team.manager, label)

    for label, day in (("now", TODAY), ("soon", TODAY + timedelta(days=30))):
        publish(begun(label), lead, team.consultant, day)
    waits = drafting.submit(draft=begun("later"), from_date=TODAY + timedelta(days=60), words="-", by=lead)
    open_ = begun("open")
    rules = open_.files["evidence/few.yaml"].replace("speaks: for", "speaks: against", 1)
    open_ = drafting.change(
        draft=open_, files={"evidence/few.yaml": rules}, seen_revision=open_.revision, by=team.manager
    )
    said = Answers(service="Hillside pain clinic", team="the pain clinic")
    return {"waits": waits, "open": open_, "new": starting.begin(by=lead, page=PAGE, name="hillside", answers=said)}
