"""The patients' door: a reference, a date of birth and a one-time code open that one referral.

A stranger learns nothing: whatever is typed, the same is queued and the same is said. The date of birth goes nowhere
but into a keyed hash (`proof`), which is compared with that of the record by the job that sends a code, and again when
the code is tried: a letter with a code that somebody else opens is of no use to them. How often somebody may try is
counted as at the referrers' door (`door.knock`), apart from it, and for the reference with the date of birth: whoever
knows the reference alone, from a letter that lies about, can use up nobody's tries but their own.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.crypto import constant_time_compare, salted_hmac

from painpath import clock
from painpath.accounts.audit import Actor, Process
from painpath.accounts.models import Membership, Service
from painpath.letters import codes, tasks
from painpath.letters.channels import BY_POST, channel_for
from painpath.letters.door import knock
from painpath.letters.models import DispatchState, OneTimeCode
from painpath.referrals import pathways
from painpath.referrals.arriving.contacts import has_died
from painpath.referrals.models import Referral
from painpath.referrals.moves import check_current
from painpath.referrals.refusal import Refused
from painpath.referrals.theirs import patient_may_open
from painpath.referrals.transitions import STAFF, State

DOOR = "patients' code door"
"""The process that asks for a code when somebody typed a reference and a date of birth."""
_COUNTED = "patient "
BY_PROOF = {"reference": 5, "code": 10}
"""How often one reference may be tried in an hour with one date of birth: five codes are more than anybody can use, and
each code has tries of its own besides (`notices.codes.tries`). To guess a date of birth is worth nothing, since a code
goes to the patient alone, and with a wrong one no code is compared with anything."""
ON_ITS_WAY = timedelta(days=3)
"""A code in the post is not made void by asking again before it can have arrived: second class post takes up to three
working days, and a new letter would only take as long again."""


def proof(service: Service, reference: str, born: date) -> str:
    """What stands for a date of birth in a queue or a session: worth nothing without the site's secret key."""
    words = f"{service.pk} {reference} {born.isoformat()}"
    return salted_hmac("painpath.letters.patients_door.born", words, algorithm="sha256").hexdigest()


def ask_for_code(*, service: Service, reference: str, proof: str, address: str) -> None:
    """Somebody typed a reference and a date of birth: whatever they are, the same job is queued, with ids and the proof
    only. `address` is the network address. Raises `TooOften`.
    """
    limit = BY_PROOF["reference"]
    if knock(service=service, what="reference", address=address, counted=proof, door=_COUNTED, limit=limit):
        tasks.patient_code_later(service, reference, proof)


@transaction.atomic
def send_code(*, service: Service, reference: str, proof: str) -> bool:
    """Send a code to the patient, by the channel that `channel_for` says, if reference and date of birth are right.

    Nothing goes about a referral that was closed in error, nor to somebody who has died.
    """
    referral = _found(service, reference)
    if referral is None or not _is_right(referral, proof) or _is_in_the_post(referral):
        return False
    try:
        codes.issue_code(referral=referral, to="patient", by=Process(service, DOOR))
    except Refused:
        return False
    return True


def try_code(*, service: Service, reference: str, proof: str, code: str, address: str) -> Referral | None:
    """The referral that these three open; None for anything else, and the caller says `codes.NOT_RIGHT`, nothing more.

    Raises `TooOften`. The code is used up. With a wrong date of birth no try of the code is: nobody can spoil it so.
    """
    limit = BY_PROOF["code"]
    may = knock(service=service, what="code", address=address, counted=proof, door=_COUNTED, limit=limit)
    referral = _found(service, reference)
    if not may or referral is None or not _is_right(referral, proof):
        codes.look_like(code)
        return None
    by = Process(service, DOOR)
    return referral if codes.check_code(referral=referral, to="patient", code=code, by=by) else None


def with_letter(referral: Referral, outcome: str, *, by: Actor) -> OneTimeCode | None:
    """A code by post beside the letter of a decision, for whom no e-mail or text reaches: no second wait for it.

    None where the pathway does not want it after this outcome, and for whom it would be of no use.
    """
    patient = referral.patient
    wanted = outcome in pathways.of(referral.pathway_version).notices.codes.with_letters
    if not wanted or patient is None or patient.date_of_birth is None or channel_for(referral, texts=True) != "print":
        return None
    return codes.issue_code(referral=referral, to="patient", by=by)


def check_asked(referral: Referral, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may send this patient a code, and they could use it."""
    if by.role not in STAFF:
        raise Refused("Only an administrator or a clinician can send a code.")
    check_current(by)
    if referral.patient is None or not patient_may_open(referral, died=has_died(referral.patient)):
        raise Refused("This referral shows its patient nothing, so a code would be of no use.")
    if referral.patient.date_of_birth is None:
        raise Refused("Add the date of birth first: a code is used with it.")


@transaction.atomic
def send_asked(*, referral: Referral, by: Membership) -> OneTimeCode:
    """Somebody of the team sends the patient a code, who has asked for one on the phone. Nobody of the team sees it."""
    check_asked(referral, by=by)
    return codes.issue_code(referral=referral, to="patient", by=by)


def _found(service: Service, reference: str) -> Referral | None:
    people = Referral.objects.select_related("patient", "pathway_version", "service").defer("pathway_version__content")
    died = Referral.objects.filter(patient=OuterRef("patient"), state=State.DECEASED)
    found = people.annotate(died=Exists(died)).filter(service_id=service.pk, reference=reference)
    referral = found.first()
    return referral if referral is not None and patient_may_open(referral, died=referral.died) else None


def _is_right(referral: Referral, given: str) -> bool:
    born = referral.patient.date_of_birth if referral.patient else None
    own = proof(referral.service, referral.reference, born or date.min)
    return constant_time_compare(own, given) and born is not None


def _is_in_the_post(referral: Referral) -> bool:
    since = clock.now() - ON_ITS_WAY
    alive = OneTimeCode.objects.filter(
        referral=referral, to="patient", used_at__isnull=True, expires_at__gt=clock.now(), made_at__gt=since,
        tries__lt=pathways.of(referral.pathway_version).notices.codes.tries, dispatch__channel__in=BY_POST,
    )  # fmt: skip
    on_its_way = (DispatchState.QUEUED, DispatchState.HELD, DispatchState.SENT, DispatchState.DELIVERED)
    return alive.filter(dispatch__state__in=on_its_way).exists()
