from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_mandates_from_the_index")]

    operations = [
        migrations.AddField(model_name="casechild", name="until", field=models.DateField(blank=True, null=True)),
    ]
