"""Who works with whom: court districts, agencies with their approvals, and the mandates of their members."""
