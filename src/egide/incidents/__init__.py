"""The rows of incidents: what the pure workflow decides, kept in PostgreSQL. Monitor, web and worker write through it."""
