"""The shared file: one case per protected person, and everything that happens around it."""
