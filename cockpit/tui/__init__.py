"""The full-screen cockpit."""
