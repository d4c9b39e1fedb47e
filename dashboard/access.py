"""Who is at the screen. Accounts with a login come later; until then whoever reaches this machine's own address is an officer."""

from langnghe.actor import NATIONAL, Actor, Role
from langnghe.errors import LangngheError
from langnghe.places import Places

NATIONAL_NAME = "BHXH Việt Nam"
"""Name of the national desk in the record, whatever language the screen has."""


def offices(places: Places) -> list[str]:
    """Offices that the switch offers: the national desk, then the 34 provinces by name."""
    # "Đ" comes after "D" in the Vietnamese alphabet, not after "Z".
    return [NATIONAL, *(province.id for province in sorted(places.of_34, key=lambda one: one.name.replace("Đ", "Dz")))]


def office_name(office: str, places: Places) -> str:
    """Official name of an office, as it stands in lists and in the record."""
    return NATIONAL_NAME if office == NATIONAL else places.province(office).bhxh_name


def sign_in(office: str, places: Places) -> Actor:
    """The actor of a session on this machine: an officer of the chosen office.

    Raises:
        LangngheError: there is no such office.
    """
    if office not in offices(places):
        raise LangngheError(f"there is no office {office}", "Choose one of the list.")
    return Actor(f"Cán bộ {office_name(office, places)}", Role.officer, office)
