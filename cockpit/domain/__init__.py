"""What things are and the rules between them: frozen dataclasses and enums, no I/O."""
