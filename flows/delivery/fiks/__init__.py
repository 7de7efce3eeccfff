"""Fiks Arkiv over Fiks IO: KS's message service, through which municipalities' archive systems are reached.

`adapter` is the archive system; `maskinporten` gets tokens, `api` sends and asks the catalogue, `mailbox` reads our
queue; `container`, `sealing`, `container_reader` and `ber` pack and open payloads; `keys` loads private keys.
"""

from flows.delivery.fiks.adapter import FiksArchive, open_fiks_archive

__all__ = ["FiksArchive", "open_fiks_archive"]
