"""What the gateway counts, for Prometheus. No label ever names a person, a device or a place."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

_WAY = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 120.0, 600.0, 3600.0)


class Metrics:
    """The counters of one gateway process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.answers = Counter(
            "egide_gateway_answers",
            "Answers given to devices.",
            ("route", "status"),
            registry=self.registry,
        )
        self.answer_seconds = Histogram(
            "egide_gateway_answer_seconds",
            "From the first byte of a message to its answer.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.frames = Counter("egide_gateway_frames", "Frames appended to the log.", registry=self.registry)
        self.records = Counter("egide_gateway_records", "Records appended to the log.", registry=self.registry)
        self.append_seconds = Histogram(
            "egide_gateway_append_seconds",
            "Time one append took, until it was on disk.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.device_to_arrival = Histogram(
            "egide_gateway_seconds_from_device_to_arrival",
            "From the newest time in a message, by its sender's clock, to its arrival; every signal, and one fix of sixteen.",
            buckets=_WAY,
            registry=self.registry,
        )
        self.arrival_to_stored = Histogram(
            "egide_gateway_seconds_from_arrival_to_stored",
            "From the arrival of the oldest message of a frame until that frame was on disk.",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.append_failures = Counter(
            "egide_gateway_append_failures", "Attempts to append that failed.", registry=self.registry
        )
        self.shed = Counter(
            "egide_gateway_shed", "Messages not stored and answered 503.", ("urgent",), registry=self.registry
        )
        self.unverified = Counter(
            "egide_gateway_unverified_sos",
            "SOS of a known device with a wrong key, by what became of them.",
            ("outcome",),
            registry=self.registry,
        )
        self.tgd_failures = Counter(
            "egide_gateway_tgd_store_failures",
            "Times the store of TGD alarms failed while the signals were logged.",
            registry=self.registry,
        )
        self.dead_letters = Counter(
            "egide_gateway_dead_letters",
            "Messages of known senders that could not be read and were refused.",
            registry=self.registry,
        )
        self.queue = Gauge("egide_gateway_queue", "Messages waiting to be appended.", registry=self.registry)
        self.away = Gauge("egide_gateway_database_away", "1 while PostgreSQL is away.", registry=self.registry)
        self.clock_offset = Gauge(
            "egide_gateway_clock_offset_seconds",
            "How far the database's clock, which counts, is ahead of this process's; NaN until it was measured.",
            registry=self.registry,
        )

    def text(self) -> bytes:
        """The metrics in Prometheus' text format."""
        return generate_latest(self.registry)
