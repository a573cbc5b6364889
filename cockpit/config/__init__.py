"""Settings: their shape, where they come from, and clear words when they are wrong."""
