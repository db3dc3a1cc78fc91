"""Phone numbers as people type them: which country, which form, and whether a text message can get there."""

from enrollment.phones.numbers import Fault, NumberError, Verdict, normalised
from enrollment.phones.regions import Region, likely_region, regions

__all__ = ["Fault", "NumberError", "Region", "Verdict", "likely_region", "normalised", "regions"]
