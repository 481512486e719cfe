"""Until when the prosecutor authorised somebody by name (TGD-41, TGD-42); none for those authorised before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership", name="authorised_until", field=models.DateField(blank=True, null=True)
        ),
    ]
