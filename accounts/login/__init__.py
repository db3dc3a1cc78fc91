"""Signing in: the social-auth backend, its pipeline, authorization requests, and errors."""
