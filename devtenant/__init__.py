"""A local Auth0 tenant for development and tests: a program of its own that shares no code with the site."""
