from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_release_told")]

    operations = [
        migrations.AddField(model_name="casechild", name="until", field=models.DateField(blank=True, null=True)),
    ]
