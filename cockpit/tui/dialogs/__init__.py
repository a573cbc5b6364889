"""Dialogs: each a small modal screen that ends with an answer."""
