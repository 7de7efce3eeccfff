"""Write incremental updates of a PDF (ISO 32000-2, 7.5.6) that add a signature or timestamp and change nothing else."""

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from flows.pdf_objects import ObjectStreamReader


class AppendingPdfWriter(IncrementalPdfFileWriter):
    """An incremental writer that leaves the metadata as the document's author wrote them."""

    def __init__(self, pdf: bytes) -> None:
        """Begin an update of a PDF. Raises what pyHanko raises for a file that it cannot read."""
        reader = ObjectStreamReader(pdf)
        super().__init__(reader.stream, prev=reader)

    def _update_meta(self) -> None:
        pass
