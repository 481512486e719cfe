// The map: MapLibre, a style of our own, a basemap we serve. No address outside this platform is ever asked, because
// whoever serves a map learns where people are. North is up and stays up.

import { metres, t } from "egide/format";
import { circles } from "egide/order";
import { Overlay } from "egide/overlay";
import { bounds, discRadius, isOld, placed, ring, tail } from "egide/places";

const FRANCE = [[-5.2, 41.2], [9.7, 51.2]];
const FACE = ["Atkinson Hyperlegible Next"];
const EMPTY = { type: "FeatureCollection", features: [] };

/** Can this browser draw the map at all? */
export function canDraw() {
  try {
    return document.createElement("canvas").getContext("webgl2") !== null;
  } catch {
    return false;
  }
}

/** The map, once it is ready to be drawn on. Rejects when it cannot be made. */
export async function makeMap(container, boot) {
  const [gl, basemap] = await Promise.all([import("maplibre-gl"), fetch(boot.urls.basemap, { credentials: "same-origin" }).then((r) => r.json())]);
  await document.fonts.load('16px "Atkinson Hyperlegible Next"');
  gl.setWorkerUrl(new URL(boot.urls.mapWorker, location.href).href);
  gl.setWorkerCount(1);
  container.replaceChildren();
  const map = new gl.Map({
    container, style: style(basemap), bounds: FRANCE, fadeDuration: 0, dragRotate: false, touchPitch: false, pitchWithRotate: false, maxZoom: 17, minZoom: 3,
    attributionControl: false, canvasContextAttributes: { antialias: true },
    locale: { "NavigationControl.ZoomIn": t("map.zoom_in"), "NavigationControl.ZoomOut": t("map.zoom_out"), "AttributionControl.ToggleAttribution": t("map.attribution"), "Map.Title": t("map.title") },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new gl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new gl.ScaleControl({ unit: "metric", maxWidth: 120 }), "bottom-left");
  map.addControl(new gl.AttributionControl({ compact: false, customAttribution: `Natural Earth · © GeoNames CC BY 4.0 · ${t("map.schematic")}` }), "bottom-right");
  await new Promise((resolve, reject) => {
    map.once("load", resolve);
    map.once("error", (event) => reject(event.error ?? new Error("the map could not be made")));
  });
  return new Drawn(map);
}

function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function lines(runs) {
  return { type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: runs } };
}

