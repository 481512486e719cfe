"""What a position means, in pure Python and NumPy: no I/O, no clock, no framework. Everything calls it."""
