"""A job's folder: its layout, what agents write into it, and the watch over it."""
