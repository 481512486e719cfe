"""An opinion on a withdrawal is of one attribution (TGD-36), and a committee may be asked two things of a case in a day.

An opinion given before keeps no attribution: the day it was given says which one it can be about.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_withdrawal_erasures")]

    operations = [
        migrations.RemoveConstraint(model_name="committeeitem", name="cases_committee_item_once"),
        migrations.AddField(
            model_name="committeereview",
            name="attribution",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.attribution",
            ),
        ),
    ]
