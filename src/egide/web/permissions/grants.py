"""What may the web's role do with each table? Read and write the file's; for the rest, one row each, and no more.

Run after every `migrate`, so that a new table needs nothing. It owns nothing, truncates nothing and alters nothing; what
rows it sees is the policies' business (migration 0001).
"""

from __future__ import annotations

from django.apps import apps
from django.db import connections, transaction

from egide.web.permissions.database import APPLICATION

FULL = "SELECT, INSERT, UPDATE, DELETE"

# By table. What is not named here and has a model gets FULL; a table without a model gets nothing.
EXCEPTIONS = {
    "audit_entry": "SELECT",  # written by egide_audit_append only
    "audit_audittext": "SELECT",
    "audit_head": "SELECT",
    "audit_checkpoint": "SELECT",
    "django_migrations": "SELECT",
    "documents_document": "SELECT, INSERT, UPDATE",  # never deleted: destroying takes the body
    "log_head": "SELECT, UPDATE",
    "log_frame": "SELECT, INSERT",
    "log_source": "SELECT, INSERT, UPDATE",
    "monitor_lease": "SELECT",
    "monitor_shed": "SELECT",  # written by the monitor only
    "tgd_alarm": "SELECT, UPDATE",  # the console closes an alarm, a prosecutor has one kept up to eight days
    "tgd_position": "SELECT",
    "console_place": "SELECT",  # written by the monitor only
    "measures_burden": "SELECT",  # written by the monitor only
    "console_position": "SELECT",
    "console_transition": "SELECT",
    "console_incident": "SELECT, INSERT, UPDATE",  # an SOS opened by hand
    "console_incidentevent": "SELECT, INSERT",
    "console_contacts": "SELECT, INSERT",  # by a trigger, also of what is opened by hand; by egide_relatives_again
    "console_timer": "SELECT, INSERT",  # done by the worker only
    "console_workflow": "SELECT, INSERT",
    "console_protocol": "SELECT",  # laid by `manage protocol`
    "console_seat": "SELECT, INSERT, UPDATE",
    "console_screen": "SELECT, INSERT",
    "console_screenhead": "SELECT, UPDATE",
    "outbox_destination": "SELECT",  # laid by management commands, as their secrets are
    "outbox_message": "SELECT, INSERT, UPDATE",
    "outbox_attempt": "SELECT",  # written by the worker only
    "outbox_guard": "SELECT, UPDATE",
    "police_area": "SELECT",
    "police_request": "SELECT, INSERT, UPDATE",
    "police_step": "SELECT, INSERT",
}
FUNCTIONS = ("egide_audit_append(jsonb)",)


def wanted() -> dict[str, str]:
    """Table by table, what the web's role may do."""
    tables = {
        model._meta.db_table: FULL
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return tables | EXCEPTIONS


def grant_all(using: str = "default") -> None:
    """Gives the role exactly what `wanted` says, on the tables that are there. Can be run again at any time."""
    connection = connections[using]
    quote = connection.ops.quote_name
    with transaction.atomic(using), connection.cursor() as cursor:  # at no moment is there less than there was
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION])
        if cursor.fetchone() is None:
            return  # migrated to before there was a role
        there = set(connection.introspection.table_names(cursor))
        role = quote(APPLICATION)
        for table, privileges in sorted(wanted().items()):
            if table in there:
                cursor.execute(f"REVOKE ALL ON {quote(table)} FROM {role}")
                cursor.execute(f"GRANT {privileges} ON {quote(table)} TO {role}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
        for function in FUNCTIONS:
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {role}")
