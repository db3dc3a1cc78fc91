"""The Auth0 tenant: where it is, how it is spoken to, what its tokens say."""
