"""What each kind of data looks like in an event file: made on the flush thread, from values held at the call."""
