from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_tables"),
    ]

    operations = [
        migrations.AddField(
            model_name="address",
            name="third_party_agrees",
            field=models.BooleanField(null=True),
        ),
        migrations.AlterField(
            model_name="address",
            name="kind",
            field=models.TextField(
                choices=[
                    ("home", "Home"),
                    ("host", "Host"),
                    ("work", "Work"),
                    ("school", "School"),
                    ("usual", "Usual"),
                    ("access_rights", "Access Rights"),
                    ("declared", "Declared"),
                ]
            ),
        ),
    ]
