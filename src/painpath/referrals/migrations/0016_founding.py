from django.db import migrations

FOUND = """
CREATE FUNCTION painpath_found(asked bigint, agreed bigint, called text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    here bigint := nullif(current_setting('painpath.service', true), '')::bigint;
    draft public.referrals_pathwaydraft; made bigint;
BEGIN
    IF here IS NULL THEN RAISE EXCEPTION 'painpath_found: no service is in scope'; END IF;
    SELECT * INTO draft FROM public.referrals_pathwaydraft WHERE id = asked AND service_id = here FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'painpath_found: this service has no such draft'; END IF;
    IF draft.state <> 'submitted' THEN RAISE EXCEPTION 'painpath_found: nobody asked for approval'; END IF;
    IF draft.name !~ '^[a-z0-9]+(-[a-z0-9]+)*$' OR length(draft.name) > 50 OR draft.name = 'shared'
    THEN RAISE EXCEPTION 'painpath_found: this is no name for a service'; END IF;
    IF called IS NULL OR length(called) NOT BETWEEN 1 AND 200
    THEN RAISE EXCEPTION 'painpath_found: the service needs a name of at most 200 characters'; END IF;
    IF NOT EXISTS (SELECT FROM public.accounts_membership WHERE id = draft.submitted_by_id AND service_id = here
        AND ended_at IS NULL AND leads)
    THEN RAISE EXCEPTION 'painpath_found: whoever asked does not lead this service'; END IF;
    IF NOT EXISTS (SELECT FROM public.accounts_membership WHERE id = agreed AND service_id = here AND ended_at IS NULL
        AND (leads OR role IN ('clinician', 'manager')) AND user_id <> (
            SELECT user_id FROM public.accounts_membership WHERE id = draft.submitted_by_id))
    THEN RAISE EXCEPTION 'painpath_found: a second person who may is needed'; END IF;
    INSERT INTO public.accounts_service (slug, name, publications) VALUES (draft.name, called, 0) RETURNING id INTO made;
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION painpath_found(bigint, bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION painpath_found(bigint, bigint, text) TO painpath_app;
CREATE FUNCTION painpath_published_slugs() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT slug FROM public.accounts_service WHERE publications > 0 ORDER BY slug
$$;
REVOKE ALL ON FUNCTION painpath_published_slugs() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION painpath_published_slugs() TO painpath_app;
"""
"""The first makes a service of a draft that two people of another agreed on, and checks that by itself: the program may
make none. The second names the services that have published, which anybody may know."""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0015_publishing")]

    operations = [
        migrations.RunSQL(
            FOUND,
            "DROP FUNCTION painpath_published_slugs(); DROP FUNCTION painpath_found(bigint, bigint, text)",
        ),
    ]
