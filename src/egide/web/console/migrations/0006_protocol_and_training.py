"""A court's protocol goes with each incident of its bracelets; training has a table of its own; probes may be forgotten."""

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

# After `console_incident_opens` (triggers fire in the order of their names), and never in the way of an alarm: what
# cannot be read leaves the defaults. It looks past the second wall, as that one does; only the court's settings stay.
PROTOCOL = """
CREATE FUNCTION egide_incident_protocol() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_before text := coalesce(current_setting('egide.system', true), '');
    v_found jsonb;
BEGIN
    BEGIN
        PERFORM set_config('egide.system', 'on', true);
        SELECT to_jsonb(p) - 'id' - 'jurisdiction_id' INTO v_found
        FROM measures_measure m
        JOIN cases_case c ON c.protected_person_id = m.protected_person_id
        JOIN cases_caserespondent r ON r.case_id = c.id AND r.person_id = m.wearer_person_id
        JOIN console_protocol p ON p.jurisdiction_id = c.jurisdiction_id
        WHERE m.id = NEW.measure_id ORDER BY c.id DESC LIMIT 1;
        IF v_found IS NOT NULL THEN
            NEW.frozen := NEW.frozen || jsonb_build_object('protocol', v_found);
        END IF;
    EXCEPTION WHEN OTHERS THEN
        NEW.frozen := NEW.frozen || jsonb_build_object('protocol_unread', SQLSTATE);
    END;
    PERFORM set_config('egide.system', v_before, true);
    RETURN NEW;
END $$;
CREATE TRIGGER console_incident_protocol BEFORE INSERT ON console_incident
    FOR EACH ROW WHEN (NEW.measure_id IS NOT NULL) EXECUTE FUNCTION egide_incident_protocol();
"""
NO_PROTOCOL = """
DROP TRIGGER IF EXISTS console_incident_protocol ON console_incident;
DROP FUNCTION IF EXISTS egide_incident_protocol();
"""

# The record stays append-only, row by row; only that of a synthetic SOS, which is nobody's, may be deleted after a day.
PROBES = """
CREATE FUNCTION egide_incidentevent_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT FROM console_incident i JOIN registry_device d ON d.id = i.device_id
        WHERE i.id = OLD.incident_id AND i.close_reason = 'probe' AND i.closed_at < now() - interval '1 day'
            AND d.identifier = 'egide-probe' AND d.person_id IS NULL
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER console_incidentevent_append_only ON console_incidentevent;
CREATE TRIGGER console_incidentevent_append_only BEFORE UPDATE OR DELETE ON console_incidentevent
    FOR EACH ROW EXECUTE FUNCTION egide_incidentevent_kept();
CREATE TRIGGER console_incidentevent_never_emptied BEFORE TRUNCATE ON console_incidentevent
    FOR EACH STATEMENT EXECUTE FUNCTION egide_append_only();
"""
NO_PROBES = """
DROP TRIGGER IF EXISTS console_incidentevent_never_emptied ON console_incidentevent;
DROP TRIGGER IF EXISTS console_incidentevent_append_only ON console_incidentevent;
DROP FUNCTION IF EXISTS egide_incidentevent_kept();
CREATE TRIGGER console_incidentevent_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON console_incidentevent
    FOR EACH STATEMENT EXECUTE FUNCTION egide_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0005_opening"),
        ("agencies", "0001_initial"),
        ("cases", "0002_links"),
        ("outbox", "0003_probe"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Training",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True
                    ),
                ),
                ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(null=True)),
                ("state", models.JSONField(db_default={})),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("user",),
                        name="console_training_one_at_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Protocol",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("protected_first", models.BooleanField(db_default=False, default=False)),
                ("withdrawal_s", models.IntegerField(db_default=60, default=60)),
                ("authority", models.TextField(blank=True, db_default="", default="")),
                (
                    "jurisdiction",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="agencies.jurisdiction"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("withdrawal_s__range", (10, 300))), name="console_protocol_withdrawal"
                    )
                ],
            },
        ),
        migrations.RunSQL(PROTOCOL, NO_PROTOCOL),
        migrations.RunSQL(PROBES, NO_PROBES),
    ]
