"""The widgets of the screen: they draw what they are given and post messages."""
