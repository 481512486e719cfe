"""The request for intervention: the voice call that was made, the copies that follow it, the inbox of a territory."""
