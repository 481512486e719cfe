"""What the room says, in French and English: the words somebody acts on at three in the morning."""

from __future__ import annotations

import re

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from egide.web.console import phrases
from egide.web.console.cases import Case, cases_of, open_cases
from egide.web.console.models import Incident, IncidentKind
from egide.web.console.wording import distance, interval, metres
from egide.web.registry.models import Device
from tests.web.scene import Scene, now_ms

BOX = (47.3215, 5.0415)


def only() -> Case:
    """The only open case."""
    cases = open_cases()
    assert len(cases) == 1
    return cases[0]


def said(language: str = "fr") -> str:
    """The sentence of the only open case, ordinary spaces for every kind of space."""
    with translation.override(language):
        return plain(phrases.words(only(), now_ms()).sentence)


def plain(text: str) -> str:
    return re.sub("[\u00a0\u202f]", " ", text)


def near(scene: Scene, north: float, accuracy_m: float | None = 10, ago_s: float = 0) -> None:
    """Both parties of the first measure say where they are, `north` degrees apart."""
    scene.at("demo-box-1", *BOX, 10)
    scene.at("demo-bracelet-1", BOX[0] + north, BOX[1], accuracy_m, ago_s)


def test_an_alert_says_the_distance_its_interval_and_who_comes_closer(scene: Scene) -> None:
    near(scene, 0.00756)
    scene.level(1, "pre_alert", "alert", 840)
    assert said() == "Alerte : distance 840 m, entre 820 et 860 m. Le porteur se rapproche."
    assert said("en") == "Alert: distance 840 m, between 820 and 860 m. The wearer is coming closer."


def test_a_movement_seen_a_while_ago_is_told_with_its_time_because_people_turn_round(scene: Scene) -> None:
    near(scene, 0.00756)
    scene.level(1, "pre_alert", "alert", 840, ago_s=40)
    assert re.search(r" À (\d\d/\d\d )?\d\d:\d\d:\d\d, le porteur se rapprochait\.$", said())
    assert not phrases.words(only(), now_ms()).what.endswith("se réduit")


def test_a_pre_alert_of_both_who_move_says_so_in_kilometres(scene: Scene) -> None:
    near(scene, 0.0162)
    scene.level(1, "clear", "pre_alert", 1800, moved="both")
    assert said() == "Pré-alerte : distance 1,8 km, entre 1,7 et 1,9 km. Les deux se rapprochent."


def test_a_stale_wearer_is_unknown_since_and_no_distance_is_invented(scene: Scene) -> None:
    near(scene, 0.0076, ago_s=200)
    scene.level(1, "pre_alert", "alert", 840)
    assert re.fullmatch(
        r"Alerte : distance inconnue\. Le porteur se rapproche\."
        r" Porteur : position inconnue depuis (\d\d/\d\d )?\d\d:\d\d:\d\d\.",
        said(),
    )


def test_a_wearer_who_was_never_seen_is_unknown(scene: Scene) -> None:
    scene.level(1, "unknown", "alert", 840)
    assert "Personne protégée : position inconnue. Porteur : position inconnue." in said()


def test_an_accuracy_nobody_told_is_said_to_be_unknown(scene: Scene) -> None:
    near(scene, 0.0076, accuracy_m=None)
    scene.level(1, "pre_alert", "alert", 840)
    assert "Précision inconnue pour au moins une position." in said()


def test_a_distance_regained_is_a_distance_and_not_an_all_clear(scene: Scene) -> None:
    near(scene, 0.03)
    scene.level(1, "clear", "pre_alert", 1900)
    incident = scene.level(1, "pre_alert", "clear", 3300)
    (case,) = cases_of([Incident.objects.get(public_id=incident).pk])  # a pre-alert closes by itself
    with translation.override("fr"):
        sentence = plain(phrases.words(case, now_ms()).sentence)
    assert sentence == "Clôturé. De nouveau au-delà de la zone de pré-alerte : distance 3,3 km, entre 3,3 et 3,4 km."


def test_the_sos_of_a_phone_without_the_second_consent_says_why_there_is_no_position(scene: Scene) -> None:
    scene.sos("demo-tgd-2")
    assert re.fullmatch(
        r"SOS : touche d’alarme du téléphone pressée à \d\d:\d\d:\d\d\."
        r" Pas de position : la géolocalisation n’a pas été acceptée\.",
        said(),
    )


def test_the_sos_of_a_box_says_where_the_wearer_is(scene: Scene) -> None:
    near(scene, 0.03)
    scene.sos("demo-box-1")
    assert said().endswith("Position connue à 10 m près. Le porteur est à 3,3 km, entre 3,3 et 3,4 km.")


