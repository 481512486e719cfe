"""Fictional people who move, and the data of the demo."""
