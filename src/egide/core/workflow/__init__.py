"""What an incident is, why it opens, and what people may do with it."""
