"""The protected person's pilot phone: an installable page with one button. Clearly a pilot, never a TGD."""
