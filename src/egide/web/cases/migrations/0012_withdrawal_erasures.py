from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_measure_not_followed")]

    operations = [
        migrations.AddField("withdrawal", "provider_erased_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("withdrawal", "logs_erased_at", models.DateTimeField(blank=True, null=True)),
    ]
