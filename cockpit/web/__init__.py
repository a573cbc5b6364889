"""The cockpit in a browser: `cockpit serve`."""
