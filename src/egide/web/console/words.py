"""Every word the console's script shows, by key. The script holds no sentence of its own.

`{name}` marks what the script fills in. A test keeps this table and the script's keys the same.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

WORDS: dict[str, Callable[[], str]] = {
    "line.live": lambda: _("Line live"),
    "line.connecting": lambda: _("Connecting…"),
    "line.down": lambda: _("Line down"),
    "line.banner": lambda: _("The line is down since {time}."),
    "line.safe": lambda: _(
        "What you see stops there; new alarms may be missing. Nothing that was recorded is lost. Watch from another "
        "screen: this one reconnects by itself and will catch up."
    ),
    "line.seconds": lambda: _("{n} s"),
    "line.again": lambda: _("The line is live again. The list is complete."),
    "line.signed_out": lambda: _("Your session has ended. What you see is out of date."),
    "line.sign_in": lambda: _("Sign in again"),
    "monitor.down": lambda: _("Monitoring has stood still since {time}."),
    "monitor.never": lambda: _("Monitoring is not running."),
    "monitor.safe": lambda: _(
        "What devices send is kept and waits to be judged: no new incident shows until then. Call the people on duty "
        "for the system."
    ),
    "list.none": lambda: _("No open incident."),
    "list.none_hint": lambda: _("New ones appear here by themselves, the most urgent first."),
    "list.one": lambda: _("1 open incident"),
    "list.many": lambda: _("{n} open incidents"),
    "list.hidden": lambda: _("{n} more incidents are open than this list can show."),
    "list.mine": lambda: _("you"),
    "list.free": lambda: _("not taken"),
    "list.again": lambda: _("rings again"),
    "list.again_said": lambda: _("Rings again: {what}"),
    "incident.none": lambda: _("Nothing is selected."),
    "incident.none_hint": lambda: _("Choose an incident with the arrow keys. Press ? for all keys."),
    "incident.take": lambda: _("Take"),
    "incident.taking": lambda: _("Taking…"),
    "incident.close": lambda: _("Close…"),
    "incident.over": lambda: _("Take over…"),
    "incident.has": lambda: _("{name} has had it since {time}."),
    "incident.mine": lambda: _("You have had it since {time}."),
    "incident.free": lambda: _("Nobody has taken it yet."),
    "incident.closed": lambda: _("Closed by {name} at {time}: {reason}"),
    "incident.next": lambda: _("Next"),
    "incident.people": lambda: _("People"),
    "incident.no_phone": lambda: _("no number"),
    "incident.rule": lambda: _("rule {id}"),
    "incident.failed": lambda: _("The server did not confirm. Look at what is shown, then try again."),
    "incident.back": lambda: _("Back to the list"),
    "incident.gone": lambda: _("This incident cannot be shown."),
    "over.title": lambda: _("Take over from {name}?"),
    "over.text": lambda: _("Agree on it first: two people must not call the same person."),
    "over.yes": lambda: _("Take over"),
    "close.title": lambda: _("Close the incident"),
    "close.reason": lambda: _("What ended it?"),
    "close.text": lambda: _("In a few words: who was reached, what was done"),
    "close.needed": lambda: _("needed"),
    "close.inside": lambda: _(
        "The distance was below the threshold at the last estimate, and the measure has ended. Say why you close."
    ),
    "close.stands": lambda: _(
        "The alert still stands. The incident can be closed once the distance is regained or the measure has ended."
    ),
    "close.yes": lambda: _("Close the incident"),
    "dialog.no": lambda: _("Cancel"),
    "map.title": lambda: _("Map"),
    "map.empty": lambda: _("Positions appear here when an incident is selected."),
    "map.unknown": lambda: _("No position to show."),
    "map.sketch": lambda: _("Simplified drawing: this computer cannot draw the map (WebGL is missing)."),
    "map.schematic": lambda: _("schematic background"),
    "map.alert_zone": lambda: _("alert {distance}"),
    "map.pre_alert_zone": lambda: _("pre-alert {distance}"),
    "map.age": lambda: _("{age} ago"),
    "map.now": lambda: _("now"),
    "map.accuracy": lambda: _("within {distance}"),
    "map.accuracy_unknown": lambda: _("accuracy unknown"),
    "map.unknown_since": lambda: _("position unknown since {time}"),
    "map.zoom_in": lambda: _("Zoom in"),
    "map.zoom_out": lambda: _("Zoom out"),
    "map.attribution": lambda: _("Show the sources of the map"),
    "timeline.none": lambda: _("Nothing yet."),
    "keys.title": lambda: _("All keys"),
    "keys.arrows": lambda: _("previous or next incident"),
    "keys.enter": lambda: _("take the incident"),
    "keys.close": lambda: _("close the incident; then a number for the reason"),
    "keys.over": lambda: _("take over from a colleague"),
    "keys.map": lambda: _("map large or small"),
    "keys.fit": lambda: _("show both persons on the map"),
    "keys.theme": lambda: _("light or dark screen"),
    "keys.help": lambda: _("this list"),
    "keys.escape": lambda: _("close what is open"),
    "keys.done": lambda: _("Close this list"),
    "unit.s": lambda: _("{n} s"),
    "unit.min": lambda: _("{n} min"),
    "unit.h": lambda: _("{n} h"),
    "unit.m": lambda: _("{n} m"),
    "unit.km": lambda: _("{n} km"),
}


def script_words() -> dict[str, str]:
    """The table in the language that is active."""
    return {key: word() for key, word in WORDS.items()}
