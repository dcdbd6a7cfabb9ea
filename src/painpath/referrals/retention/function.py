"""The only way in which a record is destroyed: a function of the database that belongs to its owner.

The program's role may not delete from tables that are only ever added to, and nothing here changes that: it may call
this one function, which itself checks the service, two people, the state, the day, holds and links, and refuses else.
Made of the rules anew after every `migrate`, so that it never lags behind the tables. Why: docs/decisions/0016.
"""

from typing import Any

from django.apps import AppConfig, apps
from django.db import connections
from django.db.models import ForeignKey, Model

from painpath.accounts.row_level_security import APP_ROLE
from painpath.referrals.retention.rules import DESTROYED
from painpath.referrals.transitions import ENDED

NAME = "painpath_destroy"

_BODY = """
CREATE OR REPLACE FUNCTION {name}(asked bigint, agreed bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $painpath$
#variable_conflict use_column
DECLARE
    here bigint := nullif(current_setting('painpath.service', true), '')::bigint;
    today date := (now() AT TIME ZONE 'Europe/London')::date;
    request record; one record; ids bigint[]; docs bigint[]; persons bigint[]; batches bigint[]; forms bigint[];
    records jsonb; counts jsonb := '{{}}'; gone bigint; certificate bigint;
BEGIN
    IF here IS NULL THEN RAISE EXCEPTION 'painpath_destroy: no service is in scope'; END IF;
    SELECT * INTO request FROM referrals_destructionrequest WHERE id = asked AND service_id = here FOR UPDATE;
    IF NOT FOUND THEN RAISE EXCEPTION 'painpath_destroy: this service has no such request'; END IF;
    IF request.closed_at IS NOT NULL THEN RAISE EXCEPTION 'painpath_destroy: the request is closed'; END IF;
    IF (SELECT count(DISTINCT user_id) FROM accounts_membership WHERE id IN (request.asked_by_id, agreed)
        AND service_id = here AND ended_at IS NULL AND ({may_keep})) <> 2
    THEN RAISE EXCEPTION 'painpath_destroy: two people who may are needed'; END IF;

    SELECT array_agg(referral_id ORDER BY referral_id) INTO ids
        FROM referrals_destructionmember WHERE request_id = asked AND service_id = here;
    IF ids IS NULL THEN RAISE EXCEPTION 'painpath_destroy: the request names no referral'; END IF;
    PERFORM 1 FROM referrals_referral WHERE id = ANY(ids) ORDER BY id FOR UPDATE;
    FOR one IN SELECT r.id, r.reference, r.state, r.state_since, r.service_id, v.due_on
        FROM referrals_referral r LEFT JOIN referrals_retentionreview v ON v.referral_id = r.id WHERE r.id = ANY(ids)
    LOOP
        IF one.service_id <> here
        THEN RAISE EXCEPTION 'painpath_destroy: % is of another service', one.reference; END IF;
        IF one.state NOT IN ({ended}) THEN RAISE EXCEPTION 'painpath_destroy: % is open', one.reference; END IF;
        IF one.due_on IS NULL OR one.due_on > today OR one.state_since > now() - interval '1 year'
        THEN RAISE EXCEPTION 'painpath_destroy: % is not due', one.reference; END IF;
    END LOOP;
    IF EXISTS (SELECT FROM referrals_retentionhold WHERE referral_id = ANY(ids) AND ended_at IS NULL
        AND (until IS NULL OR until >= today)) THEN RAISE EXCEPTION 'painpath_destroy: it is on hold'; END IF;
    IF EXISTS (SELECT FROM referrals_referral WHERE (id = ANY(ids) AND NOT follows_id = ANY(ids))
            OR (follows_id = ANY(ids) AND NOT id = ANY(ids)))
        OR EXISTS (SELECT FROM referrals_merge WHERE (duplicate_id = ANY(ids) AND NOT into_id = ANY(ids))
            OR (into_id = ANY(ids) AND NOT duplicate_id = ANY(ids)))
    THEN RAISE EXCEPTION 'painpath_destroy: a referral that is linked to it is missing'; END IF;
    IF EXISTS (SELECT FROM letters_dispatch WHERE referral_id = ANY(ids) AND state IN ('held', 'queued'))
    THEN RAISE EXCEPTION 'painpath_destroy: something about it waits to be sent'; END IF;

    SELECT jsonb_agg(jsonb_build_object('reference', r.reference, 'class', v.retention_class, 'state', r.state,
        'received', (r.received_at AT TIME ZONE 'Europe/London')::date,
        'ended', (r.state_since AT TIME ZONE 'Europe/London')::date, 'due', v.due_on) ORDER BY r.id) INTO records
        FROM referrals_referral r JOIN referrals_retentionreview v ON v.referral_id = r.id WHERE r.id = ANY(ids);
    WITH RECURSIVE from_there(id) AS (
        SELECT id FROM referrals_document d WHERE referral_id = ANY(ids)  -- what is another person's leads nowhere
            AND NOT EXISTS (SELECT FROM referrals_quarantine q WHERE q.document_id = d.id)
        UNION  -- by however many wrong places it came
        SELECT d.id FROM from_there f JOIN referrals_document c ON c.id = f.id
            JOIN referrals_document d ON d.id = c.copied_from_id JOIN referrals_quarantine q ON q.document_id = d.id
    ) SELECT coalesce(array_agg(id), '{{}}') INTO docs FROM referrals_document
        WHERE referral_id = ANY(ids) OR id IN (SELECT id FROM from_there);
    SELECT coalesce(array_agg(DISTINCT patient_id) FILTER (WHERE patient_id IS NOT NULL), '{{}}') INTO persons
        FROM referrals_referral WHERE id = ANY(ids);
    SELECT coalesce(array_agg(DISTINCT batch_id) FILTER (WHERE batch_id IS NOT NULL), '{{}}') INTO batches
        FROM letters_dispatch WHERE referral_id = ANY(ids);
    SELECT coalesce(array_agg(f.id), '{{}}') INTO forms FROM accounts_keptform f WHERE f.service_id = here AND (
        EXISTS (SELECT FROM referrals_referral r WHERE r.id = ANY(ids)
            AND (f.path LIKE '%' || r.reference || '%' OR f.fields::text LIKE '%' || r.reference || '%'))
        -- A form that nobody came back to may name the person, or hold their letter, and no reference yet.
        OR (f.kept_at < now() - interval '30 days' AND (
            EXISTS (SELECT FROM referrals_patient p WHERE p.id = ANY(persons)
                AND NOT EXISTS (SELECT FROM referrals_referral o WHERE o.patient_id = p.id AND NOT o.id = ANY(ids))
                AND ((p.nhs_number <> '' AND strpos(replace(f.fields::text, ' ', ''), p.nhs_number) > 0)
                    OR (p.family_name <> '' AND strpos(lower(f.fields::text), lower(p.family_name)) > 0
                        AND p.given_name <> '' AND strpos(lower(f.fields::text), lower(p.given_name)) > 0)))
            OR EXISTS (SELECT FROM accounts_keptfile k JOIN referrals_document d
                ON d.sha256 = encode(sha256(k.content), 'hex') WHERE k.form_id = f.id AND d.id = ANY(docs)))));

    DELETE FROM exchange_representation p USING referrals_referral r
        WHERE r.id = ANY(ids) AND p.service_id = here AND p.content::text LIKE '%' || r.reference || '%';
    GET DIAGNOSTICS gone = ROW_COUNT; counts := counts || jsonb_build_object('exchange_representation', gone);
    UPDATE referrals_document SET copied_from_id = NULL WHERE copied_from_id = ANY(docs) AND NOT id = ANY(docs);
    UPDATE referrals_answering SET scan_id = NULL WHERE scan_id = ANY(docs) AND NOT referral_id = ANY(ids);
    UPDATE letters_printbatch SET pdf = '' WHERE id = ANY(batches);
    GET DIAGNOSTICS gone = ROW_COUNT; counts := counts || jsonb_build_object('letters_printbatch', gone);
    DELETE FROM accounts_keptfile WHERE form_id = ANY(forms);
    GET DIAGNOSTICS gone = ROW_COUNT; counts := counts || jsonb_build_object('accounts_keptfile', gone);
    DELETE FROM accounts_keptform WHERE id = ANY(forms);
    GET DIAGNOSTICS gone = ROW_COUNT; counts := counts || jsonb_build_object('accounts_keptform', gone);
    DELETE FROM accounts_search WHERE service_id = here;
{deletes}
    DELETE FROM referrals_document WHERE id = ANY(docs);
    GET DIAGNOSTICS gone = ROW_COUNT; counts := counts || jsonb_build_object('referrals_document', gone);
    DELETE FROM referrals_destructionrequest q WHERE service_id = here
        AND NOT EXISTS (SELECT FROM referrals_destructionmember m WHERE m.request_id = q.id);
    GET DIAGNOSTICS gone = ROW_COUNT; counts := counts || jsonb_build_object('referrals_destructionrequest', gone);
    DELETE FROM referrals_referral WHERE id = ANY(ids);
    GET DIAGNOSTICS gone = ROW_COUNT; counts := counts || jsonb_build_object('referrals_referral', gone);
    SELECT coalesce(array_agg(p.person), '{{}}') INTO persons FROM unnest(persons) AS p(person)
        WHERE NOT EXISTS (SELECT FROM referrals_referral r WHERE r.patient_id = p.person);
    DELETE FROM referrals_confirmedcontact WHERE patient_id = ANY(persons);
    GET DIAGNOSTICS gone = ROW_COUNT; counts := counts || jsonb_build_object('referrals_confirmedcontact', gone);
    DELETE FROM referrals_patient WHERE id = ANY(persons);
    GET DIAGNOSTICS gone = ROW_COUNT; counts := counts || jsonb_build_object('referrals_patient', gone);
    SET CONSTRAINTS ALL IMMEDIATE;  -- whatever still points to what is gone undoes the whole, here
    SET CONSTRAINTS ALL DEFERRED;

    INSERT INTO referrals_destructioncertificate
        (service_id, records, asked_by_id, asked_at, agreed_by_id, agreed_at, counts)
        VALUES (here, records, request.asked_by_id, request.asked_at, agreed, now(), counts)
        RETURNING id INTO certificate;
    RETURN certificate;
END $painpath$;
REVOKE ALL ON FUNCTION {name}(bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION {name}(bigint, bigint) TO {role};
"""


