"""A measure links a protected person and a wearer, with the radii a judge has set."""
