"""The photograph of the protected person: one file, or the word that it goes (TGD-38)."""

from __future__ import annotations

from typing import Any

from django import forms

from egide.core.access import Group
from egide.core.law.text import Text
from egide.web.cases.services import picturing
from egide.web.file.forms.base import SAVE, About, ActForm, CaseForm, t, tick
from egide.web.file.saying import pick, words
from egide.web.people.picture import KINDS, MOST_BYTES, TOO_BIG, NotAPictureError, only_the_picture

ACCEPTED = ",".join(kind for _, kind in KINDS)


class PhotoForm(CaseForm):
    """One file, looked at before it is sent on; where there is a photograph, it may be taken away."""

    photo = forms.FileField(
        label=t("Photographie du visage", "Photograph of the face"),
        help_text=t(
            "JPEG ou PNG, 2 Mo au plus. Le lieu, la date et l’appareil que le fichier contient ne sont pas gardés.",
            "JPEG or PNG, 2 MB at most. The place, the date and the camera that the file holds are not kept.",
        ),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    over = tick(t("Retirer la photographie qui est au dossier", "Take away the photograph that is in the file"))

    def prepare(self, about: About) -> None:
        """What is not there cannot be taken away."""
        if about.whole.profile is None or not about.whole.profile.has_photo:
            del self.fields["over"]

    def clean(self) -> dict[str, Any]:
        """A file that is a picture, or the box: not both and not neither."""
        said = super().clean() or self.cleaned_data
        upload, over = said.get("photo"), said.get("over")
        if upload and over:
            self.add_error("photo", pick("Choisissez : une autre photographie, ou la retirer.", "Choose: another photograph, or take it away."))  # fmt: skip
        elif upload is not None and "photo" in said:
            self._look_at(upload)
        elif not over and not self.errors:
            self.add_error("photo", pick("Choisissez un fichier.", "Choose a file."))
        return said

    def _look_at(self, upload: Any) -> None:
        """Reads the file, or says why it cannot be kept."""
        try:
            if upload.size > MOST_BYTES:
                raise NotAPictureError(TOO_BIG)
            self.cleaned_data["body"] = upload.read()
            only_the_picture(self.cleaned_data["body"])
        except NotAPictureError as error:
            self.add_error("photo", words(error.text))

    def given(self) -> picturing.PhotoGiven:
        """For `write_photo`."""
        return picturing.PhotoGiven(body=self.cleaned_data.get("body"))


_t = Text.of

FORMS = (
    ActForm("photo", "people", _t("Mettre, changer ou retirer la photographie", "Put, change or take away the photograph"), _t("Le visage, pour que la patrouille reconnaisse la personne. La téléassistance ne la voit jamais ; aucun usage biométrique.", "The face, so that a patrol knows the person. Remote assistance never sees it; no biometric use."), _t("La photographie est à jour.", "The photograph is up to date."), picturing.write_photo, ("photo",), PhotoForm, ("TGD-38", "TGD-41"), beside=Group.PHOTO, press=SAVE),
)  # fmt: skip
