"""What makes a referral stale: triggers on the tables that are counted, in the transaction of the change itself.

No verb has to remember it, nor has whoever corrects a row by hand. A change that changes nothing counted leaves no
trace: a second press of the same button must not either. Made after `migrate`, as they are here; a migration that takes
away a watched column is refused by PostgreSQL until it is watched no more.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction

WATCHED: dict[str, tuple[str, str]] = {
    "referrals_referral": ("id", "patient_id practice_id referrer_id route state received_at follows_id"),
    "referrals_transition": ("referral_id", ""),
    "referrals_decision": ("referral_id", ""),
    "referrals_informationrequest": ("referral_id", "asked_at questionnaire items"),
    "referrals_signpostfollowup": ("referral_id", "asked_at got_there"),
    "referrals_answering": ("referral_id", "sent_at channel request_id"),
    "referrals_screeningrun": ("referral_id", ""),
    "referrals_secondscreening": ("referral_id", "finished_at by_id run_id"),
    "letters_letter": ("referral_id", ""),
    "letters_dispatch": ("referral_id", "state sent_at delivered_at letter_id channel"),
}
"""Table -> the column with the referral, and the columns whose change counts; none where rows are only ever added."""

PERSON = (
    "date_of_birth sex ethnicity language interpreter needs letter_format communication_needs needs_checked_on "
    "postcode nhs_number"
)
"""What groups are made of, and what the page of missing things looks for."""

_FUNCTIONS = """
CREATE OR REPLACE FUNCTION measuring_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        EXECUTE format('INSERT INTO measuring_stale (service_id, referral) SELECT DISTINCT service_id, %1$I FROM added',
            TG_ARGV[0]);
    ELSE
        EXECUTE format('INSERT INTO measuring_stale (service_id, referral) SELECT $1.service_id, $1.%1$I', TG_ARGV[0])
            USING NEW;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION measuring_mark_followed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before bigint := CASE WHEN TG_OP = 'UPDATE' THEN OLD.follows_id END;
BEGIN
    INSERT INTO measuring_stale (service_id, referral)
        SELECT DISTINCT NEW.service_id, followed FROM unnest(ARRAY[NEW.follows_id, before]) AS f(followed)
        WHERE followed IS NOT NULL;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION measuring_mark_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO measuring_stale (service_id, referral)
        SELECT service_id, id FROM referrals_referral WHERE patient_id = NEW.id;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION measuring_mark_sender() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO measuring_stale (service_id, referral)
        SELECT service_id, id FROM referrals_referral WHERE referrer_id = NEW.id;
    RETURN NULL;
END $$;
"""


def _differ(columns: str) -> str:
    old, new = (", ".join(f"{side}.{one}" for one in columns.split()) for side in ("OLD", "NEW"))
    return f"ROW({old}) IS DISTINCT FROM ROW({new})"


def _triggers() -> Iterator[str]:
    """One statement for each."""
    make = "CREATE OR REPLACE TRIGGER"
    for table, (column, columns) in WATCHED.items():
        yield (
            f"{make} counted_added AFTER INSERT ON {table} REFERENCING NEW TABLE AS added "
            f"FOR EACH STATEMENT EXECUTE FUNCTION measuring_mark('{column}')"
        )
        if columns:
            yield (
                f"{make} counted_changed AFTER UPDATE ON {table} FOR EACH ROW WHEN ({_differ(columns)}) "
                f"EXECUTE FUNCTION measuring_mark('{column}')"
            )
    yield (
        f"{make} counted_followed_added AFTER INSERT ON referrals_referral FOR EACH ROW "
        "WHEN (NEW.follows_id IS NOT NULL) EXECUTE FUNCTION measuring_mark_followed()"
    )
    yield (
        f"{make} counted_followed_changed AFTER UPDATE ON referrals_referral FOR EACH ROW "
        f"WHEN ({_differ('follows_id state received_at')}) EXECUTE FUNCTION measuring_mark_followed()"
    )
    yield (
        f"{make} counted_changed AFTER UPDATE ON referrals_patient FOR EACH ROW "
        f"WHEN ({_differ(PERSON)}) EXECUTE FUNCTION measuring_mark_person()"
    )
    yield (
        f"{make} counted_changed AFTER UPDATE ON directory_referrer FOR EACH ROW "
        f"WHEN ({_differ('practice_id')}) EXECUTE FUNCTION measuring_mark_sender()"
    )


def make_triggers(sender: AppConfig, using: str, **_: Any) -> None:
    """After `migrate`, where they are not as they are here: make them, and mark what is on record already.

    Each in a transaction of its own, for it waits for whoever writes into the table; the mark of all comes last, when
    whatever is written meanwhile marks itself.
    """
    if sender.label != "measuring":
        return
    statements = [_FUNCTIONS, *_triggers()]
    known_by = hashlib.sha256("".join(statements).encode()).hexdigest()
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('measuring_stale'), obj_description(to_regproc('measuring_mark'), 'pg_proc')"
        )
        table, made = cursor.fetchone()
        if table is None or made == known_by:
            return
        for statement in statements:
            with transaction.atomic(using=using):
                cursor.execute(statement)
        with transaction.atomic(using=using):
            cursor.execute(
                "INSERT INTO measuring_stale (service_id, referral) SELECT service_id, id FROM referrals_referral"
            )
            cursor.execute(f"COMMENT ON FUNCTION measuring_mark() IS '{known_by}'")
