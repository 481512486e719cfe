"""Who is protected, how may she or he be reached, who is around, who is complained of?

Safe channels come first: a channel nobody has called safe is shown as one that must not be used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from egide.core.access import Group
from egide.core.law.calendar import paris_day
from egide.web.cases.models import Case, CaseChild, CaseRespondent
from egide.web.cases.services.ports import Lens
from egide.web.cases.services.whole import Whole
from egide.web.file import picture
from egide.web.file.presenters.fields import Field, FieldGroup, Offers, Sheet, one, who_sees
from egide.web.file.saying import a_day, an_instant, pick
from egide.web.file.words import ADDRESSES, CHANNELS, FRENCH, LINKS, MANDATES, RELATIVES, named
from egide.web.people.models import Person
from egide.web.people.profile import Address, Channel, Profile, Relative
from egide.web.people.spoken import SPOKEN

More = Mapping[str, str]  # the forms the reader may open, by slug


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One way to reach the person. `mark`: yes, no, unknown. `value` is empty where the reader may not see it."""

    mark: str
    kind: str
    value: str
    verdict: str
    rules: tuple[str, ...]
    number: int = 0


@dataclass(frozen=True, slots=True)
class Reach:
    """How to reach the person safely: what may be used, when, with which words."""

    channels: tuple[ChannelLine, ...]
    rules: tuple[str, ...]
    who: str
    none_is_safe: bool
    offers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class People:
    """The people of a case, for a page."""

    name: str
    reach: Reach | None
    protected: tuple[FieldGroup, ...]
    respondents: tuple[tuple[str, tuple[FieldGroup, ...]], ...]


def people(case: Case, lens: Lens, whole: Whole, offers: Offers) -> People:
    """The people this reader may see, and what the reader may write of them."""
    person = case.protected_person
    name = f"{person.given_name} {person.family_name}" if lens.may("identity") else ""
    respondents = tuple((_title(n), groups) for n, groups in _respondents(case, lens, whole, offers) if groups)
    return People(name, reach(case, lens, whole, offers), tuple(_protected(case, lens, whole, offers)), respondents)


def kept_out(lens: Lens, whole: Whole) -> list[tuple[str, str]] | None:
    """Who must never see the case, and why (RQ-08); None where the reader may not know."""
    if not lens.may("barred_list"):
        return None
    found = []
    for bar in whole.bars:
        who = bar.user.shown_name if bar.user is not None else bar.agency.name if bar.agency is not None else ""
        found.append((who, f"{bar.reason} · {a_day(paris_day(bar.at))}"))
    return found


def at_work(lens: Lens, whole: Whole) -> list[tuple[str, str]] | None:
    """Which agencies have the case, and for what (RQ-47); None where the reader may not know."""
    if not lens.may("mandates"):
        return None
    asked: dict[str, list[str]] = {}
    for row in whole.mandates:
        asked.setdefault(row.agency.name, []).append(named(MANDATES, row.purpose))
    return [(who, ", ".join(dict.fromkeys(what))) for who, what in asked.items()]


def _title(number: int) -> str:
    title = pick("Personne mise en cause", "Respondent")
    return title if number == 1 else f"{title} {number}"


def reach(case: Case, lens: Lens, whole: Whole, offers: Offers | None = None) -> Reach | None:
    """How to reach the person safely; None where the reader may not know."""
    if not lens.may("safe_contact"):
        return None
    shows_values = lens.may("contact")
    channels = sorted(whole.channels, key=lambda one: (one.is_safe is not True, one.is_safe is not None, one.pk))
    lines = tuple(_channel(one, shows_values) for one in channels)
    profile = whole.profile
    rules = []
    if profile is not None and profile.agreed_opening_phrase:
        phrase = profile.agreed_opening_phrase
        rules.append(
            pick(f"Commencer par la phrase convenue : « {phrase} »", f"Begin with the agreed phrase: “{phrase}”")
        )
    if profile is not None and profile.duress_word:
        word = profile.duress_word
        rules.append(
            pick(
                f"Si elle ou il dit « {word} » : raccrocher et alerter",
                f"If the person says “{word}”: hang up and raise the alarm",
            )
        )
    if profile is not None and profile.call_back_forbidden:
        rules.append(pick("Ne jamais rappeler : la personne appelle elle-même", "Never call back: the person calls"))
    rules.append(
        pick(
            "Numéro masqué, aucun contenu laissé, ne pas parler du téléphone (TGD-20)",
            "Hidden number, no content left, the phone not mentioned (TGD-20)",
        )
    )
    safe = any(one.is_safe for one in channels)
    offered = tuple((offers or {}).get(Group.SAFE_CONTACT.value, ()))
    return Reach(lines, tuple(rules), who_sees(Group.SAFE_CONTACT, case.stage), not safe, offered)