def test_an_unproven_device_is_treated_as_real_and_repeats_are_counted(scene: Scene) -> None:
    scene.sos("demo-tgd-2", unverified=True)
    scene.sos("demo-tgd-2", unverified=True)
    assert said().endswith("L’appareil n’a pas prouvé son identité : traitez l’appel comme réel. Répété 1 fois.")


def test_a_cut_strap_names_the_side_whose_device_it_is(scene: Scene) -> None:
    scene.technical("demo-bracelet-2", "strap", 40)
    assert said().startswith("Porteur : sangle ouverte ou coupée depuis ")


def test_a_silence_that_ended_is_told_but_the_incident_stays_open(scene: Scene) -> None:
    device = scene.device("demo-bracelet-2")[0]
    scene.ring(f"silence:{device}", "technical", 50, device=device)
    scene.ring(f"silence:{device}", "technical", 50, device=device, kind="heard_again")
    assert re.match(r"Porteur : appareil muet depuis [\d:]+\. Appareil de nouveau entendu à [\d:]+\.", said())


def test_an_alarm_nobody_has_a_name_for_is_shown_with_the_devices_own_word(scene: Scene) -> None:
    device, person = scene.device("demo-bracelet-2")
    data = {"signal": "other_alarm", "word": "hydrogen"}
    scene.ring(f"other_alarm:{device}", "technical", 40, device=device, person=person, data=data)
    assert "Mot de l’appareil : « hydrogen »." in said()


def test_a_battery_of_a_phone_does_not_speak_of_a_position_nobody_may_have(scene: Scene) -> None:
    scene.technical("demo-tgd-1", "low_battery")
    assert "position" not in said()


def test_a_possible_approach_is_no_alert(scene: Scene) -> None:
    scene.at("demo-box-6", *BOX, 10)
    scene.at("demo-bracelet-6", BOX[0] + 0.05, BOX[1], 50, ago_s=400)
    scene.possible(6)
    text = said()
    assert text.startswith("Approche possible : le porteur pourrait être dans la zone d’alerte.")
    assert "position inconnue depuis" in text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_sentence_ever_says_that_there_is_no_danger_or_that_there_was_a_breach(language: str, scene: Scene) -> None:
    near(scene, 0.03)
    scene.level(1, "clear", "pre_alert", 1900)
    scene.level(1, "pre_alert", "clear", 3300)
    scene.sos("demo-tgd-1")
    scene.sos("demo-box-2")
    scene.technical("demo-bracelet-3", "jamming", 40)
    scene.possible(4)
    for case in open_cases():
        with translation.override(language):
            words = phrases.words(case, now_ms())
        text = f"{words.word} {words.what} {words.sentence}".lower()
        for name in ("téléphone grave danger", "serious danger phone"):
            text = text.replace(name, "")
        assert not re.search(r"danger|violation|breach|en sécurité|safe", text)


def test_every_kind_of_incident_has_its_words_and_its_shape() -> None:
    assert set(phrases.TABLE) == set(IncidentKind.values)


def test_an_incident_of_a_device_that_was_deleted_still_shows(scene: Scene) -> None:
    scene.ring("sos:999", "sos", 10, device=999)
    assert Device.objects.filter(pk=999).count() == 0
    assert said().startswith("SOS")


@given(st.floats(0, 300_000), st.floats(0, 50_000))
def test_an_interval_is_never_said_narrower_than_it_is(distance: float, half: float) -> None:
    lower, upper = max(0.0, distance - half), distance + half
    with translation.override("en"):
        text = plain(interval(lower, upper))
    match = re.fullmatch(r"between ([\d.,]+) and ([\d.,]+) (k?m)", text)
    assert match is not None
    unit = 1000 if match[3] == "km" else 1
    low, high = (float(match[i].replace(",", "")) * unit for i in (1, 2))
    assert low <= lower + 1e-6
    assert high >= upper - 1e-6
    step = 100 if unit == 1000 else 10
    assert lower - low < step + 1e-6
    assert high - upper < step + 1e-6


@pytest.mark.parametrize(
    ("m", "half", "fr"),
    [
        (980, 45, "980 m, entre 930 et 1 030 m"),
        (1240, 45, "1,2 km, entre 1,1 et 1,3 km"),
        (84, 100, "84 m, entre 0 et 190 m"),
    ],
)
def test_a_distance_and_its_interval_are_said_in_one_unit(m: float, half: float, fr: str) -> None:
    with translation.override("fr"):
        assert plain(distance(m, max(0, m - half), m + half)) == fr


@pytest.mark.parametrize(
    ("m", "fr"), [(0, "0 m"), (84, "84 m"), (846, "850 m"), (996, "1,0 km"), (1240, "1,2 km"), (123_456, "123 km")]
)
def test_a_distance_has_a_decimal_comma_and_a_space_that_does_not_break(m: float, fr: str) -> None:
    with translation.override("fr"):
        text = metres(m)
    assert plain(text) == fr
    assert " " not in text
