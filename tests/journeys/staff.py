"""People and papers for the journeys through the team door."""

import uuid
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath.accounts.models import Membership, Service, User
from painpath.accounts.scope import scope
from painpath.demo.files import make
from painpath.referrals import tasks
from tests.browsing import Visit

PASSWORD = "three random words"

LETTER = """Larkfield Medical Practice
Dr Annette Example, GP
4 November 2026

To the Pain Team                                   UBRN 0001 2345 6789

Mr Leonard ASHCOMBE   DOB 03/04/1966   NHS 999 000 0018   SO29 4WR

Thank you for seeing this 60 year old man with low back pain for 6 years. MRI in 2024 was normal and no further tests
are needed. He has tried amitriptyline, gabapentin and three courses of physiotherapy, without lasting benefit.

He currently has severe depression and there is no care plan in place. He is not suicidal.

He is keen to learn self-management. We have discussed your service, he has had the leaflet and agrees to be referred.
He drinks 4 units a week.

Yours sincerely
Dr Annette Example
"""


def signed_in(tab: Visit, user: User) -> None:
    """Give the browser a session of this user that was made on the server."""
    client = Client()
    client.force_login(user)
    tab.cookie(settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)


@dataclass(frozen=True)
class Staff:
    """A member of the team who can sign in."""

    membership: Membership

    @property
    def email(self) -> str:
        return self.membership.user.email

    def sign_in(self, tab: Visit) -> None:
        """Arrive on the worklist, signed in: by a session made on the server. `test_signing_in.py` does it by hand."""
        signed_in(tab, self.membership.user)
        tab.open("/").get_by_role("heading", name="Worklist").wait_for()


def hire(service_id: int, name: str, role: str, grade: str = "") -> Staff:
    """Somebody new in the service of the tests."""
    titles = {"consultant": "Consultant in pain medicine", "specialist_physiotherapist": "Specialist physiotherapist"}
    with scope(service_id):
        user = User.objects.create_user(f"{uuid.uuid4().hex[:12]}@example.nhs.uk", name, PASSWORD)
        membership = Membership.objects.create(
            service=Service.objects.get(), user=user, role=role, grade=grade, job_title=titles.get(grade, ""),
            registration="GMC 0000001" if grade else "", contact="01632 960111" if grade else "",
        )  # fmt: skip
        return Staff(Membership.objects.select_related("user").get(pk=membership.pk))


def letter_file(folder: Path, text: str = LETTER, form: str = "pdf") -> Path:
    """A letter as a real file."""
    from datetime import date

    content, name = make(text, form, name="Referral letter", on=date(2026, 11, 4))  # type: ignore[arg-type]
    path = folder / name
    path.write_bytes(content)
    return path


def let_the_worker_work() -> int:
    """Do what is queued, as the worker does beside the web server. Gives how many jobs there were."""
    jobs = list(ProcrastinateJob.objects.filter(status="todo", task_name="referrals.read"))
    for job in jobs:
        tasks.read(**job.args)
    return len(jobs)
