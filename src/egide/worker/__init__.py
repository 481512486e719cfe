"""What must happen because time passed: partitions, retention, erasure."""