def sql() -> str:
    """The function, as it is with the tables of now."""
    ended = ", ".join(f"'{state.value}'" for state in sorted(ENDED))
    return _BODY.format(name=NAME, role=APP_ROLE, ended=ended, may_keep="role = 'manager' OR leads", deletes=_deletes())


def _deletes() -> str:
    """Children before what they hang on, since that is how they are found."""
    rules = [(apps.get_model(label), paths) for label, paths in DESTROYED.items()]
    rules.sort(key=lambda rule: -max(path.count("__") for path in rule[1]))
    # What is found by way of a document has to go before transcripts do, and those before documents.
    rules.sort(key=lambda rule: rule[0]._meta.label == "referrals.Transcript")
    lines = []
    for model, paths in rules:
        table = model._meta.db_table
        where = " OR ".join(_leads(model, path) for path in paths)
        lines.append(f"    DELETE FROM {table} WHERE {where};")  # noqa: S608 - names of our own tables
        lines.append(f"    GET DIAGNOSTICS gone = ROW_COUNT; counts := counts || jsonb_build_object('{table}', gone);")
    return "\n".join(lines)


def _leads(model: type[Model], path: str) -> str:
    """The condition by which rows of `model` lead along `path` to what is destroyed."""
    name, _, rest = path.partition("__")
    field = model._meta.get_field(name)
    if not isinstance(field, ForeignKey):
        raise TypeError(f"{model._meta.label}.{name} is no foreign key")
    to = field.related_model
    if not rest:
        return f"{field.column} = ANY({'ids' if to._meta.label == 'referrals.Referral' else 'docs'})"
    return f"{field.column} IN (SELECT id FROM {to._meta.db_table} WHERE {_leads(to, rest)})"  # noqa: S608


def make_function(sender: AppConfig, using: str, **_: Any) -> None:
    """After `migrate`: the function as the rules are now. Made by the owner of the tables, whose rights it has."""
    if sender.label != "referrals":
        return
    with connections[using].cursor() as cursor:
        cursor.execute(sql())
