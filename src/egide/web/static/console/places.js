// How people stand on a map, whichever way it is drawn: the protected person a filled dot, the wearer a ring, both with
// a disc of true metres, the age of the position in words, and nothing that looks fresher than it is.

import { age, clock, metres, svg, t } from "egide/format";

const RADIUS_M = 6371008.8; // for pictures only; decisions are made on the ellipsoid, by the core
const RAD = Math.PI / 180;

const WIDEST_M = 10000; // a wider place of an order is not shown whole: the people would be too small

export const TAIL_MS = 180000;

/** The mark of a party as SVG parts around 0,0. */
export function partyMark(role) {
  if (role === "wearer") {
    return [svg("circle", { r: 11, fill: "var(--panel)" }), svg("circle", { r: 7.5, fill: "none", stroke: "currentColor", "stroke-width": 4 })];
  }
  return [svg("circle", { r: 10, fill: "var(--panel)" }), svg("circle", { r: 8.5, fill: "currentColor" })];
}

/** A ring of [lon, lat] points at `radius` metres around a place. */
export function ring(place, radius, points = 72) {
  const ring = [];
  const dLat = radius / RADIUS_M / RAD;
  const dLon = dLat / Math.cos(place.lat * RAD);
  for (let i = 0; i <= points; i += 1) {
    const a = (i / points) * 2 * Math.PI;
    ring.push([place.lon + dLon * Math.sin(a), place.lat + dLat * Math.cos(a)]);
  }
  return ring;
}

export function isOld(detail, place, now) {
  return now - place.at_ms > detail.unseen_after_ms;
}

/** The radius to draw: what the device said, or a modest disc that the words call unknown. */
export function discRadius(place) {
  return place.accuracy_m ?? 30;
}

/** Two lines beside a mark: who, and how old and sure the position is. */
export function labelOf(detail, party, now) {
  const place = party.place;
  const name = `${party.initials} · ${party.role_word}`;
  if (isOld(detail, place, now)) return [name, t("map.unknown_since", { time: clock(place.at_ms, now) })];
  const old = age(now - place.at_ms);
  const sure = place.accuracy_m === null ? t("map.accuracy_unknown") : t("map.accuracy", { distance: metres(place.accuracy_m) });
  return [name, `${old === null ? t("map.now") : t("map.age", { age: old })}, ${sure}`];
}

/** The parties that have a place, and whether the line between two of them may be drawn. */
export function placed(detail, now) {
  const parties = detail.parties.filter((party) => party.place !== null);
  const fresh = parties.filter((party) => !isOld(detail, party.place, now));
  return { parties, pair: fresh.length === 2 ? fresh : null, protectedParty: parties.find((party) => party.role === "protected") ?? null };
}

/** The tail: segments from old to new, fading. Opacity from 0 to 1. */
export function tail(party) {
  const last = party.place.at_ms;
  const points = party.trail.filter((p) => last - p.at_ms <= TAIL_MS && p.at_ms <= last);
  const segments = [];
  for (let i = 1; i < points.length; i += 1) {
    segments.push({ from: points[i - 1], to: points[i], opacity: Math.max(0.08, 0.8 * (1 - (last - points[i].at_ms) / TAIL_MS)) });
  }
  return segments;
}

/** Metres between two places, near enough for a picture. */
function apart(a, b) {
  const dx = (a.lon - b.lon) * Math.cos(a.lat * RAD);
  return Math.hypot(dx, a.lat - b.lat) * RAD * RADIUS_M;
}

/** West, south, east, north of what should be seen: both parties with their discs, the alert zone, and the place of the order one is in. */
export function bounds(detail, now) {
  const { parties, protectedParty } = placed(detail, now);
  if (parties.length === 0) return null;
  const points = parties.flatMap((party) => ring(party.place, Math.max(discRadius(party.place), 120), 8));
  if (protectedParty !== null && detail.radii !== null) points.push(...ring(protectedParty.place, detail.radii.alert_m, 8));
  for (const { circle, radius_m: radius } of detail.order_places ?? []) {
    if (circle !== null && radius <= WIDEST_M && parties.some((party) => apart(party.place, circle) <= radius)) points.push(...ring(circle, radius, 8));
  }
  const lons = points.map((p) => p[0]);
  const lats = points.map((p) => p[1]);
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}
