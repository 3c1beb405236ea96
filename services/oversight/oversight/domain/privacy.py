"""What the supervisor knows of personal data (个人信息): keys, never what they open."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Privacy:
    """Subject keys by subject, with the positions in identity's log."""

    made: dict[str, int] = field(default_factory=dict)
    destroyed: dict[str, int] = field(default_factory=dict)

    @property
    def keys(self) -> set[str]:
        """The subjects whose keys should be there."""
        return self.made.keys() - self.destroyed.keys()
