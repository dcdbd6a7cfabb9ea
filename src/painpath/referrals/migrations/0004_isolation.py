from django.db import migrations

from painpath.accounts.row_level_security import CURRENT_SERVICE, IsolateByService

TABLES = (
    "ConfirmedContact",
    "Quarantine",
    "AddedEvidence",
    "Reversal",
    "InformationRequest",
    "SignpostFollowUp",
    "Task",
    "RotaEntry",
    "Comment",
    "MeetingItem",
    "Merge",
    "NotADuplicate",
    "SecondScreening",
    "BlindJudgement",
    "ConversationEntry",
    "ConversationFile",
    "AdviceParagraph",
)

# Under row-level security the program cannot use an index on words: `@@` might leak, PostgreSQL holds. So the owner's
# function asks, and itself keeps to the service of the scope.
WORDS = f"""
CREATE FUNCTION painpath_documents_with_words(words text, most integer) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT document_id FROM referrals_transcript
    WHERE service_id = {CURRENT_SERVICE}
    AND to_tsvector('english', coalesce(text, '')) @@ websearch_to_tsquery('english', words)
    ORDER BY document_id DESC LIMIT most
$$
"""  # noqa: S608

# What was on record before these columns were.
FIRST = """
UPDATE referrals_referral r SET look_first = CASE
    WHEN EXISTS (SELECT FROM referrals_alert a LEFT JOIN referrals_alertaction d ON d.alert_id = a.id
                 WHERE a.referral_id = r.id AND d.id IS NULL) THEN 0
    WHEN EXISTS (SELECT FROM referrals_transcript t JOIN referrals_document d ON d.id = t.document_id
                 WHERE d.referral_id = r.id AND (t.unread <> '[]'::jsonb OR t.problem <> '')) THEN 1
    ELSE 2 END
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0003_screening_as_a_team")]

    operations = [
        *(IsolateByService(table) for table in TABLES),
        migrations.RunSQL(WORDS, "DROP FUNCTION painpath_documents_with_words"),
        migrations.RunSQL(FIRST, migrations.RunSQL.noop),
    ]
