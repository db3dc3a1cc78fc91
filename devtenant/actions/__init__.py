"""Post-login Actions: JavaScript that the tenant runs at every sign-in and at every refresh."""
