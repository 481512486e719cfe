"""The audit trail: who read, wrote or was refused what, chained so that no entry can vanish."""
