"""What the browser sees."""
