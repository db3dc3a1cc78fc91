"""The steps of signing in, for a site's settings: `SOCIAL_AUTH_AUTH0_PIPELINE = PIPELINE`.

Nothing is imported here, since settings are read before there are apps. Steps of a site's own go anywhere in
between, as in `[*PIPELINE, "shop.login.welcome"]`; from `person` on, they are given `user`.
"""

PIPELINE = (
    "social_core.pipeline.social_auth.social_details",
    "social_core.pipeline.social_auth.social_uid",
    "accounts.login.pipeline.same_person",
    "accounts.login.pipeline.email_is_verified",
    "accounts.login.pipeline.proof_of_the_token",
    "accounts.login.pipeline.person",
    "accounts.login.pipeline.fresh_profile",
    "accounts.login.pipeline.fresh_roles",
    "accounts.login.pipeline.language_read",
    "accounts.login.pipeline.recorded",
    "accounts.login.pipeline.my_account_token",
    "accounts.login.pipeline.landed",
)

# Nothing after them relies on these.
OPTIONAL = frozenset(
    {
        "social_core.pipeline.social_auth.social_details",
        "accounts.login.pipeline.fresh_profile",
        "accounts.login.pipeline.language_read",
    }
)
