"""Claims jobs, runs their attempts, ends them, and picks up after a crash."""
