// What a script adds to the charts of a page: reading out values by pointer and keys, zooming and moving along the
// axis of time. Values come from the table beside a chart, pictures from the server; nothing is computed twice.

import { morph } from "./morph.js";

const [LEFT, RIGHT, WIDTH] = [56, 706, 720]; // where the plot lies in the picture
const HOUR_MS = 3_600_000;
const SHORTEST_MS = 2 * HOUR_MS;
const LONGEST_MS = 1096 * 24 * HOUR_MS;
const SETTLE_MS = 300; // of wheel and fingers, before the server is asked
const SAY_MS = 400; // no more often: whoever has it read aloud must keep up
const DRAG_PX = 6;

const view = document.querySelector("#view");
const said = document.querySelector("#chart-said");

let saying;
function say(text) {
  clearTimeout(saying);
  saying = setTimeout(() => (said.textContent = text), SAY_MS);
}

/** The intervals of a chart's table, oldest first: from, to, what it says. */
function intervals(plot) {
  const table = plot.closest("article").querySelector(".data table");
  const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
  let to = Number(table.tBodies[0].dataset.end);
  const rows = [...table.tBodies[0].rows].map((row) => {
    const [when, ...values] = [...row.cells].map((cell) => cell.textContent);
    const from = Date.parse(row.querySelector("time").dateTime);
    const named = values.map((value, i) => (values.length > 1 ? `${names[i]} ${value}` : value));
    const interval = { from, to, text: `${when}: ${named.join(" · ")}` };
    to = from;
    return interval;
  });
  return rows.reverse();
}

const range = ({ dataset }) => [Number(dataset.from), Number(dataset.to)];

/** The time at a place of the screen. */
function timeAt(plot, clientX) {
  const box = plot.getBoundingClientRect();
  const x = ((clientX - box.left) / box.width) * WIDTH;
  const [from, to] = range(plot);
  return from + ((x - LEFT) / (RIGHT - LEFT)) * (to - from);
}

/** Puts the cursor on an interval and says what the table says of it. */
function read(plot, interval, aloud) {
  const cursor = plot.querySelector(".plot__cursor");
  const out = plot.parentElement.querySelector(".readout");
  plot.at = interval?.from;
  cursor.hidden = !interval;
  out.textContent = interval?.text ?? "";
  if (!interval) return;
  const [from, to] = range(plot);
  const percent = (time) => ((LEFT + ((time - from) / (to - from)) * (RIGHT - LEFT)) / WIDTH) * 100;
  const [left, right] = [Math.max(interval.from, from), Math.min(interval.to, to)].map(percent);
  cursor.style.left = `${left}%`;
  cursor.style.width = `${Math.max(0.3, right - left)}%`;
  if (aloud) say(interval.text);
}

const find = (plot, time) => intervals(plot).find(({ from, to }) => from <= time && time < to);

/** Shows another stretch of time: the server's page for it, put in the place of this one. */
let asked = 0;
async function go(url) {
  const n = ++asked;
  let response;
  try {
    response = await fetch(url, { headers: { accept: "text/html" } });
  } catch {
    return; // page.js tells that the server is away
  }
  if (!response.ok || n !== asked) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  if (n !== asked) return;
  for (const old of document.querySelectorAll("[data-live]")) {
    const part = fresh.querySelector(`[data-live="${old.dataset.live}"]`);
    if (part) morph(old, part);
  }
  morph(document.querySelector(".languages"), fresh.querySelector(".languages"));
  history.replaceState(null, "", url);
  say(view.querySelector("h2").textContent);
  begin();
}

let settling;
let wanted = null;

/** Asks for a stretch once it has settled: whole hours, not ahead, not before the first value. */
function show(from, to, after = SETTLE_MS) {
  const whole = (time) => Math.round(time / HOUR_MS) * HOUR_MS;
  const [first, end] = [Number(view.dataset.first ?? from) - 24 * HOUR_MS, Number(view.dataset.end)];
  const length = Math.min(Math.max(whole(to - from), SHORTEST_MS), LONGEST_MS, Math.max(end - first, SHORTEST_MS));
  const start = whole(Math.max(first, Math.min(from, end - length)));
  wanted = [start, start + length];
  clearTimeout(settling);
  settling = setTimeout(() => {
    const url = new URL(location.href);
    for (const name of ["range", "date"]) url.searchParams.delete(name);
    const utc = (time) => new Date(time).toISOString().replace(".000", "");
    url.searchParams.set("from", utc(wanted[0]));
    url.searchParams.set("to", utc(wanted[1]));
    wanted = null;
    go(url.href);
  }, after);
}

