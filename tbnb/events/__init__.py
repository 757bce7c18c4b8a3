"""The event file's format, both ways: no clock, no thread, no disk policy."""
