"""Another service, without code: its pathway is a draft of this one, and two people of this one agree on it.

The program may make no service (row-level security lets only the owner of the tables): one function of the database
does, for a draft that a lead submitted and a second person approves (`docs/decisions/0019-publishing.md`).
"""

from django.db import DatabaseError, IntegrityError, connection, transaction

from painpath import clock, pathway
from painpath.accounts import audit
from painpath.accounts.models import Membership, Service
from painpath.accounts.roles import CLINICIAN
from painpath.accounts.scope import scope
from painpath.pathway import Pathway
from painpath.referrals.models import PathwayDraft, PathwayPublication
from painpath.referrals.publishing.writing import write
from painpath.referrals.refusal import Refused


def check_name(name: str) -> None:
    """Raise `Refused` for the name of a pathway that is installed as a folder: its service is made by the owner."""
    if name in pathway.folders():
        raise Refused(f"A pathway called {name} is installed here already. Choose another name.")


@transaction.atomic
def found(*, draft: PathwayDraft, current: Pathway, by: Membership) -> PathwayPublication:
    """Make the service of a submitted draft: its publication, and the two people as they are here. Audited in both.

    `current` is what the draft compiles to; `drafting.approve` has checked both. Raises `Refused` when the name is
    taken, or a clinician's grade is none of the new pathway's; then nothing is made.
    """
    check_name(draft.name)
    lead = draft.submitted_by
    if lead is None:
        raise Refused("Nobody has asked for approval of this draft.")
    for one in (lead, by):
        if one.role == CLINICIAN and one.grade not in {grade.id for grade in current.grades}:
            raise Refused(
                f"{one.name} works here as “{one.grade}”, which is no grade of the new pathway. Add it to the draft, "
                "or let a manager do this."
            )
    service_id = _made(draft, by, current.service)
    audit.record(by, "service.found", draft, name=draft.name, service=service_id)
    with scope(service_id, by.user_id):
        service = Service.objects.get(pk=service_id)
        there = {one.pk: _same(one, service) for one in (lead, by)}
        made = write(draft, current, service_id=service_id, published_by=there[lead.pk], approved_by=there[by.pk])
        for one in there.values():
            audit.record(there[by.pk], "member.found", one, role=one.role, leads=one.leads)
        audit.record(there[by.pk], "service.found", service, publication=made.pk)
    return made


def _made(draft: PathwayDraft, by: Membership, called: str) -> int:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT painpath_found(%s, %s, %s)", [draft.pk, by.pk, called[:200]])
            return int(cursor.fetchone()[0])
    except IntegrityError:
        raise Refused(f"There is a service called {draft.name} already. Choose another name.") from None
    except DatabaseError as error:
        if "painpath_found:" not in str(error):
            raise
        raise Refused("The service could not be made: somebody’s access has changed. Open the draft again.") from None


def _same(one: Membership, service: Service) -> Membership:
    """The same person in the new service, as they are here."""
    return Membership.objects.create(
        service=service, user_id=one.user_id, role=one.role, grade=one.grade, job_title=one.job_title,
        registration=one.registration, contact=one.contact, leads=one.leads, started_at=clock.now(),
    )  # fmt: skip
