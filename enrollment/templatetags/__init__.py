"""Template tags of enrollment."""
