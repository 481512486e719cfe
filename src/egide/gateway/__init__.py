"""Devices in: listeners, credentials, the TGD gate, one frame a batch on disk before the answer."""
