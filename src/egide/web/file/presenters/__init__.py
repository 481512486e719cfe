"""What a case page shows, part by part: rows become words, and what the lens does not grant is not there."""
