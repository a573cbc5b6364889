"""The one door to everything for the command line, the screen and Python programs."""
