"""A fleet of scripted agents over real git repositories, in a home of its own: to try cockpit out, and to test it."""
