"""Real notebooks in a real browser."""
