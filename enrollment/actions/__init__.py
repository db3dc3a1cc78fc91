"""The post-login Actions that this package ships, files of JavaScript, and how a tenant's differ."""
