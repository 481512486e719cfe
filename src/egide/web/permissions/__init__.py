"""The one place where a page asks whether somebody may see a field."""
