"""Devices and feeds: what exists, who holds it, which key it signs with."""
