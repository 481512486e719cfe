"""What would have rung, and what did: recorded traces read, replayed and compared."""