def _channel(row: Channel, shows_value: bool) -> ChannelLine:
    verdicts = {
        True: ("yes", pick("peut être utilisé", "may be used")),
        False: ("no", pick("ne pas utiliser", "do not use")),
        None: ("unknown", pick("personne n’a demandé : ne pas utiliser", "nobody has asked: do not use")),
    }
    mark, verdict = verdicts[row.is_safe]
    rules = []
    if row.is_safe and row.safe_hours:
        rules.append(row.safe_hours)
    if row.is_safe:
        no, yes = (
            pick("aucun message", "no message"),
            pick("un message neutre est possible", "a neutral message is possible"),
        )
        rules.append(no if row.leave_no_message else yes)
    if row.note:
        rules.append(row.note)
    rules.append(pick(f"vérifié le {an_instant(row.checked_at)}", f"checked on {an_instant(row.checked_at)}"))
    return ChannelLine(mark, named(CHANNELS, row.kind), row.value if shows_value else "", verdict, tuple(rules), row.pk)


def _protected(case: Case, lens: Lens, whole: Whole, offers: Offers) -> Iterator[FieldGroup]:
    person, profile = case.protected_person, whole.profile
    sheet = Sheet(lens, case.stage, offers)
    addresses = list(Address.objects.filter(person=person).order_by("pk"))
    kept = _Kept(case)
    more = {href.rsplit("/", 1)[1]: href for rows in offers.values() for href, _ in rows}  # by slug

    sheet.add(Group.IDENTITY, lambda: _identity(person, profile))
    sheet.add(Group.PHOTO, lambda: [picture.field(case)] if profile is not None and profile.has_photo else [])
    sheet.add(Group.EXPRESSION, lambda: _expression(person, profile))
    sheet.add(Group.FAMILY, lambda: _family(profile, kept.relatives, more))
    sheet.add(Group.CHILDREN, lambda: [_child(one, more) for one in kept.children])
    sheet.add(
        Group.CHILDREN_PLACES,
        lambda: (
            [
                one(child.person.given_name, child.school, child.school_phone, child.visiting_rights)
                for child in kept.children
            ]
            + _places(addresses, {Address.Kind.SCHOOL, Address.Kind.ACCESS_RIGHTS}, more, hidden=None)
        ),
    )
    home = {Address.Kind.HOME, Address.Kind.HOST, Address.Kind.DECLARED}
    sheet.add(Group.ADDRESS, lambda: _places(addresses, home, more, hidden=False))
    if any(address.hidden and address.kind in home for address in addresses):
        sheet.add(Group.HIDDEN_ADDRESS, lambda: _places(addresses, home, more, hidden=True))
    sheet.add(Group.WORKPLACE, lambda: [_work(profile), *_places(addresses, {Address.Kind.WORK}, more, hidden=None)])
    sheet.add(Group.USUAL_PLACES, lambda: _places(addresses, {Address.Kind.USUAL}, more, hidden=None))
    urgent = (Relative.Kind.EMERGENCY, Relative.Kind.TRUSTED)
    sheet.add(Group.EMERGENCY_CONTACTS, lambda: [_relative(r, more) for r in kept.relatives if r.kind in urgent])
    yield from sheet.groups


class _Kept:
    """Who is around the protected person: read when a group that shows them is granted, and once."""

    def __init__(self, case: Case) -> None:
        self._case = case

    @cached_property
    def relatives(self) -> list[Relative]:
        return list(Relative.objects.filter(person=self._case.protected_person_id, until=None).order_by("order", "pk"))

    @cached_property
    def children(self) -> list[CaseChild]:
        return list(self._case.children.filter(until=None).select_related("person", "person__profile").order_by("pk"))


