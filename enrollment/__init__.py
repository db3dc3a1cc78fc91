"""What the visitor proves it with: factors, enrollment, recovery codes, activity."""
