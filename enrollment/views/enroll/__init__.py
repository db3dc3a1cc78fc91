"""Adding a factor in the page: explain and begin, prove and confirm, and every way that this can end."""