def _identity(person: Person, profile: Profile | None) -> list[Field | None]:
    full = f"{person.given_name} {person.family_name}"
    if profile is None:
        return [one(pick("Nom", "Name"), full)]
    called = f"{profile.address_as} {full}".strip()
    born = "" if profile.birth_date is None else a_day(profile.birth_date)
    return [one(pick("Nom", "Name"), called), one(pick("Naissance", "Birth"), born, profile.birth_place)]


def _expression(person: Person, profile: Profile | None) -> list[Field | None]:
    spoken = one(pick("Au téléphone", "On the phone"), named(SPOKEN, person.locale) if person.locale != "fr" else "")
    if profile is None:
        return [one(pick("Français", "French"), named(FRENCH, "")), spoken]
    hard = {
        True: pick("difficulté d’expression à prendre en compte", "difficulty of expression to be taken into account"),
        False: "",
        None: "",
    }[profile.expression_difficulty]
    interpreter = profile.interpreter_language
    return [
        one(
            pick("Français", "French"), named(FRENCH, profile.french_level), tone="" if profile.french_level else "warn"
        ),
        spoken,
        one(pick("Langues", "Languages"), ", ".join(profile.languages)),
        one(pick("Interprète", "Interpreter"), interpreter, tone="warn"),
        one(pick("Expression", "Expression"), hard, tone="warn"),
    ]


def _family(profile: Profile | None, relatives: list[Relative], more: More) -> list[Field | None]:
    around = (Relative.Kind.LIVES_WITH, Relative.Kind.FAMILY)
    found = [_relative(r, more) for r in relatives if r.kind in around]
    if profile is None:
        return found
    return [
        one(pick("Situation", "Situation"), profile.family_situation),
        *found,
        one(pick("Animaux", "Pets"), profile.pets),
    ]


def _child(row: CaseChild, more: More) -> Field | None:
    person = row.person
    profile = getattr(person, "profile", None)
    born = (
        ""
        if profile is None or profile.birth_date is None
        else pick(f"né ou née le {a_day(profile.birth_date)}", f"born on {a_day(profile.birth_date)}")
    )
    where = {
        True: pick("vit avec la personne protégée", "lives with the protected person"),
        False: pick("ne vit pas avec la personne protégée", "does not live with the protected person"),
        None: pick("lieu de vie non demandé", "nobody asked where the child lives"),
    }[row.lives_with_protected_person]
    return one(f"{person.given_name} {person.family_name}", born, where, href=_on(more, "child-more", row.pk))


def _places(
    addresses: list[Address], kinds: set[Address.Kind], more: More, *, hidden: bool | None
) -> list[Field | None]:
    shown = [a for a in addresses if a.kind in kinds and (hidden is None or a.hidden == hidden) and a.until is None]
    kept_secret = pick(
        "dissimulée : jamais à l’autre partie ni à son conseil", "hidden: never to the other party or their counsel"
    )
    return [
        one(
            named(ADDRESSES, a.kind),
            a.text,
            a.host,
            a.housing,
            kept_secret if a.hidden else "",
            _agreed(a),
            tone="warn" if a.hidden else "",
            href=_on(more, "address-more", a.pk),
        )
        for a in shown
    ]


def _agreed(row: Address) -> str:
    """Whether the third party whose address is declared agrees to it (IN-03)."""
    if row.kind != Address.Kind.DECLARED:
        return ""
    yes, no = (
        pick("la personne chez qui c’est est d’accord", "whose address it is agrees"),
        pick("l’accord du tiers n’est pas noté", "the third party’s agreement is not recorded"),
    )
    return yes if row.third_party_agrees else no


def _work(profile: Profile | None) -> Field | None:
    return None if profile is None else one(pick("Travail", "Work"), profile.workplace, profile.workplace_phone)


def _relative(row: Relative, more: More) -> Field | None:
    who = f"{row.name}{', ' + row.link if row.link else ''}"
    return one(named(RELATIVES, row.kind), who, row.phone, href=_on(more, "relative-more", row.pk))


def _on(more: More, slug: str, number: int) -> str:
    """Where one row is completed or ended; empty for a reader who may not."""
    return f"{more[slug]}?on={number}" if slug in more else ""


