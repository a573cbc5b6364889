"""What the agents are: profiles as data, and the state that a screen shows."""
