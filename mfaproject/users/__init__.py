"""The people of this project."""
