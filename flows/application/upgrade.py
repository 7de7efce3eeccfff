"""Bring an installation up to date with this program: the tables of the register, and the place of the store.

One process does it while others wait, and again it changes nothing. It opens the register alone, with the account that
owns its tables, and needs neither the key of its heads nor a provider.
"""

from dataclasses import dataclass

from flows.archive import make_bucket
from flows.register.database import open_register, register_revision
from flows.settings import Settings


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The revision of the register now, and whether the bucket of the store or of its second copy is new."""

    revision: str
    bucket_made: bool


def bring_up_to_date(settings: Settings) -> Upgrade:
    """Apply what the register lacks and make the bucket of the store where there is none yet.

    Raises `ComponentMissing` for a register that cannot be reached or belongs to another account or a newer release,
    `StoreFailed` for a store that cannot be reached.
    """
    register = open_register(settings.register_url)
    try:
        revision = register_revision(register)
    finally:
        register.close()
    made = [make_bucket(one) for one in (settings.blobs_url, settings.store_copy_url) if one]
    return Upgrade(revision, any(made))
