"""The outbox seen from the web: tables, the writing of an intent, and what a person decides about an uncertain message."""
