"""Égide: the grave-danger phone, the anti-approach bracelet, and one shared file for those who protect."""
