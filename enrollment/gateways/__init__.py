"""The tenant's two APIs, and caches of what they say."""
