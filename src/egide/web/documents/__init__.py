"""Documents: numbered, hashed, kept for as long as the law says."""
