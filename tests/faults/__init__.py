"""What the site says while calls fail and processes die, beside what is so: run by `make faults`."""
