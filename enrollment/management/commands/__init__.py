"""Each command is argument parsing around a flow; what they share is one folder up."""
