"""Who watches over the room itself? A process of its own that recomputes what should have happened, and says what did not."""
