import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0001_initial"),
        ("people", "0001_tables"),
        ("registry", "0002_wake_gateways"),
    ]

    operations = [
        migrations.CreateModel(
            name="Burden",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("alerts", models.IntegerField()),
                ("pre_alerts", models.IntegerField()),
                ("possible", models.IntegerField()),
                ("technical", models.IntegerField()),
                ("at_night", models.IntegerField()),
                ("weight", models.IntegerField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="measure",
            name="measures_measure_status",
        ),
        migrations.AddField(
            model_name="measure",
            name="places",
            field=models.JSONField(blank=True, db_default=[], default=list),
        ),
        migrations.AlterField(
            model_name="measure",
            name="status",
            field=models.TextField(
                choices=[("active", "Active"), ("suspended", "Suspended"), ("ended", "Ended")],
                db_default="active",
                default="active",
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["active", "suspended", "ended"])), name="measures_measure_status"
            ),
        ),
        migrations.AddField(
            model_name="burden",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="people.person",
            ),
        ),
        migrations.AddConstraint(
            model_name="burden",
            constraint=models.UniqueConstraint(fields=("day", "person"), name="measures_burden_once"),
        ),
    ]
