"""Speed as ratios: the engine beside floors in plain SQL, in the same run on the same server."""
