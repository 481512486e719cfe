import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feed",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("name", models.CharField(max_length=100, unique=True)),
                ("key_hash", models.BinaryField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                ("identifier", models.TextField(unique=True)),
                ("label", models.TextField(blank=True, db_default="", default="")),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("tgd", "Tgd"),
                            ("bar_box", "Bar Box"),
                            ("bar_bracelet", "Bar Bracelet"),
                            ("pilot_phone", "Pilot Phone"),
                        ]
                    ),
                ),
                ("key_hash", models.BinaryField(max_length=32)),
                (
                    "status",
                    models.TextField(
                        choices=[("stock", "Stock"), ("issued", "Issued"), ("returned", "Returned")],
                        db_default="stock",
                        default="stock",
                    ),
                ),
                ("geolocation_consent", models.BooleanField(db_default=False, default=False)),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices",
                        to="people.person",
                    ),
                ),
                (
                    "feed",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="devices",
                        to="registry.feed",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["tgd", "bar_box", "bar_bracelet", "pilot_phone"])),
                        name="registry_device_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["stock", "issued", "returned"])),
                        name="registry_device_status",
                    ),
                ],
            },
        ),
    ]
