"""The base of every value in digest."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value; keys it does not know are kept, so that a hand-made note in a record survives."""

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)