/** Makes what is shown shorter or longer around a time that stays where it is. */
function zoom(plot, factor, around, after) {
  const [from, to] = wanted ?? range(plot);
  const middle = around ?? (from + to) / 2;
  show(middle - (middle - from) * factor, middle + (to - middle) * factor, after);
}

const fingers = new Map();
let drag = null;

function spread() {
  const [a, b] = [...fingers.values()];
  return { width: Math.max(Math.abs(a - b), 20), middle: (a + b) / 2 };
}

const listeners = {
  pointerdown(plot, event) {
    if (event.button !== 0) return;
    fingers.set(event.pointerId, event.clientX);
    event.currentTarget.setPointerCapture(event.pointerId);
    drag = { from: event.clientX, dx: 0, pinch: fingers.size === 2 ? spread() : null };
  },
  pointermove(plot, event) {
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, event.clientX);
    if (!drag) return read(plot, find(plot, timeAt(plot, event.clientX)));
    if (drag.pinch) return;
    const dx = event.clientX - drag.from;
    if (Math.abs(dx) < DRAG_PX && !drag.dx) return;
    drag.dx = dx;
    plot.querySelector("svg").style.translate = `${dx}px`;
  },
  pointerup(plot, event) {
    const { dx, pinch } = drag ?? {};
    if (pinch && fingers.size === 2) {
      const now = spread();
      zoom(plot, pinch.width / now.width, timeAt(plot, pinch.middle));
    } else if (dx) {
      const [from, to] = range(plot);
      const moved = timeAt(plot, event.clientX - dx) - timeAt(plot, event.clientX);
      show(from + moved, to + moved, 0);
    } else if (drag) {
      read(plot, find(plot, timeAt(plot, event.clientX)), true);
    }
    listeners.pointercancel(plot, event);
  },
  pointercancel(plot, event) {
    fingers.delete(event.pointerId);
    if (fingers.size) return;
    drag = null;
    plot.querySelector("svg").style.translate = "";
  },
  pointerleave(plot) {
    if (!drag && document.activeElement !== plot.querySelector(".plot__keys")) read(plot, null);
  },
  wheel(plot, event) {
    if (!event.ctrlKey) return; // without it the page scrolls
    event.preventDefault();
    zoom(plot, event.deltaY < 0 ? 0.7 : 1 / 0.7, timeAt(plot, event.clientX));
  },
  keydown(plot, event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const all = intervals(plot);
    const i = all.findIndex(({ from }) => from === plot.at);
    const last = all.length - 1;
    const step = { ArrowLeft: i < 0 ? last : i - 1, ArrowRight: i < 0 ? 0 : i + 1, Home: 0, End: last }[event.key];
    if (step !== undefined) read(plot, all[Math.min(Math.max(step, 0), last)], true);
    else if (event.key === "+" || event.key === "-") zoom(plot, event.key === "+" ? 0.5 : 2, plot.at);
    else if (event.key === "Escape") read(plot, null);
    else return;
    event.preventDefault();
  },
  blur(plot) {
    read(plot, null);
  },
};

/** Gives every chart its layer for pointer and keys, and every link to copy its button. */
function begin() {
  for (const own of document.querySelectorAll(".plot__own")) {
    const plot = own.parentElement;
    if (own.firstChild) {
      own.firstChild.ariaLabel = plot.dataset.label;
      if (plot.at !== undefined) read(plot, find(plot, plot.at));
      continue;
    }
    const keys = document.createElement("div");
    const cursor = document.createElement("div");
    Object.assign(keys, { className: "plot__keys", tabIndex: 0, role: "application", ariaLabel: plot.dataset.label });
    Object.assign(cursor, { className: "plot__cursor", hidden: true });
    for (const [name, listener] of Object.entries(listeners)) {
      keys.addEventListener(name, (event) => listener(plot, event), { passive: name !== "wheel" && name !== "keydown" });
    }
    own.append(keys, cursor);
  }
  for (const place of document.querySelectorAll("[data-copy]:empty")) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "button button--quiet", textContent: place.dataset.label });
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(place.dataset.copy).href);
      button.textContent = place.dataset.done;
      say(place.dataset.done);
      setTimeout(() => (button.textContent = place.dataset.label), 3_000);
    });
    place.append(button);
  }
}

document.addEventListener("refreshed", begin);
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-zoom]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.href);
});
begin();
