"""`make bench`: us and the peers in the same run, as ratios."""
