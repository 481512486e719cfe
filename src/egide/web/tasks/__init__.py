"""What is due, for whom, since when: the rows behind every deadline and reminder."""
