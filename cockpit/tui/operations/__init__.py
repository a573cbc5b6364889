"""What actions do: one method per action, named as the action."""
