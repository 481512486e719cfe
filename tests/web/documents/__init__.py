"""The documents of a case, and the proof that none tells its reader too much."""
