"""Each shortening keeps its new last day on its decision: a renewal that follows is counted from there (TGD-28)."""

from django.db import migrations, models

# The present term's alone is known of those decided before: renewing forgot the others. The file is behind its wall.
KNOWN = """
SELECT set_config('egide.system', 'on', true);
UPDATE cases_decision d SET shortened_to = a.shortened_to
FROM cases_attribution a
WHERE a.shortened_to IS NOT NULL AND d.id = (
    SELECT max(l.id) FROM cases_decision l WHERE l.attribution_id = a.id AND l.kind = 'shortening'
);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_bar_lifted")]

    operations = [
        migrations.AddField(model_name="decision", name="shortened_to", field=models.DateField(blank=True, null=True)),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
