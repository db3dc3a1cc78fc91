"""The kinds of factor."""
