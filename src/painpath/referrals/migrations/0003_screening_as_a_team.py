import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import painpath.clock
import painpath.referrals.transitions


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_isolation"),
        ("directory", "0003_screening_as_a_team"),
        ("referrals", "0002_isolation"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="document",
            name="a_file_is_filed_once",
        ),
        migrations.RemoveIndex(
            model_name="patient",
            name="patient_by_name",
        ),
        migrations.RemoveIndex(
            model_name="referral",
            name="referral_by_state",
        ),
        migrations.RemoveIndex(
            model_name="referral",
            name="referral_by_receipt",
        ),
        migrations.AddField(
            model_name="document",
            name="copied_from",
            field=models.ForeignKey(
                blank=True,
                help_text="the same bytes, filed with another referral before",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="referrals.document",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="not_by",
            field=models.ForeignKey(
                blank=True,
                help_text="whose decision is to be looked at again: somebody else decides now",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="awaits_referral",
            field=models.BooleanField(default=False, verbose_name="accepted; the GP's own referral has not come yet"),
        ),
        migrations.AddField(
            model_name="referral",
            name="came_back",
            field=models.CharField(
                blank=True,
                choices=[
                    ("reply", "Reply received"),
                    ("documents", "New documents"),
                    ("ready", "Says they are ready"),
                    ("due", "Review date reached"),
                    ("silence", "No answer came"),
                    ("still_refer", "The referrer still wishes to refer"),
                    ("not_answered", "The advice does not answer the question"),
                    ("no_signpost", "Did not get there"),
                    ("look_again", "Asked to look again"),
                    ("reversed", "Decision reversed"),
                    ("returned", "Returned from accepted"),
                    ("again", "Came back after it had ended"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="claimed_until",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="a screening that nobody works on lapses then"
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="clock_started_on",
            field=models.DateField(blank=True, null=True, verbose_name="start of the referral-to-treatment clock"),
        ),
        migrations.AddField(
            model_name="referral",
            name="look_first",
            field=models.PositiveSmallIntegerField(default=2),
        ),
        migrations.AddField(
            model_name="referral",
            name="may_convert",
            field=models.BooleanField(
                null=True, verbose_name="the GP lets the team turn the advice request into a referral"
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="missing",
            field=models.JSONField(default=list, verbose_name="criteria that the referral does not settle"),
        ),
        migrations.AddField(
            model_name="referral",
            name="priority",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="patient",
            name="family_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Lower("family_name"),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddField(
            model_name="patient",
            name="given_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.text.Lower("given_name"),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddField(
            model_name="referral",
            name="live",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        models.Q(
                            (
                                "state__in",
                                [
                                    "accepted",
                                    "awaiting_patient",
                                    "awaiting_referrer",
                                    "awaiting_screening",
                                    "delayed",
                                    "received",
                                    "screening",
                                ],
                            ),
                            ("look_first", 0),
                            _connector="OR",
                        ),
                        then=models.Value(True),
                    ),
                    default=models.Value(False),
                ),
                help_text="open, or ended with an alert that nobody has acted on",
                output_field=models.BooleanField(),
            ),
        ),
        migrations.CreateModel(
            name="AddedEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("criterion", models.CharField(max_length=60)),
                ("quote", models.TextField()),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("page", models.PositiveIntegerField()),
                ("speaks", models.CharField(choices=[("for", "for"), ("against", "against")], max_length=10)),
                ("at", models.DateTimeField(default=painpath.clock.now)),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="AdviceParagraph",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("criteria", models.JSONField(default=list, verbose_name="criteria that it is about")),
                ("made_at", models.DateTimeField(default=painpath.clock.now)),
                ("expires_on", models.DateField()),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["title", "id"],
            },
        ),
        migrations.CreateModel(
            name="BlindJudgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("criterion", models.CharField(max_length=60)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("for", "for"),
                            ("against", "against"),
                            ("mixed", "mixed"),
                            ("not_stated", "not_stated"),
                        ],
                        max_length=10,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=painpath.clock.now)),
                ("text", models.TextField()),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ConfirmedContact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("email", "Email address"), ("phone", "Phone number"), ("address", "Postal address")],
                        max_length=10,
                    ),
                ),
                ("value", models.TextField()),
                ("how", models.CharField(max_length=200, verbose_name="how it was confirmed")),
                ("at", models.DateTimeField(default=painpath.clock.now)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ConversationEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[("referrer", "The referrer"), ("team", "The team")],
                        max_length=10,
                        verbose_name="who speaks",
                    ),
                ),
                ("at", models.DateTimeField(default=painpath.clock.now, verbose_name="when it was said")),
                ("recorded_at", models.DateTimeField(default=painpath.clock.now)),
                ("text", models.TextField()),
                ("question", models.TextField(blank=True, verbose_name="the referrer's words that it answers")),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("answered", "This answers the question"),
                            ("not_answered", "This does not answer the question"),
                            ("still_refer", "I still wish to refer"),
                        ],
                        max_length=20,
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ConversationFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="InformationRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "of",
                    models.CharField(
                        choices=[("referrer", "The referrer"), ("patient", "The patient")],
                        max_length=10,
                        verbose_name="who is asked",
                    ),
                ),
                (
                    "questionnaire",
                    models.CharField(blank=True, max_length=60, verbose_name="of the pathway, when one was sent"),
                ),
                ("items", models.JSONField(default=list)),
                ("asked_at", models.DateTimeField(default=painpath.clock.now)),
                ("due_on", models.DateField()),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="MeetingItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.TextField()),
                ("added_at", models.DateTimeField(default=painpath.clock.now)),
                ("meets_on", models.DateField(blank=True, null=True)),
                ("agreed", models.TextField(blank=True)),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["meets_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=painpath.clock.now)),
                ("reason", models.TextField()),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_reason", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="NotADuplicate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=painpath.clock.now)),
                ("reason", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Quarantine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=painpath.clock.now)),
                ("reason", models.TextField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Reversal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=painpath.clock.now)),
                ("reason", models.TextField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RotaEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Monday"), (1, "Tuesday"), (2, "Wednesday"), (3, "Thursday"), (4, "Friday")]
                    ),
                ),
                ("route", models.CharField(blank=True, max_length=40)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["weekday", "starts_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="SecondScreening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("drawn_at", models.DateTimeField(default=painpath.clock.now)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accept", "accept"),
                            ("advise", "advise"),
                            ("ask_referrer", "ask_referrer"),
                            ("ask_patient", "ask_patient"),
                            ("send_questionnaire", "send_questionnaire"),
                            ("delay", "delay"),
                            ("signpost", "signpost"),
                            ("redirect", "redirect"),
                            ("not_now", "not_now"),
                            ("discharge", "discharge"),
                            ("withdraw", "withdraw"),
                        ],
                        max_length=20,
                        verbose_name="what they would decide",
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("resolution", models.TextField(blank=True, verbose_name="what both agreed on")),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="SignpostFollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("signpost", models.CharField(max_length=60, verbose_name="of the pathway")),
                ("name", models.CharField(max_length=200, verbose_name="the service's name, as it was")),
                ("ask_on", models.DateField()),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("got_there", models.BooleanField(null=True)),
                ("words", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("correction_letter", "Write a letter that corrects one already sent"),
                            ("door_open_letter", "Tell the patient that the door stays open"),
                            ("send_documents", "Send the documents to the service it was redirected to"),
                            ("contact", "Get in touch"),
                            ("recall_documents", "Tell those who were sent another person's document"),
                        ],
                        max_length=30,
                    ),
                ),
                ("words", models.TextField(verbose_name="what is to be done, in a sentence")),
                ("facts", models.JSONField(default=dict)),
                (
                    "owner_role",
                    models.CharField(
                        choices=[
                            ("administrator", "Administrator"),
                            ("clinician", "Clinician"),
                            ("manager", "Manager"),
                        ],
                        max_length=20,
                    ),
                ),
                ("made_at", models.DateTimeField(default=painpath.clock.now)),
                ("due_on", models.DateField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("done_words", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["due_on", "id"],
            },
        ),
        migrations.AddField(
            model_name="addedevidence",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
            ),
        ),
        migrations.AddField(
            model_name="addedevidence",
            name="referral",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="added_evidence", to="referrals.referral"
            ),
        ),
        migrations.AddField(
            model_name="addedevidence",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="addedevidence",
            name="transcript",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referrals.transcript"
            ),
        ),
        migrations.AddField(
            model_name="adviceparagraph",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
            ),
        ),
        migrations.AddField(
            model_name="adviceparagraph",
            name="replaces",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replaced_by",
                to="referrals.adviceparagraph",
            ),
        ),
        migrations.AddField(
            model_name="adviceparagraph",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="blindjudgement",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="referral",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="referrals.referral"
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="confirmedcontact",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
            ),
        ),
        migrations.AddField(
            model_name="confirmedcontact",
            name="patient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="confirmed_contacts", to="referrals.patient"
            ),
        ),
        migrations.AddField(
            model_name="confirmedcontact",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="conversationentry",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
            ),
        ),
        migrations.AddField(
            model_name="conversationentry",
            name="decision",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="conversation",
                to="referrals.decision",
            ),
        ),
        migrations.AddField(
            model_name="conversationentry",
            name="referral",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="conversation", to="referrals.referral"
            ),
        ),
        migrations.AddField(
            model_name="conversationentry",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="conversationfile",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referrals.document"
            ),
        ),
        migrations.AddField(
            model_name="conversationfile",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referrals.conversationentry"
            ),
        ),
        migrations.AddField(
            model_name="conversationfile",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="conversationentry",
            name="documents",
            field=models.ManyToManyField(
                related_name="+", through="referrals.ConversationFile", to="referrals.document"
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="closed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="referrals.decision"
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="referral",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="referrals.referral"
            ),
        ),
        migrations.AddField(
            model_name="informationrequest",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="meetingitem",
            name="added_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
            ),
        ),
        migrations.AddField(
            model_name="meetingitem",
            name="agreed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="meetingitem",
            name="referral",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="meeting_items", to="referrals.referral"
            ),
        ),
        migrations.AddField(
            model_name="meetingitem",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="duplicate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merged_into", to="referrals.referral"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="into",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="merged", to="referrals.referral"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="undone_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="notaduplicate",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
            ),
        ),
        migrations.AddField(
            model_name="notaduplicate",
            name="one",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referrals.referral"
            ),
        ),
        migrations.AddField(
            model_name="notaduplicate",
            name="other",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referrals.referral"
            ),
        ),
        migrations.AddField(
            model_name="notaduplicate",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="quarantine",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
            ),
        ),
        migrations.AddField(
            model_name="quarantine",
            name="document",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="quarantine", to="referrals.document"
            ),
        ),
        migrations.AddField(
            model_name="quarantine",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="reversal",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.membership"
            ),
        ),
        migrations.AddField(
            model_name="reversal",
            name="decision",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="reversal", to="referrals.decision"
            ),
        ),
        migrations.AddField(
            model_name="reversal",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="reversal",
            name="transition",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="reversal", to="referrals.transition"
            ),
        ),
        migrations.AddField(
            model_name="rotaentry",
            name="membership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rota", to="accounts.membership"
            ),
        ),
        migrations.AddField(
            model_name="rotaentry",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="secondscreening",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="secondscreening",
            name="referral",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="second_screening", to="referrals.referral"
            ),
        ),
        migrations.AddField(
            model_name="secondscreening",
            name="resolved_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="secondscreening",
            name="run",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="referrals.screeningrun",
            ),
        ),
        migrations.AddField(
            model_name="secondscreening",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="blindjudgement",
            name="second",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="judgements", to="referrals.secondscreening"
            ),
        ),
        migrations.AddField(
            model_name="signpostfollowup",
            name="decision",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="follow_ups", to="referrals.decision"
            ),
        ),
        migrations.AddField(
            model_name="signpostfollowup",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="signpostfollowup",
            name="referral",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="follow_ups", to="referrals.referral"
            ),
        ),
        migrations.AddField(
            model_name="signpostfollowup",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="done_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.membership",
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="referral",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="referrals.referral"
            ),
        ),
        migrations.AddField(
            model_name="task",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.service"
            ),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["service", "family_key", "given_key"], name="patient_by_name"),
        ),
        migrations.AddIndex(
            model_name="patient",
            index=models.Index(fields=["service", "given_key"], name="patient_by_given_name"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["service", "live", "look_first", "due_on", "id"], name="referral_live"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(fields=["service", "state", "look_first", "due_on", "id"], name="referral_by_state"),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                fields=["service", "owner", "live", "look_first", "due_on", "id"], name="referral_by_owner"
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "accepted",
                            "awaiting_patient",
                            "awaiting_referrer",
                            "awaiting_screening",
                            "delayed",
                            "received",
                            "screening",
                        ],
                    ),
                    models.Q(("came_back", ""), _negated=True),
                ),
                fields=["service", "look_first", "due_on", "id"],
                name="referral_came_back",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "advice_given",
                            "closed_in_error",
                            "deceased",
                            "discharged",
                            "handed_over",
                            "moved_away",
                            "not_now",
                            "redirected",
                            "signposted",
                            "withdrawn",
                        ],
                    )
                ),
                fields=["service", "-state_since", "-id"],
                name="referral_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="referral",
            index=models.Index(
                condition=models.Q(("state", painpath.referrals.transitions.State["SCREENING"])),
                fields=["claimed_until"],
                name="referral_claims",
            ),
        ),
        migrations.AddIndex(
            model_name="transcript",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.search.SearchVector("text", config="english"), name="transcript_words"
            ),
        ),
        migrations.AddIndex(
            model_name="informationrequest",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)), fields=["due_on"], name="requests_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="informationrequest",
            constraint=models.UniqueConstraint(fields=("decision", "of"), name="one_bundled_request_each"),
        ),
        migrations.AddIndex(
            model_name="meetingitem",
            index=models.Index(
                condition=models.Q(("agreed_at__isnull", True)), fields=["service", "meets_on", "id"], name="meeting"
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agreed_at__isnull", True)), fields=("referral",), name="once_on_the_meeting_list"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)), fields=("duplicate",), name="merged_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("duplicate", models.F("into")), _negated=True), name="not_merged_with_itself"
            ),
        ),
        migrations.AddConstraint(
            model_name="notaduplicate",
            constraint=models.UniqueConstraint(fields=("one", "other"), name="told_apart_once"),
        ),
        migrations.AddConstraint(
            model_name="notaduplicate",
            constraint=models.CheckConstraint(
                condition=models.Q(("one__lt", models.F("other"))), name="told_apart_in_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="rotaentry",
            constraint=models.CheckConstraint(condition=models.Q(("weekday__lte", 4)), name="rota_weekday_known"),
        ),
        migrations.AddConstraint(
            model_name="rotaentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                name="rota_ends_after_it_starts",
            ),
        ),
        migrations.AddIndex(
            model_name="secondscreening",
            index=models.Index(
                condition=models.Q(("finished_at__isnull", True)), fields=["service", "drawn_at"], name="second_open"
            ),
        ),
        migrations.AddIndex(
            model_name="secondscreening",
            index=models.Index(
                condition=models.Q(("resolved_at__isnull", True)),
                fields=["service", "finished_at"],
                name="second_unresolved",
            ),
        ),
        migrations.AddConstraint(
            model_name="blindjudgement",
            constraint=models.UniqueConstraint(fields=("second", "criterion"), name="one_blind_word_a_criterion"),
        ),
        migrations.AddConstraint(
            model_name="blindjudgement",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["for", "against", "mixed", "not_stated"])), name="blind_state_known"
            ),
        ),
        migrations.AddIndex(
            model_name="signpostfollowup",
            index=models.Index(
                condition=models.Q(("answered_at__isnull", True)), fields=["service", "ask_on"], name="follow_ups"
            ),
        ),
        migrations.AddConstraint(
            model_name="signpostfollowup",
            constraint=models.UniqueConstraint(fields=("decision", "signpost"), name="asked_once_a_signpost"),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)), fields=["service", "due_on", "id"], name="tasks_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                    models.Q(("done_by__isnull", False), models.Q(("done_words", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_task_is_done_by_somebody_in_words",
            ),
        ),
    ]
