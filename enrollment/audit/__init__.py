"""The audit log, its emails, and the timeline of an account."""
