"""What a person can do: the registry from which bindings, hints, palette, help and the keys' page derive."""
