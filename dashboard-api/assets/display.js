// Keeps the public display current: each new number lets bicycles cross the street.

import { ServerClock } from "./clock.js";
import { follow } from "./follow.js";
import { keepForAbsence } from "./keep.js";
import { morph } from "./morph.js";
import { celebrate, parade, stopMotion } from "./parade.js";

const LOOK_MS = 1_000;
const SAY_EVERY_MS = 60_000; // who listens wants to hear something else, too
const PAUSE_LIMIT_MS = 10 * 60_000; // a number that stands still in public is soon a lie

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const board = document.querySelector(".board");
const clock = new ServerClock(board.dataset);
// A page that the service worker kept: when it was received, by this machine's clock.
const keptAt = Number(document.documentElement.dataset.keptAt) || null;
if (keptAt) clock.set({ now: Number(board.dataset.now) + Date.now() - keptAt });

let lostSince = keptAt;
let pausedUntil = null;
let saidAt = -Infinity;

async function load(signal) {
  const response = await fetch(board.dataset.fragment, { signal });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  const next = template.content.querySelector(".board");
  if (next.dataset.revision !== board.dataset.revision) location.reload(); // the program was updated
  clock.set(next.dataset);
  const before = { ...board.dataset };
  const from = board.querySelector(".board__number")?.textContent;
  stopMotion();
  morph(board, next);
  if (!calm.matches && !document.hidden) move(before, from);
  say();
}

function move(before, from) {
  const now = board.dataset;
  if (now.reached && now.reached !== before.reached) celebrate(stage());
  if (!(Number(now.count) > Number(before.count)) || !before.count) return;
  parade({ stage: stage(), number: board.querySelector(".board__number"), from, before, now });
}

const stage = () => board.querySelector(".stage");

/** Says the number to those who hear the display: politely, and once a minute at most. */
function say() {
  const words = board.dataset.say;
  if (!words || Date.now() - saidAt < SAY_EVERY_MS) return;
  const said = document.querySelector("#said");
  if (said.textContent === words) return;
  said.textContent = words;
  saidAt = Date.now();
}

/** Says that the server is lost, and takes the number away once it is no longer that of today: nobody else can. */
function show() {
  const lost = lostSince !== null;
  const paused = pausedUntil !== null;
  if (paused && Date.now() >= pausedUntil) setPaused(false);
  board.classList.toggle("is-offline", lost);
  board.classList.toggle("is-paused", paused);
  board.classList.toggle("is-cut", (lost || paused) && clock.now() >= Number(board.dataset.endsAt));
  const shown = paused ? "paused" : lost ? "offline" : "server";
  for (const line of board.querySelectorAll(".board__state")) line.hidden = line.dataset.state !== shown;
  if (lost) fill(".contact-time", lostSince);
  if (paused) fill(".goes-on-time", pausedUntil);
}

function fill(selector, at) {
  for (const time of board.querySelectorAll(selector)) {
    const text = clock.text(at);
    if (time.textContent !== text) time.textContent = text;
  }
}

const following = follow({
  thing: board.dataset.thing,
  everyMs: 2_000,
  load,
  lostSince,
  contact({ lost, at }) {
    lostSince = lost ? at : null;
    show();
  },
});

const button = document.createElement("button");
button.id = "pause";
button.type = "button";
button.addEventListener("click", () => setPaused(pausedUntil === null));

function setPaused(paused) {
  pausedUntil = paused ? Date.now() + PAUSE_LIMIT_MS : null;
  if (paused) {
    stopMotion();
    following.pause();
  } else {
    following.resume();
  }
  const words = board.querySelector(".board__switch")?.dataset;
  if (words) name(words, paused);
  show();
}

function name(words, paused) {
  button.textContent = paused ? words.resume : words.pause;
  button.setAttribute("aria-label", `${button.textContent}: ${words.name}`);
  button.classList.toggle("is-paused", paused);
}

/** Puts the switch where the board has its place: a board out of service has none, and nothing moves there. */
function placeButton() {
  const place = board.querySelector(".board__switch");
  if (!place || button.parentNode === place) return;
  if (!button.textContent) name(place.dataset, false);
  place.append(button);
}

calm.addEventListener("change", () => calm.matches && stopMotion());
setInterval(() => {
  placeButton();
  show();
}, LOOK_MS);
placeButton();
show();
keepForAbsence();
