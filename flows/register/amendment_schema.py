"""The table of amendments: which agreement each changes, and what was agreed before it."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from flows.register.schema import Base, Json


class Amendment(Base):
    """An agreement that changes another one, its `number`th from 1. `before` is the case that it changes."""

    __tablename__ = "amendment"
    __table_args__ = (UniqueConstraint("amends_id", "number"),)

    agreement_id: Mapped[str] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    amends_id: Mapped[str] = mapped_column(String(36), ForeignKey("agreement.id"), index=True)
    number: Mapped[int]
    before: Mapped[Json]
