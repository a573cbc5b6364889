"""The durable queue, locks and history."""
