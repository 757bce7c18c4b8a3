"""`tbnb run`: what starts a program, and what begins inside it."""
