"""What a run works with: the open register, the store and the provider, made from the settings."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flows import language
from flows.archive import Store, open_store
from flows.deployment.secret_blocks import with_secrets
from flows.register import Register, open_register
from flows.settings import Settings, load_settings
from flows.signing.port import Provider
from flows.signing.providers.factory import open_provider


@dataclass(frozen=True, slots=True, eq=False)
class Setup:
    """Everything that the steps of the line need, opened once."""

    settings: Settings
    register: Register
    store: Store
    provider: Provider

    @property
    def anchors(self) -> Path:
        """Folder of the certificates that signatures must chain to."""
        return self.settings.anchors_folder


def current_setup() -> Setup:
    """Return what a run works with under the present settings, opened on first use."""
    settings = load_settings()
    language.use(settings.language)
    return _open(settings)


@cache
def _open(stated: Settings) -> Setup:
    settings = with_secrets(stated)
    register = open_register(settings.register_url)
    store = open_store(settings.blobs_url, settings.store_copy_url)
    return Setup(settings, register, store, open_provider(settings, register))
