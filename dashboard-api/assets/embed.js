// Keeps the box on another web site current: loads it again every minute, and says so when that fails.

import { morph } from "./morph.js";

const EVERY_MS = 60_000;
const RETRY_MS = 15_000;
const LOAD_LIMIT_MS = 12_000;

const main = document.querySelector("#main");
const lost = document.querySelector("#lost");
let contactAt = new Date();

async function load() {
  const signal = AbortSignal.timeout(LOAD_LIMIT_MS);
  const response = await fetch(location.href, { headers: { accept: "text/html" }, signal });
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("#main");
  // A site that is gone says so in its own words; anything else is no answer of ours.
  if (!fresh?.dataset.live) throw new Error(`answered ${response.status}`);
  morph(main, fresh);
  contactAt = new Date();
  lost.hidden = true;
}

async function keep() {
  let next = EVERY_MS;
  try {
    if (!document.hidden) await load();
  } catch {
    const time = contactAt.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    lost.textContent = lost.dataset.text.replace("{time}", time);
    lost.hidden = false;
    next = RETRY_MS;
  }
  setTimeout(keep, next);
}

setTimeout(keep, EVERY_MS);
document.addEventListener("visibilitychange", () => !document.hidden && load().catch(() => {}));
