"""A contact that broke the rules of TGD-20 is recorded all the same: which rules, and how it came to that (RQ-53)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_shortening_dated")]

    operations = [
        migrations.AddField(
            model_name="contact", name="against", field=models.JSONField(blank=True, db_default=[], default=list)
        ),
        migrations.AddField(
            model_name="contact",
            name="against_because",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
    ]
