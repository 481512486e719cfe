"""What the monitor counts, for Prometheus. No label ever names a person, a device or a place."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

FRAMES = Counter("egide_monitor_frames", "Frames judged and committed")
POSITIONS = Counter("egide_monitor_positions", "Positions committed")
RINGS = Counter("egide_monitor_causes", "Causes that opened, rang again or added a line")
LATENCY = Histogram(
    "egide_monitor_seconds_from_arrival_to_commit",
    "From a message's arrival at the gateway to its committed row",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 30),
)
RING_LATENCY = Histogram(
    "egide_monitor_seconds_from_arrival_to_incident",
    "From the arrival of what opens an incident, or rings in one, to its commit",
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 30),
)
DEAD_LETTERS = Counter("egide_monitor_dead_letters", "Frames that could not be decoded and were set aside")
LEFT_OUT = Counter("egide_monitor_positions_left_out", "Positions judged, kept in the log and not written for the maps")
SHED = Gauge("egide_monitor_shed_step", "What is left out: 0 nothing, 1 history, 2 statistics too, 3 maps too")
BEHIND = Gauge("egide_monitor_behind_seconds", "How old the newest message of the last batch was at its commit")
PAUSE = Histogram(
    "egide_monitor_seconds_of_copying_the_state",
    "How long nothing was judged because the state was copied for a snapshot",
    buckets=(0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
OWNER = Gauge("egide_monitor_owner", "1 while this process owns its cell")
CURSOR = Gauge("egide_monitor_cursor", "Last frame committed")
