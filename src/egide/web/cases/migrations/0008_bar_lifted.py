from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_child_until")]

    operations = [
        migrations.AddField(model_name="bar", name="ended_at", field=models.DateTimeField(blank=True, null=True)),
    ]
