"""How an enrollment is confirmed."""
