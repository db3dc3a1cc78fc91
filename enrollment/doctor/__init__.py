"""What is wrong with the tenant, as far as this site can see it; pure."""
