"""Everything is stale: what counts are made of has changed beside the record."""

from django.db import connection, transaction

from painpath.accounts.models import Service


@transaction.atomic
def mark_all(service: Service) -> None:
    """Have every referral of this service counted again, inside its scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO measuring_stale (service_id, referral) SELECT service_id, id FROM referrals_referral"
            " WHERE service_id = %s ORDER BY id",
            [service.pk],
        )
