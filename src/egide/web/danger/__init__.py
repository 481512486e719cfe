"""Danger assessments: answers by assessor and day, never averaged, never lowered by a machine."""
