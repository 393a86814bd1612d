// Keeps the public display current: new numbers count up, the bicycle rolls on.

import { ServerClock } from "./clock.js";
import { follow } from "./follow.js";

const COUNT_UP_MS = 1_200;
const LOOK_MS = 1_000;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const board = () => document.querySelector(".board");
const clock = new ServerClock(board().dataset);
let lostSince = null;

async function load(signal) {
  const response = await fetch(board().dataset.fragment, { signal });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  const next = template.content.querySelector(".board");
  const before = board();
  if (next.dataset.revision !== before.dataset.revision) location.reload(); // the program was updated
  clock.set(next.dataset);
  before.replaceWith(next);
  if (!calm.matches) animate(before, next);
}

function animate(before, next) {
  const [from, to] = [Number(before.dataset.count), Number(next.dataset.count)];
  if (!Number.isFinite(from) || !Number.isFinite(to) || to <= from) return;
  countUp(next.querySelector(".board__number"), from, to);
  const turn = Math.min(to - from, 40) * 40;
  for (const wheel of next.querySelectorAll(".wheel")) {
    const end = /rotate\(([\d.]+)\)/.exec(wheel.getAttribute("transform"))?.[1] ?? "0";
    wheel.animate(
      [{ transform: `rotate(${end - turn}deg)` }, { transform: `rotate(${end}deg)` }],
      { duration: COUNT_UP_MS, easing: "ease-out" },
    );
  }
  next.querySelector(".bicycle")?.animate(
    [{ transform: "translateX(-14px)" }, { transform: "none" }],
    { duration: COUNT_UP_MS, easing: "ease-out" },
  );
}

function countUp(element, from, to) {
  const format = new Intl.NumberFormat(document.documentElement.lang);
  const last = element.textContent;
  const start = performance.now();
  const step = (now) => {
    const share = Math.min((now - start) / COUNT_UP_MS, 1);
    if (share === 1) {
      element.textContent = last;
      return;
    }
    element.textContent = format.format(Math.round(from + (to - from) * share));
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

/** Says that the server is lost, and takes the number away once it is no longer that of today: nobody else can. */
function show() {
  const lost = lostSince !== null;
  const shown = board();
  shown.classList.toggle("is-offline", lost);
  shown.classList.toggle("is-cut", lost && clock.now() >= Number(shown.dataset.endsAt));
  for (const line of shown.querySelectorAll(".board__state")) {
    line.hidden = line.classList.contains("board__state--offline") !== lost;
  }
  if (lost) {
    for (const time of shown.querySelectorAll(".contact-time")) time.textContent = clock.text(lostSince);
  }
}

follow({
  thing: board().dataset.thing,
  everyMs: 2_000,
  load,
  contact({ lost, at }) {
    lostSince = lost ? at : null;
    show();
  },
});
setInterval(show, LOOK_MS);
