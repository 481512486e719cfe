"""The photograph of the protected person's face, so that a crew knows whom it looks for (TGD-38): kept, replaced, taken away.

No biometric use. Never to an operator (TGD-41). What else its file held is not kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from egide.web.cases.services.acting import Doing, act
from egide.web.cases.services.errors import CannotDo
from egide.web.people.picture import NotAPictureError, only_the_picture
from egide.web.people.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoGiven:
    """The bytes of the file somebody chose. None: the photograph there is goes, and none comes."""

    body: bytes | None


@act("photo_written", "photo", rule="TGD-38")
def write_photo(doing: Doing, given: PhotoGiven) -> Profile:
    """Keeps the picture of a file, in the place of the one before; or takes that one away. Raises CannotDo."""
    person = doing.case.protected_person
    profile = Profile.objects.filter(person=person).first() or Profile(person=person)
    if given.body is None and not profile.photo:
        raise CannotDo("Il n’y a pas de photographie à retirer.", "There is no photograph to take away.", "TGD-38")
    try:
        profile.photo = None if given.body is None else only_the_picture(given.body)
    except NotAPictureError as error:
        raise CannotDo(error.text.fr, error.text.en, "TGD-38") from None
    profile.person = person
    profile.save()
    doing.about(person)
    return profile
