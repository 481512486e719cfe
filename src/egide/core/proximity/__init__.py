"""How near are two persons, and what may be said about it? Evidence, interval, level, timers."""
