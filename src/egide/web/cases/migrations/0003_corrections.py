from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_links"),
    ]

    operations = [
        migrations.AddField(
            model_name="caserespondent",
            name="former_names",
            field=models.JSONField(blank=True, db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="order",
            name="also",
            field=models.JSONField(blank=True, db_default=[], default=list),
        ),
    ]
