"""The context of a run: settings, secrets, register, store, provider and archive system, each opened on first use.

This is the only place that opens them (the composition root). Commands, flows and pages get the context from
`current_context`; tests make one from parts of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from typing import TYPE_CHECKING

from flows import language
from flows.settings import Settings, load_settings, refuse_references

if TYPE_CHECKING:  # a command that needs only the register must not load the archive and the providers
    from datetime import date
    from pathlib import Path

    from flows.application.access import Actor
    from flows.archive import Store
    from flows.delivery.archive_settings import ArchiveSettings
    from flows.delivery.port import ArchiveSystem
    from flows.register import Register
    from flows.signing import Provider

SecretResolver = Callable[[Settings], Settings]
"""Returns the settings with every secret that is named elsewhere replaced by its value."""

_resolve_secrets: SecretResolver = refuse_references


def use_secret_resolver(resolver: SecretResolver) -> None:
    """Set what reads secret blocks from here on; the deployment code calls this, so that Prefect stays out of here."""
    global _resolve_secrets
    _resolve_secrets = resolver


class Context:
    """What a use case works with. Each part is opened when it is first asked for, and stays open."""

    def __init__(
        self,
        stated_settings: Settings,
        register: Register | None = None,
        store: Store | None = None,
        provider: Provider | None = None,
        archive_system: ArchiveSystem | None = None,
    ) -> None:
        self.stated_settings = stated_settings
        """The settings as they are stated: secrets that name a secret block are not resolved."""
        if register is not None:
            self.register = register
        if store is not None:
            self.store = store
        if provider is not None:
            self.provider = provider
        if archive_system is not None:
            self.archive_system = archive_system
        self.actor: Actor | None = None
        """Whom use cases act for; None for the account of the server that runs the program."""
        self._of_server: Context | None = None

    def acting_as(self, actor: Actor) -> Context:
        """Return a context that acts for somebody else and shares every part: events name the actor."""
        from dataclasses import replace

        from flows.register.actors import actor_label

        acting = Context(self.stated_settings, replace(self.register, actor=actor_label(actor.account_id, actor.name)))
        acting.actor = actor
        acting._of_server = self._of_server or self
        return acting

    @cached_property
    def settings(self) -> Settings:
        """The settings with every secret resolved. Raises `WrongUse`, `ComponentMissing`."""
        if self._of_server is not None:
            return self._of_server.settings
        return _resolve_secrets(self.stated_settings)

    @cached_property
    def register(self) -> Register:
        """The register, whose history is signed.

        Raises `ComponentMissing` if the database cannot be reached or the key that signed it is not there.
        """
        from flows.register import open_register

        return self._signing(open_register(self.stated_settings.register_url))

    @cached_property
    def store(self) -> Store:
        """The archive's blobs."""
        from flows.archive import open_store

        if self._of_server is not None:
            return self._of_server.store
        return open_store(self.stated_settings.blobs_url, self.stated_settings.store_copy_url)

    @cached_property
    def provider(self) -> Provider:
        """The signature provider that the settings name. Raises `WrongUse` if it lacks a setting."""
        from flows.signing.providers.factory import open_provider

        if self._of_server is not None:
            return self._of_server.provider
        return open_provider(self.settings, self.register)

    @cached_property
    def archive_settings(self) -> ArchiveSettings | None:
        """The municipality's own archive system as it is set; None where there is none. Raises `WrongUse`."""
        from flows.delivery.archive_settings import load_archive_settings

        path = self.stated_settings.archive_system
        return None if path is None else load_archive_settings(path)

    @cached_property
    def archive_system(self) -> ArchiveSystem | None:
        """The way to that archive system, with our keys loaded; None where there is none. Raises `WrongUse`."""
        from flows.delivery.fiks import open_fiks_archive

        if self._of_server is not None:
            return self._of_server.archive_system
        if self.archive_settings is None:
            return None
        password, passphrase = self.settings.fiks_password, self.settings.fiks_passphrase
        secrets = (password.get_secret_value(), passphrase.get_secret_value())
        return open_fiks_archive(self.archive_settings, *secrets, self.register.clock)

    @property
    def anchors(self) -> Path:
        """Folder of the certificates that signatures must chain to."""
        return self.stated_settings.anchors_folder

    @property
    def today(self) -> date:
        """Today's date in Norway, by the register's clock."""
        from flows.dates import oslo_date

        return oslo_date(self.register.clock())

    def existing_register(self) -> Register | None:
        """Return the register if there is one already; never create one."""
        from flows.register.database import existing_register

        if "register" in self.__dict__:
            return self.register
        found = existing_register(self.stated_settings.register_url)
        if found is not None:
            self.register = self._signing(found)
            return self.register
        return None

    def _signing(self, register: Register) -> Register:
        from dataclasses import replace

        from flows.register.signed_heads import newest_head, signer_in

        with register.read() as session:
            last = newest_head(session)
        return replace(register, signer=signer_in(self.stated_settings.head_keys_folder, last.key if last else ""))


def current_context() -> Context:
    """Return the context of the present settings, and use their language. The same settings give the same context."""
    settings = load_settings()
    language.use(settings.language)
    return _context_of(settings)


@cache
def _context_of(settings: Settings) -> Context:
    return Context(settings)
