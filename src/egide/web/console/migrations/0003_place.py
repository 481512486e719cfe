from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("console", "0002_screen_and_append_only")]

    operations = [
        migrations.CreateModel(
            name="Place",
            fields=[
                ("device_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("t_ms", models.BigIntegerField()),
                ("seen_ms", models.BigIntegerField()),
                ("lat_e7", models.IntegerField()),
                ("lon_e7", models.IntegerField()),
                ("accuracy_cm", models.IntegerField(db_default=-1)),
                ("speed_cms", models.IntegerField(db_default=-1)),
                ("held", models.BooleanField(db_default=False)),
                ("frame_seq", models.BigIntegerField(db_default=0)),
            ],
        ),
    ]
