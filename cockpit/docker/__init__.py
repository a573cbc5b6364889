"""Containers that agents run in: their life, what goes in and comes out, when they die."""
