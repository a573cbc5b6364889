"""What is told outside the cockpit: the terminal's bell and notifications, the desktop, a command of the person's."""
