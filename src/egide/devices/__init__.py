"""What each device protocol says, as fixes and signals. Pure: bytes in, a `Report` out."""
