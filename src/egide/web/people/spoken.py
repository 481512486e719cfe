"""In which language does one speak with a person on the phone? The codes of `Person.locale`, with their names.

`mul` is any other one: its name stands in the words of the profile. A code that is not here is shown as such.
"""

from __future__ import annotations

from egide.core.law.text import Text

OTHER = "mul"

SPOKEN: dict[str, Text] = {
    code: Text.of(fr, en)
    for code, fr, en in (
        ("fr", "français", "French"),
        ("en", "anglais", "English"),
        ("sq", "albanais", "Albanian"),
        ("de", "allemand", "German"),
        ("ar", "arabe", "Arabic"),
        ("hy", "arménien", "Armenian"),
        ("bn", "bengali", "Bengali"),
        ("zh", "chinois", "Chinese"),
        ("es", "espagnol", "Spanish"),
        ("ka", "géorgien", "Georgian"),
        ("it", "italien", "Italian"),
        ("fa", "persan, dari", "Persian, Dari"),
        ("pl", "polonais", "Polish"),
        ("pt", "portugais", "Portuguese"),
        ("ro", "roumain", "Romanian"),
        ("ru", "russe", "Russian"),
        ("so", "somali", "Somali"),
        ("ta", "tamoul", "Tamil"),
        ("ti", "tigrinya", "Tigrinya"),
        ("tr", "turc", "Turkish"),
        ("uk", "ukrainien", "Ukrainian"),
        ("fsl", "langue des signes française", "French sign language"),
        (OTHER, "une autre langue", "another language"),
    )
}