function style(basemap) {
  const places = basemap.places.map(([n, lon, lat, r]) => ({ type: "Feature", properties: { n, r }, geometry: { type: "Point", coordinates: [lon, lat] } }));
  const geo = (data, more = {}) => ({ type: "geojson", data, ...more });
  const shown = ["step", ["zoom"], ["<=", ["get", "r"], 0], 6, ["<=", ["get", "r"], 1], 7.3, ["<=", ["get", "r"], 2], 8.6, ["<=", ["get", "r"], 3], 9.8, ["<=", ["get", "r"], 4], 11, true];
  return {
    version: 8,
    sources: {
      land: geo({ type: "Feature", properties: {}, geometry: { type: "MultiPolygon", coordinates: basemap.land } }, { tolerance: 0.2 }),
      coast: geo(lines(basemap.coast)), borders: geo(lines(basemap.borders)),
      places: geo({ type: "FeatureCollection", features: places }),
      order: geo(EMPTY), orderNames: geo(EMPTY), zones: geo(EMPTY), zoneNames: geo(EMPTY), discs: geo(EMPTY), tails: geo(EMPTY), apart: geo(EMPTY),
    },
    layers: [
      { id: "sea", type: "background", paint: {} },
      { id: "land", type: "fill", source: "land", paint: { "fill-antialias": false } },
      { id: "borders", type: "line", source: "borders", paint: { "line-dasharray": [4, 3], "line-width": 1 } },
      { id: "coast", type: "line", source: "coast", paint: { "line-width": 1 } },
      { id: "dots", type: "circle", source: "places", filter: shown, minzoom: 8, paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 1.2, 14, 3] } },
      { id: "orderDiscs", type: "fill", source: "order", filter: ["all", ["==", ["get", "k"], "forbidden"], ["get", "holds"]], paint: { "fill-opacity": 0.16 } },
      { id: "orderForbidden", type: "line", source: "order", filter: ["==", ["get", "k"], "forbidden"], paint: { "line-width": 3.4, "line-opacity": ["case", ["get", "holds"], 1, 0.45] } },
      { id: "orderAllowed", type: "line", source: "order", filter: ["==", ["get", "k"], "allowed"], paint: { "line-width": 2.6, "line-opacity": ["case", ["get", "holds"], 1, 0.45], "line-dasharray": [0.6, 1.6] } },
      { id: "zones", type: "line", source: "zones", filter: ["==", ["get", "k"], "alert"], paint: { "line-width": 1.6, "line-opacity": 0.9 } },
      { id: "zonesPre", type: "line", source: "zones", filter: ["==", ["get", "k"], "pre"], paint: { "line-width": 1.4, "line-opacity": 0.75, "line-dasharray": [4, 4] } },
      { id: "discs", type: "fill", source: "discs", filter: ["!", ["get", "old"]], paint: { "fill-opacity": 0.2 } },
      { id: "discsOld", type: "fill", source: "discs", filter: ["get", "old"], paint: { "fill-pattern": "hatch" } },
      { id: "discEdges", type: "line", source: "discs", paint: { "line-width": 1, "line-opacity": 0.6 } },
      { id: "names", type: "symbol", source: "places", filter: shown, layout: { "text-field": ["get", "n"], "text-font": FACE, "text-size": ["step", ["get", "r"], 16, 1, 14.5, 2, 13.5, 3, 12.5], "text-variable-anchor": ["top", "bottom", "right", "left"], "text-radial-offset": 0.35, "symbol-sort-key": ["get", "r"], "text-padding": 6 }, paint: { "text-halo-width": 1.4 } },
      { id: "tails", type: "line", source: "tails", layout: { "line-cap": "round" }, paint: { "line-width": 3, "line-opacity": ["get", "o"] } },
      { id: "apart", type: "line", source: "apart", paint: { "line-width": 1.8, "line-dasharray": [2, 2] } },
      { id: "orderNames", type: "symbol", source: "orderNames", layout: { "text-field": ["get", "n"], "text-font": FACE, "text-size": 13, "text-anchor": "bottom", "text-offset": [0, -0.3], "text-allow-overlap": true }, paint: { "text-halo-width": 1.8 } },
      { id: "zoneNames", type: "symbol", source: "zoneNames", layout: { "text-field": ["get", "n"], "text-font": FACE, "text-size": 12.5, "text-anchor": "bottom", "text-offset": [0, -0.2], "text-allow-overlap": true }, paint: { "text-halo-width": 1.6 } },
    ],
  };
}

const COLOURS = [
  ["sea", "background-color", "sea"], ["land", "fill-color", "land"], ["borders", "line-color", "border"], ["coast", "line-color", "coast"], ["dots", "circle-color", "place"],
  ["names", "text-color", "place"], ["names", "text-halo-color", "halo"], ["zones", "line-color", "muted"], ["zonesPre", "line-color", "muted"], ["discs", "fill-color", "accent"],
  ["discEdges", "line-color", "accent"], ["tails", "line-color", "text"], ["apart", "line-color", "text"], ["zoneNames", "text-color", "muted"], ["zoneNames", "text-halo-color", "halo"],
  ["orderDiscs", "fill-color", "alert"], ["orderForbidden", "line-color", "alert"], ["orderAllowed", "line-color", "text"], ["orderNames", "text-color", "text"], ["orderNames", "text-halo-color", "halo"],
];

