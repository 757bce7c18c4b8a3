"""What is known: Log, Run, Series."""
