from django.db import migrations

COUNTED = """
CREATE OR REPLACE FUNCTION painpath_published() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE public.accounts_service SET publications = publications + 1 WHERE id = NEW.service_id;
    RETURN NULL;
END $$;
"""
"""As `0015_publishing` made it."""
NUMBERED = """
CREATE SEQUENCE referrals_publications AS integer;
SELECT setval('referrals_publications', coalesce(max(publications), 0) + 1, false) FROM accounts_service;
""" + COUNTED.replace("publications + 1", "nextval('public.referrals_publications')")
"""By this number every process knows what it has read. A count goes back when a transaction is rolled back, so that the
next publication would bear the number under which a process has read what never came to be. A sequence does not."""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0020_combination_states")]

    operations = [migrations.RunSQL(NUMBERED, f"{COUNTED} DROP SEQUENCE referrals_publications")]