class _Named:
    """The persons complained of, all of a case at once: each kind of row is read when a group that shows it is granted."""

    def __init__(self, rows: Iterable[CaseRespondent]) -> None:
        self._numbers = [row.person_id for row in rows if row.person_id is not None]

    @cached_property
    def persons(self) -> dict[int, Person]:
        return Person.objects.select_related("profile").in_bulk(self._numbers)

    @cached_property
    def addresses(self) -> list[Address]:
        return list(Address.objects.filter(person__in=self._numbers, until=None).order_by("pk"))

    @cached_property
    def channels(self) -> list[Channel]:
        return list(Channel.objects.filter(person__in=self._numbers).order_by("pk"))


def _respondents(case: Case, lens: Lens, whole: Whole, offers: Offers) -> Iterator[tuple[int, tuple[FieldGroup, ...]]]:
    named = _Named(whole.respondents)
    for number, row in enumerate(whole.respondents, 1):
        yield number, tuple(_one_respondent(case, lens, row, named, offers))


def _one_respondent(case: Case, lens: Lens, row: CaseRespondent, known: _Named, offers: Offers) -> list[FieldGroup]:
    about = {group: [(f"{href}?on={row.pk}", said) for href, said in rows] for group, rows in offers.items()}
    sheet = Sheet(lens, case.stage, about)
    who = row.person_id
    sheet.add(Group.RESPONDENT_IDENTITY, lambda: _respondent(row, None if who is None else known.persons[who]))
    if who is not None:
        sheet.add(Group.RESPONDENT_CONTACT, lambda: _phones(known.persons[who], known.channels))
        sheet.add(Group.RESPONDENT_ADDRESS, lambda: _home(known.persons[who], known.addresses))
    sheet.add(Group.DETENTION, lambda: _detention(row))
    return sheet.groups


def _phones(person: Person, channels: list[Channel]) -> list[Field | None]:
    ways = (row.value for row in channels if row.person_id == person.pk)
    return [one(pick("Téléphone", "Phone"), person.phone, *ways)]


def _home(person: Person, addresses: list[Address]) -> list[Field | None]:
    profile = getattr(person, "profile", None)
    own = [row for row in addresses if row.person_id == person.pk]
    found = [one(named(ADDRESSES, row.kind), row.text, row.host, row.housing) for row in own]
    if profile is not None:
        found.append(one(pick("Situation familiale", "Family situation"), profile.family_situation))
        found.append(one(pick("Animaux", "Pets"), profile.pets))
    return found


def _respondent(row: CaseRespondent, person: Person | None) -> list[Field | None]:
    if person is None:
        who = one(pick("Identité", "Identity"), pick("non connue", "not known"), row.description, tone="warn")
    else:
        profile = getattr(person, "profile", None)
        birth = profile.birth_date if profile is not None else None
        born = pick(f"né ou née le {a_day(birth)}", f"born on {a_day(birth)}") if birth is not None else ""
        full = f"{person.given_name} {person.family_name}"
        who = one(pick("Nom", "Name"), full, born, row.alias, row.description)
    link = named(LINKS, row.link)
    before = [_before(one) for one in reversed(row.former_names)]
    return [
        who,
        one(pick("Noté avant", "Recorded before"), *before),
        one(pick("Lien", "Link"), link, tone="warn" if row.link == "unknown" else ""),
    ]


def _before(old: dict[str, str]) -> str:
    """A name that a correction replaced: until when, by whom, why."""
    until, full = an_instant(datetime.fromisoformat(old["until"])), f"{old['given_name']} {old['family_name']}".strip()
    return pick(
        f"{full}, jusqu’au {until} : {old['why']} ({old['by']})", f"{full}, until {until}: {old['why']} ({old['by']})"
    )


def _detention(row: CaseRespondent) -> list[Field | None]:
    states = {
        True: pick("incarcérée", "imprisoned"),
        False: pick("non incarcérée", "not imprisoned"),
        None: pick("non connue", "not known"),
    }
    out = (
        ""
        if row.release_expected_on is None
        else pick(
            f"sortie prévue le {a_day(row.release_expected_on)}",
            f"release expected on {a_day(row.release_expected_on)}",
        )
    )
    return [one(pick("Situation", "Situation"), states[row.is_imprisoned], out, tone="warn" if out else "")]