class Drawn {
  constructor(map) {
    this.map = map;
    this.overlay = new Overlay(map.getContainer());
    this.last = null;
    this.shown = null;
    this.moved = false; // by a hand: then the view is left alone
    map.on("dragstart", () => { this.moved = true; });
    map.on("wheel", () => { this.moved = true; });
    map.on("move", () => this.#words());
    map.on("resize", () => this.#words());
    this.theme();
  }

  theme() {
    const side = 10;
    const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
    const pen = canvas.getContext("2d");
    pen.strokeStyle = css("accent");
    pen.lineWidth = 1.6;
    for (const shift of [-side, 0, side]) {
      pen.beginPath();
      pen.moveTo(shift, side);
      pen.lineTo(shift + side, 0);
      pen.stroke();
    }
    const image = pen.getImageData(0, 0, side, side);
    if (this.map.hasImage("hatch")) this.map.updateImage("hatch", image);
    else this.map.addImage("hatch", image);
    for (const [layer, property, name] of COLOURS) this.map.setPaintProperty(layer, property, css(name));
  }

  clear() {
    for (const name of ["order", "orderNames", "zones", "zoneNames", "discs", "tails", "apart"]) this.map.getSource(name).setData(EMPTY);
    this.overlay.clear();
    this.last = null;
    this.shown = null;
  }

  show(detail, now) {
    const other = this.shown !== detail.id;
    if (other) this.clear();
    this.shown = detail.id;
    this.draw(detail, now);
    if (other) {
      this.moved = false;
      this.fit(detail, now);
    }
  }

  move(detail, now) {
    this.draw(detail, now);
    if (this.moved) return;
    const view = this.map.getBounds();
    const { parties } = placed(detail, now);
    if (parties.some((party) => !view.contains([party.place.lon, party.place.lat]))) this.fit(detail, now);
  }

  fit(detail, now) {
    const box = bounds(detail, now);
    this.moved = false;
    if (box !== null) this.map.fitBounds([[box[0], box[1]], [box[2], box[3]]], { padding: 56, maxZoom: 15.5, animate: false });
  }

  draw(detail, now) {
    const { parties, pair, protectedParty } = placed(detail, now);
    const zones = [];
    const names = [];
    if (protectedParty !== null && detail.radii !== null) {
      for (const [k, m, key] of [["alert", detail.radii.alert_m, "map.alert_zone"], ["pre", detail.radii.pre_alert_m, "map.pre_alert_zone"]]) {
        const line = ring(protectedParty.place, m, 120);
        zones.push({ type: "Feature", properties: { k }, geometry: { type: "LineString", coordinates: line } });
        names.push({ type: "Feature", properties: { n: t(key, { distance: metres(m) }) }, geometry: { type: "Point", coordinates: line[0] } });
      }
    }
    const set = (name, features) => this.map.getSource(name).setData({ type: "FeatureCollection", features });
    const order = circles(detail);
    set("order", order.map((one) => ({ type: "Feature", properties: { k: one.kind, holds: one.holds }, geometry: { type: "Polygon", coordinates: [one.line] } })));
    set("orderNames", order.map((one) => ({ type: "Feature", properties: { n: one.words }, geometry: { type: "Point", coordinates: one.line[0] } })));
    set("zones", zones);
    set("zoneNames", names);
    set("discs", parties.map((party) => ({ type: "Feature", properties: { old: isOld(detail, party.place, now) }, geometry: { type: "Polygon", coordinates: [ring(party.place, discRadius(party.place))] } })));
    set("tails", parties.flatMap((party) => tail(party).map((s) => ({ type: "Feature", properties: { o: s.opacity }, geometry: { type: "LineString", coordinates: [[s.from.lon, s.from.lat], [s.to.lon, s.to.lat]] } }))));
    set("apart", pair === null ? [] : [{ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: pair.map((party) => [party.place.lon, party.place.lat]) } }]);
    this.last = [detail, now];
    this.#words();
  }

  /** Marks and words follow the view. */
  #words() {
    if (this.last !== null) this.overlay.draw(...this.last, (place) => this.map.project([place.lon, place.lat]));
  }
}
