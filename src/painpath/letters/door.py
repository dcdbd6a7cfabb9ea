"""The door for practitioners without an account: a reference, then a one-time code, then that one referral.

A stranger learns nothing: whatever reference is typed, the same is queued and the same is said. How often somebody may
try is counted in the database, for the site has several web processes. References have 38 random bits and codes as many
again, so the limits are there to keep the post from being flooded and the tries out of the log of attacks.
"""

from datetime import timedelta

from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from painpath import clock
from painpath.accounts.audit import Process
from painpath.accounts.models import Service
from painpath.accounts.roles import PATIENT, REFERRER
from painpath.letters import codes, tasks
from painpath.letters.models import Knock
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused
from painpath.referrals.theirs import may_have_code

WITH_CODE, PATIENT_WITH_CODE = "referrer by one-time code", "patient by one-time code"
"""Who acts, on record, when somebody came with a code."""
DOOR = "code door"
"""The process that asks for a code when a reference was typed."""

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BY_ADDRESS = {"reference": 20, "code": 30}
"""How many references, and codes, may be typed from one network address in an hour. A setting of ours: a whole practice
or hospital may share one address, and five people who mistype twice must not lock each other out."""
BY_REFERENCE = {"reference": 3, "code": 10}
"""The same for one reference, whoever types it. Three codes an hour are more than anybody can use; a fourth may be a
stranger, who would void the one that is under way."""


class TooOften(Exception):
    """Somebody has tried too often from here: wait an hour."""


@transaction.atomic
def knock(*, service: Service, what: str, address: str, counted: str, door: str = "", limit: int | None = None) -> bool:
    """Count one try; tells whether `counted`, the reference or what holds it, may still be tried. Raises `TooOften` for
    the network address.

    Each `door` counts for itself; `limit` is how often one may be tried there in an hour (`BY_REFERENCE`).
    The count is held against parallel tries, and is kept when the caller's transaction commits: answer with a page, not
    with an error.
    """
    now = clock.now()
    mine, its = _who(service, f"{door}address", address), _who(service, f"{door}reference", counted)
    for who in sorted((mine, its)):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"knock {who}"])
    Knock.objects.filter(service_id=service.pk, at__lt=now - DAY).delete()
    recent = Knock.objects.filter(service_id=service.pk, what=what, at__gt=now - HOUR)
    if recent.filter(who=mine).count() >= BY_ADDRESS[what]:
        raise TooOften
    tried = recent.filter(who=its).count()
    Knock.objects.bulk_create(Knock(service_id=service.pk, who=who, what=what, at=now) for who in (mine, its))
    return tried < (BY_REFERENCE[what] if limit is None else limit)


def ask_for_code(*, service: Service, reference: str, address: str) -> None:
    """Somebody typed a reference: whatever it is, the same job is queued, and the answer is the same.

    `address` is the network address. Raises `TooOften`.
    """
    if knock(service=service, what="reference", address=address, counted=reference):
        tasks.code_later(service, reference)


@transaction.atomic
def send_code(*, service: Service, reference: str) -> bool:
    """Send a code to the referrer of the referral with this reference, if there is one and a code may go to them."""
    referral = _found(service, reference)
    if referral is None or not may_have_code(referral.referrer):
        return False
    try:
        codes.issue_code(referral=referral, to="referrer", by=Process(service, DOOR))
    except Refused:
        return False
    return True


def try_code(*, service: Service, reference: str, code: str, address: str) -> Referral | None:
    """The referral that this code opens; None for anything else, and the caller says `codes.NOT_RIGHT`, nothing more.

    Raises `TooOften`. The code is used up.
    """
    may = knock(service=service, what="code", address=address, counted=reference)
    referral = _found(service, reference) if may else None
    if referral is None or not may_have_code(referral.referrer):
        codes.look_like(code)
        return None
    by = Process(service, DOOR)
    return referral if codes.check_code(referral=referral, to="referrer", code=code, by=by) else None


def holder(service: Service, referral: int, role: str = REFERRER) -> Process:
    """Who acts from now on: the referrer, or the patient, of this one referral."""
    return Process(service, PATIENT_WITH_CODE if role == PATIENT else WITH_CODE, role=role, only=referral)


def _found(service: Service, reference: str) -> Referral | None:
    people = Referral.objects.select_related("patient", "referrer__member", "pathway_version", "service")
    return people.defer("pathway_version__content").filter(service_id=service.pk, reference=reference).first()


def _who(service: Service, kind: str, value: str) -> str:
    return salted_hmac(f"painpath.letters.door.{kind}.{service.pk}", value, algorithm="sha256").hexdigest()
