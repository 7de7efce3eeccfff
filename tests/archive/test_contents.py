"""What a PDF carries beside its pages is found in its objects, and nothing else is taken for it."""

from collections.abc import Callable
from typing import Any

import pytest
from pyhanko.pdf_utils import generic as _generic
from pyhanko.pdf_utils.generic import pdf_name

from flows.archive import Store
from flows.register import Register
from tests.archive.signed_agreements import NAMES, archived, authority, document
from tests.archive.test_other_tools import reasons, update

generic: Any = _generic  # it ships half of its types


def sealed(pdf: bytes) -> bytes:
    """Return a PDF as a provider gives it back that seals what it has rebuilt."""
    return authority().sign(pdf, "Leverandør", "Segl")


def action(kind: str, **more: Any) -> Any:
    """Return an action."""
    said = {pdf_name("/S"): pdf_name(f"/{kind}")} | {pdf_name(f"/{key}"): value for key, value in more.items()}
    return generic.DictionaryObject(said)


def hide(writer: Any, thing: Any) -> Any:
    """Put an object into a compressed object stream, where no bytes show it; return the reference to it."""
    hidden = writer.prepare_object_stream(compress=True)
    return writer.add_object(thing, obj_stream=hidden)


def script(writer: Any) -> None:
    """Run a script when the document is opened."""
    writer.root["/OpenAction"] = hide(writer, action("JavaScript", JS=generic.TextStringObject("app.alert(1)")))
    writer.update_root()


def program(writer: Any) -> None:
    """Start a program when the document is opened."""
    writer.root["/OpenAction"] = hide(writer, action("Launch", F=generic.TextStringObject("program")))
    writer.update_root()


def attached(writer: Any) -> None:
    """Carry a file, named in no tree of names but by an annotation alone."""
    stream = writer.add_object(generic.StreamObject(stream_data=b"fil"))
    files = generic.DictionaryObject({pdf_name("/F"): stream})
    hide(writer, generic.DictionaryObject({pdf_name("/EF"): files}))


def form(writer: Any) -> None:
    """Carry a form of another kind, which programs show in place of the pages."""
    stream = writer.add_object(generic.StreamObject(stream_data=b"<xdp/>"))
    writer.root["/AcroForm"] = generic.DictionaryObject(
        {pdf_name("/Fields"): generic.ArrayObject(), pdf_name("/XFA"): stream}
    )
    writer.update_root()


@pytest.mark.parametrize(
    ("seed", "name"), [(script, "JavaScript"), (program, "Launch"), (attached, "EmbeddedFiles"), (form, "XFA")]
)
def test_what_a_rebuilt_file_does_or_carries_is_found(
    register: Register, store: Store, anchors: Any, seed: Callable[[Any], None], name: str
) -> None:
    """It is found in compressed object streams, too, where its bytes do not show."""
    pdf = update(document(), seed)
    record = archived(register, store, anchors, signed_pdf=sealed(pdf), provider="docuseal", signed_by=NAMES)
    assert f"active_content: PDF-en inneholder {name}" in record.details["faults"]


def test_a_quiet_rebuilt_file_is_archived(register: Register, store: Store, anchors: Any) -> None:
    """Without any of that there is nothing to find."""
    record = archived(register, store, anchors, signed_pdf=sealed(document()), provider="docuseal", signed_by=NAMES)
    assert record.details["faults"] == []


def test_compressed_bytes_that_look_like_a_script_are_none(register: Register, store: Store, anchors: Any) -> None:
    """A picture or font whose bytes happen to spell a name of PDF is no script: one agreement in hundreds has one."""

    def picture(writer: Any) -> None:
        writer.add_object(generic.StreamObject(stream_data=b"\x9c/JS \x01/Launch\x00/EmbeddedFiles /JavaScript("))

    sent = update(document(), picture)
    pdf = authority().sign(authority().sign(sent, NAMES[0], "Signatur1"), NAMES[1], "Signatur2")
    record = archived(register, store, anchors, signed_pdf=pdf, pdf=sent)
    assert reasons(record) == set()
