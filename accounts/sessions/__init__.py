"""What people are signed in with: their sessions, and where they come from."""
