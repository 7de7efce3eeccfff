"""Prove who somebody is: passwords and one-time codes of local accounts, and sign-in by OpenID Connect.

In: what a person typed, or what a provider answered. Out: whether it holds, and the claims that the program uses. What
can go wrong: `SignInRefused` with a reason code for every answer of a provider that is not exactly right;
`ProviderAway` where a provider does not answer. Nothing here knows sessions, the register or pages.
"""

from flows.identity.claims import IdentityClaims, claimed_roles
from flows.identity.id_tokens import SignInRefused, check_id_token, check_logout_token
from flows.identity.oidc_client import OidcClient, ProviderAway
from flows.identity.one_time_codes import matching_step, new_totp_secret, totp_address
from flows.identity.passwords import hash_password, is_right, password_problem
from flows.identity.provider_settings import OidcProvider, load_providers
from flows.identity.sealing import Sealer, sealer_in

__all__ = [
    "IdentityClaims",
    "OidcClient",
    "OidcProvider",
    "ProviderAway",
    "Sealer",
    "SignInRefused",
    "check_id_token",
    "check_logout_token",
    "claimed_roles",
    "hash_password",
    "is_right",
    "load_providers",
    "matching_step",
    "new_totp_secret",
    "password_problem",
    "sealer_in",
    "totp_address",
]
