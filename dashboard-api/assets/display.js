// Keeps the public display current: new numbers count up, the bicycle rolls on.

import { follow } from "./follow.js";

const ALWAYS_MS = 60_000; // states change with time alone, so look again each minute
const COUNT_UP_MS = 1_200;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

let heardAt = Date.now();
const board = () => document.querySelector(".board");

async function refresh() {
  const response = await fetch(board().dataset.fragment);
  if (!response.ok) return;
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  const next = template.content.querySelector(".board");
  if (!next) return;
  const before = board();
  before.replaceWith(next);
  heardAt = Date.now();
  offline();
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

/** After two intervals without the server, say so: nobody else can. */
function offline() {
  const limit = 2 * Number(board().dataset.intervalSeconds) * 1000;
  const lost = Date.now() - heardAt > Math.max(limit, 2 * ALWAYS_MS);
  board().classList.toggle("is-offline", lost);
  for (const line of board().querySelectorAll(".board__state")) {
    line.hidden = line.classList.contains("board__state--offline") !== lost;
  }
}

follow({ thing: board().dataset.thing, everyMs: 2_000, refresh });
setInterval(() => refresh().catch(() => {}), ALWAYS_MS);
setInterval(offline, 5_000);
