// What the overview and the page of a Thing have in common: they stay current, their ages and states go on,
// and they say so when the server cannot be reached.

import { ServerClock } from "./clock.js";
import { follow } from "./follow.js";
import { morph } from "./morph.js";

const SAY_AGAIN_MS = 10_000; // no more often: whoever has it read aloud must keep up
const BACK_FOR_MS = 8_000;
const TICK_MS = 1_000;

const main = document.querySelector("#main");
const notice = document.querySelector("#contact");
const button = document.querySelector("#pause");
const words = JSON.parse(main.dataset.words);

const clock = new ServerClock(main.dataset);
let paused = false;

/** Loads this page and puts its live parts in the place of the old ones. */
async function load(signal) {
  const response = await fetch(location.href, { headers: { accept: "text/html" }, signal });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const next = fresh.querySelector("#main");
  if (paused) return;
  if (next.dataset.revision !== main.dataset.revision) location.reload(); // the program was updated
  clock.set(next.dataset);
  for (const old of document.querySelectorAll("[data-live]")) {
    const part = fresh.querySelector(`[data-live="${old.dataset.live}"]`);
    if (part) morph(old, part);
  }
  document.dispatchEvent(new Event("refreshed"));
  tick();
}

/** Ages grow, and what was not heard for long is late or silent, whether or not anybody answers. */
function tick() {
  if (paused) return;
  const now = clock.now();
  for (const time of document.querySelectorAll("time[data-at]")) {
    const text = ago(Math.max(0, now - Number(time.dataset.at)) / 1000);
    if (time.textContent !== text) time.textContent = text;
  }
  for (const element of document.querySelectorAll("[data-stale-at]")) {
    const { staleAt, silentAt } = element.dataset;
    if (now > Number(silentAt)) age(element, "silent");
    else if (now > Number(staleAt)) age(element, "stale");
  }
}

function ago(seconds) {
  if (seconds < 60) return words.just_now;
  if (seconds < 3600) return words.minutes_ago.replace("{n}", Math.floor(seconds / 60));
  if (seconds < 172_800) return words.hours_ago.replace("{n}", Math.floor(seconds / 3600));
  return words.days_ago.replace("{n}", Math.floor(seconds / 86_400));
}

function age(element, state) {
  if (element.classList.contains(`is-${state}`)) return;
  element.classList.remove("is-live", "is-stale", "is-silent");
  element.classList.add(`is-${state}`);
  for (const name of element.querySelectorAll(".state__name")) name.textContent = words[state];
}

let saidAt = 0;
let saying = null;

function say(text, forMs) {
  clearTimeout(saying);
  saying = setTimeout(() => {
    saidAt = Date.now();
    notice.textContent = text;
    if (forMs) saying = setTimeout(() => (notice.textContent = ""), forMs);
  }, Math.max(0, saidAt + SAY_AGAIN_MS - Date.now()));
}

let wasLost = false;

function contact({ lost, at }) {
  document.body.classList.toggle("is-offline", lost);
  if (lost) say(words.lost.replace("{time}", clock.text(at)));
  else if (wasLost) say(words.back, BACK_FOR_MS);
  wasLost = lost;
}

const stream = follow({
  thing: main.dataset.thing,
  everyMs: Number(main.dataset.everyMs),
  load,
  contact,
});
setInterval(tick, TICK_MS);
document.addEventListener("visibilitychange", tick);

/** Everything that moves by itself can be stopped (WCAG 2.2.2); what stands still says of when it is. */
function pause() {
  paused = !paused;
  button.textContent = paused ? button.dataset.resume : button.dataset.pause;
  clearTimeout(saying);
  if (paused) {
    stream.pause();
    for (const time of document.querySelectorAll("time[data-at]")) time.textContent = time.title;
    notice.textContent = words.paused.replace("{time}", clock.text(Date.now()));
  } else {
    notice.textContent = "";
    wasLost = false;
    stream.resume();
    tick();
  }
}

button.hidden = false;
button.addEventListener("click", pause);
