"""Files in, what is new in them out."""
