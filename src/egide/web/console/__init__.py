"""The operators' room: positions, transitions, incidents, and the page that shows them live."""
