"""Programs for people who work with this repository; not part of what is installed."""
