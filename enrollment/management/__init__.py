"""Management commands of enrollment, and what they share."""
