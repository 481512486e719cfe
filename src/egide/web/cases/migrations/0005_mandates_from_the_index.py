"""What says whether a mandate is live stands in its index: an agency's thousands are read without their rows."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial"), ("cases", "0004_exchange")]

    operations = [
        migrations.RemoveIndex(model_name="mandate", name="cases_mandate_agency"),
        migrations.AlterField(
            model_name="mandate",
            name="agency",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mandates",
                to="agencies.agency",
            ),
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(
                fields=["agency", "case"],
                include=("starts_at", "ends_at", "consent"),
                name="cases_mandate_held",
            ),
        ),
    ]
