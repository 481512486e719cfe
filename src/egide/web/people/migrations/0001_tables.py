import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    replaces = [
        ("people", "0001_initial"),
        ("people", "0002_address_channel_profile_relative"),
        ("people", "0003_plain_forms"),
        ("people", "0004_french_level"),
    ]

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True
                    ),
                ),
                ("given_name", models.CharField(max_length=100)),
                ("family_name", models.CharField(max_length=100)),
                ("phone", models.CharField(blank=True, db_default="", default="", max_length=30)),
                ("locale", models.CharField(db_default="fr", default="fr", max_length=10)),
            ],
        ),
        migrations.CreateModel(
            name="Address",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("home", "Home"),
                            ("host", "Host"),
                            ("work", "Work"),
                            ("school", "School"),
                            ("usual", "Usual"),
                            ("access_rights", "Access Rights"),
                        ]
                    ),
                ),
                ("text", models.TextField()),
                ("hidden", models.BooleanField(db_default=True, default=True)),
                ("host", models.TextField(blank=True, db_default="", default="")),
                ("housing", models.TextField(blank=True, db_default="", default="")),
                ("since", models.DateField(blank=True, null=True)),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="addresses", to="people.person"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "addresses",
            },
        ),
        migrations.CreateModel(
            name="Channel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("phone", "Phone"),
                            ("sms", "Sms"),
                            ("email", "Email"),
                            ("post", "Post"),
                            ("through_somebody", "Through Somebody"),
                        ]
                    ),
                ),
                ("value", models.TextField()),
                ("is_safe", models.BooleanField(null=True)),
                ("safe_hours", models.TextField(blank=True, db_default="", default="")),
                ("leave_no_message", models.BooleanField(db_default=True, default=True)),
                ("note", models.TextField(blank=True, db_default="", default="")),
                ("checked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("value_key", models.TextField(blank=True, db_default="", default="", editable=False)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="channels", to="people.person"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["value_key"], name="people_channel_value_key")],
            },
        ),
        migrations.CreateModel(
            name="Profile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address_as", models.TextField(blank=True, db_default="", default="")),
                ("birth_date", models.DateField(blank=True, null=True)),
                ("birth_place", models.TextField(blank=True, db_default="", default="")),
                ("family_situation", models.TextField(blank=True, db_default="", default="")),
                ("languages", models.JSONField(blank=True, db_default=[], default=list)),
                (
                    "french_level",
                    models.TextField(
                        blank=True,
                        choices=[("none", "None"), ("little", "Little"), ("basic", "Basic"), ("fluent", "Fluent")],
                        db_default="",
                        default="",
                    ),
                ),
                ("interpreter_language", models.TextField(blank=True, db_default="", default="")),
                ("expression_difficulty", models.BooleanField(null=True)),
                ("photo", models.BinaryField(blank=True, null=True)),
                ("workplace", models.TextField(blank=True, db_default="", default="")),
                ("workplace_phone", models.CharField(blank=True, db_default="", default="", max_length=30)),
                ("pets", models.TextField(blank=True, db_default="", default="")),
                ("agreed_opening_phrase", models.TextField(blank=True, db_default="", default="")),
                ("duress_word", models.TextField(blank=True, db_default="", default="")),
                ("call_back_forbidden", models.BooleanField(db_default=False, default=False)),
                ("name_key", models.TextField(blank=True, db_default="", default="", editable=False)),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="profile", to="people.person"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["name_key"], name="people_profile_name_key")],
            },
        ),
        migrations.CreateModel(
            name="Relative",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("lives_with", "Lives With"),
                            ("emergency", "Emergency"),
                            ("trusted", "Trusted"),
                            ("family", "Family"),
                        ]
                    ),
                ),
                ("name", models.TextField()),
                ("link", models.TextField(blank=True, db_default="", default="")),
                ("phone", models.CharField(blank=True, db_default="", default="", max_length=30)),
                ("order", models.SmallIntegerField(db_default=0, default=0)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="relatives", to="people.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="people_relative_named"
                    )
                ],
            },
        ),
    ]
