"""Values in, event files out."""
