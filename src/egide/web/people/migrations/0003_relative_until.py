from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_corrections")]

    operations = [
        migrations.AddField(model_name="relative", name="until", field=models.DateField(blank=True, null=True)),
    ]
