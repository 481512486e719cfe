"""The persons the platform protects or watches. Knows nothing of what is done for them."""
