"""Seal what the audit holds: `docs/decisions/0015-audit-chain.md` says why so."""

import hmac
from collections.abc import Iterator

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Q
from django.utils.crypto import salted_hmac

from painpath import clock
from painpath.accounts.audit_chain import Entry, Head, leaf
from painpath.accounts.models import AuditEntry, AuditSeal, Service

BEFORE = Q(written_in=None)
"""Entries from before the chain began."""
_SALT = "painpath.accounts.audit_seal"
_AT_ONCE = 5000


def entries(service_id: int, which: Q) -> Iterator[Entry]:
    """The service's entries of a kind, by their numbers, read as they are asked for."""
    rows = AuditEntry.objects.filter(which, service_id=service_id).order_by("pk").values_list(*Entry._fields)
    return map(Entry._make, rows.iterator(chunk_size=_AT_ONCE))


def written(on: int | None, since: int | None, until: int | None) -> Q:
    """What belongs to a seal: written on one PostgreSQL by a transaction of a range; without one, before the chain."""
    if until is None:
        return BEFORE
    return Q(written_on=on, written_in__gte=since, written_in__lt=until)


def head(seal: AuditSeal) -> Head:
    """What the digest of `seal` has to be made of."""
    values = {name: getattr(seal, name) for name in Head._fields if name != "leaves"}
    return Head(**values, leaves=bytes(seal.leaves))


def is_ours(seal: AuditSeal) -> bool:
    """Whether the site's key, or the one before it, signed the seal's digest."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(_mac(seal.digest, key), seal.mac) for key in keys)


def seal(service: Service) -> list[AuditSeal]:
    """Seal each entry whose transaction can have no more to say, in the service's scope; the new seals, or none.

    Nobody who writes is waited for, and nobody waits: a transaction that is under way keeps what it and any later one
    writes out of this seal, and is in the next. Two sealers of one service take turns.
    """
    with transaction.atomic():
        here, horizon = _horizon(service.pk)
        last = AuditSeal.objects.filter(service=service).order_by("number").last()
        made = []
        if last is None:  # also where there is nothing: what turns up there later was put there
            last = _made(service, None, None, None, None)
            made.append(last)
        for on in _written_on(service):
            done = AuditSeal.objects.filter(service=service, written_on=on).aggregate(until=Max("until"))["until"]
            since = done or 0
            until = horizon if on == here else _end(service, on)
            if AuditEntry.objects.filter(written(on, since, until), service=service).exists():
                last = _made(service, last, on, since, until)
                made.append(last)
        return made


def _made(service: Service, last: AuditSeal | None, on: int | None, since: int | None, until: int | None) -> AuditSeal:
    leaves = b"".join(map(leaf, entries(service.pk, written(on, since, until))))
    made = AuditSeal(
        service=service, number=last.number + 1 if last else 1, made_at=clock.now(), written_on=on, since=since,
        until=until, leaves=leaves, previous=last.digest if last else "",
    )  # fmt: skip
    made.digest = head(made).digest()
    made.mac = _mac(made.digest, settings.SECRET_KEY)
    made.save(force_insert=True)
    return made


def _mac(digest: str, key: str) -> str:
    return salted_hmac(_SALT, digest, secret=key, algorithm="sha256").hexdigest()


def _horizon(service_id: int) -> tuple[int, int]:
    """This PostgreSQL, and the first transaction that may still be under way: all below have ended, and what they wrote
    is seen by the next statement. Taken when no other sealer of the service is at work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"painpath.audit_seal {service_id}"])
        cursor.execute(
            "SELECT system_identifier, pg_snapshot_xmin(pg_current_snapshot())::text::bigint FROM pg_control_system()"
        )
        here, horizon = cursor.fetchone()
    return here, horizon


def _written_on(service: Service) -> Iterator[int]:
    """Each PostgreSQL that wrote entries of the service: more than one after it was restored elsewhere."""
    rows = AuditEntry.objects.filter(service=service, written_on__isnull=False).order_by("written_on")
    found = rows.values_list("written_on", flat=True)
    on = found.first()
    while on is not None:
        yield on
        on = found.filter(written_on__gt=on).first()


def _end(service: Service, on: int) -> int:
    """After the last entry that another PostgreSQL wrote: nothing is under way there that could still come here."""
    found = AuditEntry.objects.filter(service=service, written_on=on).aggregate(last=Max("written_in"))["last"]
    return int(found) + 1
