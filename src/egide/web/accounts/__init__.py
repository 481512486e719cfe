"""Who may sign in, and the brake on guessing. Knows nothing of cases."""
