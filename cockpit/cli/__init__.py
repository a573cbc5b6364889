"""The commands: thin layers over the controller."""
