import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("cases", "0001_initial"),
        ("cases", "0003_alarms_and_reports_answered"),
        ("cases", "0004_drafts_and_changes"),
    ]
    initial = True

    dependencies = [
        ("accounts", "0001_tables"),
        ("agencies", "0001_initial"),
        ("people", "0001_tables"),
        ("registry", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True
                    ),
                ),
                ("number", models.TextField(unique=True)),
                (
                    "protected_person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases_as_protected",
                        to="people.person",
                    ),
                ),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="agencies.jurisdiction"
                    ),
                ),
                (
                    "stage",
                    models.TextField(
                        choices=[
                            ("report", "Report"),
                            ("evaluation", "Evaluation"),
                            ("decision", "Decision"),
                            ("hand_over", "Hand Over"),
                            ("active", "Active"),
                            ("renewal", "Renewal"),
                            ("withdrawal", "Withdrawal"),
                            ("ended", "Ended"),
                            ("archived", "Archived"),
                        ],
                        db_default="report",
                        default="report",
                    ),
                ),
                ("opened_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.IntegerField(db_default=1, default=1)),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("file_erased_at", models.DateTimeField(blank=True, null=True)),
                ("serious_danger", models.BooleanField(null=True)),
                ("imminent_danger", models.BooleanField(null=True)),
                ("cohabitation", models.BooleanField(null=True)),
                ("violence", models.BooleanField(null=True)),
                ("is_rape_victim", models.BooleanField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["jurisdiction", "stage"], name="cases_case_list"),
                    models.Index(fields=["-changed_at"], name="cases_case_changed"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "stage__in",
                                [
                                    "report",
                                    "evaluation",
                                    "decision",
                                    "hand_over",
                                    "active",
                                    "renewal",
                                    "withdrawal",
                                    "ended",
                                    "archived",
                                ],
                            )
                        ),
                        name="cases_case_stage",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AlarmFollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="alarm_follow_ups", to="cases.case"
                    ),
                ),
                ("ref", models.TextField()),
                ("at", models.DateTimeField()),
                ("called_at", models.DateTimeField(blank=True, null=True)),
                (
                    "called_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("outcome", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("case", "ref"), name="cases_alarm_follow_up_once")],
            },
        ),
        migrations.CreateModel(
            name="Bar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bars", to="cases.case"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                ("reason", models.TextField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agency__isnull", True), ("user__isnull", False)),
                            models.Q(("agency__isnull", False), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="cases_bar_one_subject",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BreakGlass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="break_glass", to="cases.case"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("reason", models.TextField()),
                ("starts_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ends_at", models.DateTimeField()),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                ("review", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "verbose_name_plural": "break glass",
            },
        ),
        migrations.CreateModel(
            name="CaseChild",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="children", to="cases.case"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cases_as_child", to="people.person"
                    ),
                ),
                ("lives_with_protected_person", models.BooleanField(null=True)),
                ("school", models.TextField(blank=True, db_default="", default="")),
                ("school_phone", models.CharField(blank=True, db_default="", default="", max_length=30)),
                ("visiting_rights", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "verbose_name_plural": "case children",
                "constraints": [models.UniqueConstraint(fields=("case", "person"), name="cases_child_once")],
            },
        ),
        migrations.CreateModel(
            name="CaseCounter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.jurisdiction"
                    ),
                ),
                ("year", models.IntegerField()),
                ("last", models.IntegerField(db_default=0, default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("jurisdiction", "year"), name="cases_counter_once")],
            },
        ),
        migrations.CreateModel(
            name="CaseEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="events", to="cases.case"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("act", models.TextField()),
                ("group", models.TextField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                ("object_kind", models.TextField(db_default="", default="")),
                ("object_id", models.TextField(db_default="", default="")),
                ("event", models.UUIDField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["case", "-at"], name="cases_event_timeline")],
            },
        ),
        migrations.CreateModel(
            name="CaseRespondent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="respondents", to="cases.case"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases_as_respondent",
                        to="people.person",
                    ),
                ),
                (
                    "link",
                    models.TextField(
                        choices=[
                            ("spouse", "Spouse"),
                            ("cohabitant", "Cohabitant"),
                            ("pacs", "Pacs"),
                            ("former_spouse", "Former Spouse"),
                            ("former_cohabitant", "Former Cohabitant"),
                            ("former_pacs", "Former Pacs"),
                            ("none", "None"),
                            ("unknown", "Unknown"),
                        ],
                        db_default="unknown",
                        default="unknown",
                    ),
                ),
                ("description", models.TextField(blank=True, db_default="", default="")),
                ("alias", models.TextField(blank=True, db_default="", default="")),
                ("is_at_large", models.BooleanField(null=True)),
                ("is_arrested", models.BooleanField(null=True)),
                ("ban_requested", models.BooleanField(db_default=False, default=False)),
                ("ban_not_yet_ordered", models.BooleanField(null=True)),
                ("orders_checked_at", models.DateTimeField(blank=True, null=True)),
                ("is_imprisoned", models.BooleanField(null=True)),
                ("release_expected_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("case", "person"), name="cases_respondent_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "link__in",
                                [
                                    "spouse",
                                    "cohabitant",
                                    "pacs",
                                    "former_spouse",
                                    "former_cohabitant",
                                    "former_pacs",
                                    "none",
                                    "unknown",
                                ],
                            )
                        ),
                        name="cases_respondent_link",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attribution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attributions", to="cases.case"
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attributions",
                        to="registry.device",
                    ),
                ),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("decided", "Decided"),
                            ("active", "Active"),
                            ("withdrawn", "Withdrawn"),
                            ("returned", "Returned"),
                        ],
                        db_default="decided",
                        default="decided",
                    ),
                ),
                (
                    "respondent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.caserespondent",
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("shortened_to", models.DateField(blank=True, null=True)),
                ("renewals", models.IntegerField(db_default=0, default=0)),
                ("return_asked_by_person_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["decided", "active", "withdrawn", "returned"])),
                        name="cases_attribution_status",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["active", "withdrawn"])),
                        fields=("device",),
                        name="cases_attribution_one_holder",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["decided", "active"])),
                        fields=("case",),
                        name="cases_attribution_one_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CommitteeReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="committee_reviews", to="cases.case"
                    ),
                ),
                ("met_on", models.DateField()),
                ("opinion", models.TextField()),
                ("proposes_measure", models.BooleanField()),
                ("proposed_by", models.TextField()),
                ("on_withdrawal", models.BooleanField(db_default=False, default=False)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("proposed_by", ""), _negated=True), name="cases_committee_names_somebody"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CommitteeItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="committee_items", to="cases.case"
                    ),
                ),
                ("meets_on", models.DateField()),
                ("question", models.TextField()),
                ("on_withdrawal", models.BooleanField(db_default=False, default=False)),
                (
                    "put_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "review",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="item",
                        to="cases.committeereview",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("case", "meets_on"), name="cases_committee_item_once")],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="consents", to="cases.case"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="people.person"
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("tgd", "Tgd"),
                            ("tgd_geolocation", "Tgd Geolocation"),
                            ("police_sheets", "Police Sheets"),
                            ("sharing", "Sharing"),
                        ]
                    ),
                ),
                ("given", models.BooleanField()),
                ("category", models.TextField(blank=True, db_default="", default="")),
                (
                    "recipient",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                ("purpose", models.TextField(blank=True, db_default="", default="")),
                ("given_at", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("signed_on", models.DateField(blank=True, null=True)),
                ("copy_handed_on", models.DateField(blank=True, null=True)),
                ("interpreter", models.TextField(blank=True, db_default="", default="")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["case", "kind", "given_at"], name="cases_consent_live")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["tgd", "tgd_geolocation", "police_sheets", "sharing"])),
                        name="cases_consent_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "sharing"), _negated=True),
                            models.Q(
                                ("recipient__isnull", False),
                                models.Q(("category", ""), _negated=True),
                                models.Q(("purpose", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="cases_consent_sharing_is_specific",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="contacts", to="cases.case"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                ("channel", models.TextField()),
                (
                    "via",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.channel",
                    ),
                ),
                ("incoming", models.BooleanField(db_default=False, default=False)),
                (
                    "outcome",
                    models.TextField(
                        choices=[
                            ("reached", "Reached"),
                            ("no_answer", "No Answer"),
                            ("wrong_person", "Wrong Person"),
                            ("asked_to_call_back", "Asked To Call Back"),
                            ("unsafe_to_talk", "Unsafe To Talk"),
                            ("refused", "Refused"),
                        ]
                    ),
                ),
                ("with_whom", models.TextField(blank=True, db_default="", default="")),
                ("note", models.TextField(blank=True, db_default="", default="")),
                ("next_at", models.DateTimeField(blank=True, null=True)),
                ("hidden_number", models.BooleanField(db_default=True, default=True)),
                ("message_left", models.BooleanField(db_default=False, default=False)),
                ("agreed_phrase_used", models.BooleanField(null=True)),
                ("purpose_not_named", models.BooleanField(db_default=True, default=True)),
            ],
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="cases.case"
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("attribution", "Attribution"),
                            ("refusal", "Refusal"),
                            ("renewal", "Renewal"),
                            ("non_renewal", "Non Renewal"),
                            ("shortening", "Shortening"),
                            ("withdrawal", "Withdrawal"),
                        ]
                    ),
                ),
                (
                    "attribution",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="cases.attribution",
                    ),
                ),
                (
                    "respondent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.caserespondent",
                    ),
                ),
                ("months", models.IntegerField(blank=True, null=True)),
                ("decided_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("magistrate", models.TextField(blank=True, db_default="", default="")),
                ("reasons", models.TextField()),
                ("basis", models.TextField(blank=True, db_default="", default="")),
                ("taken_outside", models.BooleanField(db_default=False, default=False)),
                ("defects", models.JSONField(blank=True, db_default=[], default=list)),
                ("checklist", models.JSONField(blank=True, db_default=[], default=list)),
                ("told_person_at", models.DateTimeField(blank=True, null=True)),
                ("told_by_channel", models.TextField(blank=True, db_default="", default="")),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["attribution", "refusal", "renewal", "non_renewal", "shortening", "withdrawal"],
                            )
                        ),
                        name="cases_decision_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DeviceTest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "attribution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tests", to="cases.attribution"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("worked", models.BooleanField()),
                ("note", models.TextField(blank=True, db_default="", default="")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Evaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="evaluations", to="cases.case"
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("mandate_sent_at", models.DateTimeField(blank=True, null=True)),
                ("mandate_received_at", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("facts", models.TextField(blank=True, db_default="", default="")),
                ("statements", models.TextField(blank=True, db_default="", default="")),
                ("opinion", models.TextField(blank=True, db_default="", default="")),
                ("proposes_tgd", models.BooleanField(null=True)),
                ("written_at", models.DateTimeField(blank=True, null=True)),
                (
                    "written_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FollowUpStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="follow_up_steps", to="cases.case"
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "domain",
                    models.TextField(
                        choices=[
                            ("rights", "Rights"),
                            ("housing", "Housing"),
                            ("children", "Children"),
                            ("work", "Work"),
                            ("health", "Health"),
                            ("money", "Money"),
                            ("digital_safety", "Digital Safety"),
                            ("other", "Other"),
                        ]
                    ),
                ),
                ("what", models.TextField()),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True)),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("to_do", "To Do"),
                            ("under_way", "Under Way"),
                            ("done", "Done"),
                            ("not_wanted", "Not Wanted"),
                        ],
                        db_default="to_do",
                        default="to_do",
                    ),
                ),
                ("outcome", models.TextField(blank=True, db_default="", default="")),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="FollowUpSummary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="follow_up_summaries", to="cases.case"
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                ("text", models.TextField()),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("written_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "attribution",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="handover", to="cases.attribution"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("place", models.TextField()),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("accompanied_by", models.TextField(blank=True, db_default="", default="")),
                ("tested_with_platform", models.BooleanField(db_default=False, default=False)),
                ("rules_explained", models.BooleanField(db_default=False, default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Interview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="interviews", to="cases.case"
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "led_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("appointment_at", models.DateTimeField(blank=True, null=True)),
                ("place", models.TextField(blank=True, db_default="", default="")),
                ("confidential_room", models.BooleanField(null=True)),
                ("phone_left_outside", models.BooleanField(null=True)),
                ("interpreter_present", models.BooleanField(null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("draft", models.JSONField(blank=True, db_default={}, default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="InterviewSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "interview",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sessions", to="cases.interview"
                    ),
                ),
                ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, db_default="", default="")),
            ],
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="mandates", to="cases.case"
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mandates", to="agencies.agency"
                    ),
                ),
                ("purpose", models.TextField()),
                ("starts_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="cases.consent",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["agency", "case"], name="cases_mandate_agency")],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="orders", to="cases.case"
                    ),
                ),
                (
                    "respondent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="orders", to="cases.caserespondent"
                    ),
                ),
                ("frame", models.TextField()),
                ("bans_contact", models.BooleanField(db_default=True, default=True)),
                ("bans_places", models.BooleanField(db_default=False, default=False)),
                ("decided_on", models.DateField(blank=True, null=True)),
                ("notified_on", models.DateField(blank=True, null=True)),
                ("starts_on", models.DateField(blank=True, null=True)),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("until_lifted", models.BooleanField(db_default=False, default=False)),
                ("related_case_filed_on", models.DateField(blank=True, null=True)),
                ("lifted_on", models.DateField(blank=True, null=True)),
                ("court", models.TextField(blank=True, db_default="", default="")),
                ("reference", models.TextField(blank=True, db_default="", default="")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reports", to="cases.case"
                    ),
                ),
                (
                    "reporter",
                    models.TextField(
                        choices=[
                            ("person", "Person"),
                            ("relative", "Relative"),
                            ("lawyer", "Lawyer"),
                            ("association", "Association"),
                            ("police", "Police"),
                            ("prosecution", "Prosecution"),
                            ("judge", "Judge"),
                            ("station_social_worker", "Station Social Worker"),
                            ("station_psychologist", "Station Psychologist"),
                            ("probation", "Probation"),
                            ("health", "Health"),
                            ("public_service", "Public Service"),
                            ("other", "Other"),
                        ]
                    ),
                ),
                (
                    "channel",
                    models.TextField(
                        choices=[
                            ("phone", "Phone"),
                            ("email", "Email"),
                            ("post", "Post"),
                            ("in_person", "In Person"),
                            ("reception_sign", "Reception Sign"),
                            ("file_transfer", "File Transfer"),
                            ("other", "Other"),
                        ]
                    ),
                ),
                ("received_at", models.DateTimeField()),
                (
                    "received_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("contact_of_reporter", models.TextField(blank=True, db_default="", default="")),
                ("narrative", models.TextField(blank=True, db_default="", default="")),
                ("handled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "handled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReturnCertificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "attribution",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="return_certificate",
                        to="cases.attribution",
                    ),
                ),
                ("returned_at", models.DateTimeField()),
                (
                    "received_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("association_present", models.TextField(blank=True, db_default="", default="")),
                ("provider_received_at", models.DateTimeField(blank=True, null=True)),
                ("provider_erased_at", models.DateTimeField(blank=True, null=True)),
                ("phone_erased_at", models.DateTimeField(blank=True, null=True)),
                ("logs_erased_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Review",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reviews", to="cases.case"
                    ),
                ),
                (
                    "cause",
                    models.TextField(
                        choices=[
                            ("withdrawal_requested", "Withdrawal Requested"),
                            ("release_planned", "Release Planned"),
                            ("cohabitation_resumed", "Cohabitation Resumed"),
                            ("ban_ended", "Ban Ended"),
                        ]
                    ),
                ),
                (
                    "attribution",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="cases.attribution",
                    ),
                ),
                (
                    "respondent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="cases.caserespondent",
                    ),
                ),
                ("at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField()),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "outcome",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("protection_kept", "Protection Kept"),
                            ("measure_proposed", "Measure Proposed"),
                            ("withdrawal_proposed", "Withdrawal Proposed"),
                            ("request_maintained", "Request Maintained"),
                            ("request_taken_back", "Request Taken Back"),
                            ("under_pressure", "Under Pressure"),
                        ],
                        db_default="",
                        default="",
                    ),
                ),
                ("words", models.TextField(blank=True, db_default="", default="")),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "cause__in",
                                ["withdrawal_requested", "release_planned", "cohabitation_resumed", "ban_ended"],
                            )
                        ),
                        name="cases_review_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_at__isnull", True), ("outcome", "")),
                            models.Q(
                                ("done_at__isnull", False),
                                (
                                    "outcome__in",
                                    [
                                        "protection_kept",
                                        "measure_proposed",
                                        "withdrawal_proposed",
                                        "request_maintained",
                                        "request_taken_back",
                                        "under_pressure",
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="cases_review_done_says_what",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="statements", to="cases.case"
                    ),
                ),
                (
                    "interview",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="statements",
                        to="cases.interview",
                    ),
                ),
                ("nature", models.TextField(choices=[("fact", "Fact"), ("said", "Said"), ("opinion", "Opinion")])),
                ("happened_from", models.DateField(blank=True, null=True)),
                ("happened_until", models.DateField(blank=True, null=True)),
                ("date_words", models.TextField(blank=True, db_default="", default="")),
                ("violence_forms", models.JSONField(blank=True, db_default=[], default=list)),
                ("text", models.TextField()),
                ("source", models.TextField(blank=True, db_default="", default="")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("nature__in", ["fact", "said", "opinion"])), name="cases_statement_nature"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StockPhone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "device",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stock", to="registry.device"
                    ),
                ),
                (
                    "court",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="phones", to="agencies.agency"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("make", models.TextField(blank=True, db_default="", default="")),
                ("model", models.TextField(blank=True, db_default="", default="")),
                ("imei", models.TextField(blank=True, db_default="", default="")),
                ("sim", models.TextField(blank=True, db_default="", default="")),
                ("phone_number", models.CharField(blank=True, db_default="", default="", max_length=30)),
                ("out_of_order", models.BooleanField(db_default=False, default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "attribution",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="withdrawal", to="cases.attribution"
                    ),
                ),
                (
                    "ground",
                    models.TextField(
                        choices=[
                            ("danger_ceased", "Danger Ceased"),
                            ("imprisoned", "Imprisoned"),
                            ("person_no_longer_wants", "Person No Longer Wants"),
                            ("rules_not_respected", "Rules Not Respected"),
                        ]
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.decision"
                    ),
                ),
                (
                    "committee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.committeereview",
                    ),
                ),
                (
                    "respondent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.caserespondent",
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ground__in",
                                ["danger_ceased", "imprisoned", "person_no_longer_wants", "rules_not_respected"],
                            )
                        ),
                        name="cases_withdrawal_ground",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ground", "rules_not_respected"), _negated=True),
                            ("committee__isnull", False),
                            _connector="OR",
                        ),
                        name="cases_withdrawal_committee_heard",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="attribution",
            name="decision",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.decision"),
        ),
    ]
