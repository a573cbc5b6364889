"""What everyone may import: errors, clock, files, wake-ups. Standard library only."""
