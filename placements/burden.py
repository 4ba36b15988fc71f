"""The burden budget of a host (product 4.4): what a school may ask of it, and how long that may take."""

from dataclasses import dataclass

from employers.models import SchoolEmployer

Tier = SchoolEmployer.Tier


@dataclass(frozen=True)
class Budget:
    """For one whole placement: required fields at most, and active minutes at most."""

    fields: int
    minutes: int

    def is_over(self, seconds: int) -> bool:
        return seconds > self.minutes * 60


BUDGETS = {
    Tier.LIGHT: Budget(fields=6, minutes=5),
    Tier.STANDARD: Budget(fields=12, minutes=15),
    Tier.ENHANCED: Budget(fields=20, minutes=30),
}
