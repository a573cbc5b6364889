"""cockpit: a durable queue and a full-screen terminal cockpit for people who run many coding agents at once."""

__version__ = "0.1.0"
