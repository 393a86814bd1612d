// Bicycles that cross the street, one for each that was counted, and the number that grows as they pass.

const CROSS_MS = 5_200;
const APART_MS = 620;
const RIDERS_MAX = 9; // more come as fewer: the number is the truth, the parade its picture
const CONFETTI = 40;

let timers = [];
let moving = [];
let finish = null;

/** Lets the difference between two boards ride by. `from` is the number as it was written. */
export function parade({ stage, number, from, before, now }) {
  const more = Number(now.count) - Number(before.count);
  const n = Math.min(more, RIDERS_MAX);
  const last = number.textContent;
  const format = new Intl.NumberFormat(document.documentElement.lang === "en" ? "en-GB" : "de-DE");
  number.textContent = from;
  finish = () => {
    number.textContent = last;
  };
  const toTheLeft = leftRiders(before.directions, now.directions, n);
  for (let i = 0; i < n; i += 1) {
    later(i * APART_MS, () => {
      if (stage) ride(stage, toTheLeft[i]);
      number.textContent = i === n - 1 ? last : format.format(Number(before.count) + Math.round((more * (i + 1)) / n));
      if (i === n - 1) finish = null;
    });
  }
}

/** Which of `n` riders go left: as many as counted there, evenly mixed. The second direction is the one to the left. */
function leftRiders(before, now, n) {
  const counts = (text) => text.split(",").map(Number);
  const [right, left] = counts(now).map((count, i) => Math.max(0, count - (counts(before)[i] ?? 0)));
  const share = left / (left + right) || 0;
  return Array.from({ length: n }, (_, i) => Math.floor((i + 1) * share + 0.5) > Math.floor(i * share + 0.5));
}

function ride(stage, toTheLeft) {
  const rider = document.createElement("div");
  rider.append(document.querySelector("#rider").content.cloneNode(true));
  rider.firstElementChild.classList.add(`rider--${Math.floor(Math.random() * 4)}`);
  rider.classList.toggle("goes-left", toTheLeft);
  stage.append(rider);
  const [start, end] = [-rider.offsetWidth, stage.offsetWidth];
  const way = toTheLeft ? [end, start] : [start, end];
  move(rider, way.map((x) => ({ transform: `translateX(${x}px)` })), { duration: CROSS_MS * (0.9 + Math.random() * 0.25) });
}

/** A round number was reached: wheels fly. */
export function celebrate(stage) {
  if (!stage) return;
  for (let i = 0; i < CONFETTI; i += 1) {
    const wheel = document.createElement("span");
    wheel.className = "confetti";
    stage.append(wheel);
    const x = Math.random() * stage.offsetWidth;
    const at = (dx, dy) => ({ transform: `translate(${x + dx}px, ${dy}px)` });
    const [dx, up] = [(Math.random() - 0.5) * stage.offsetHeight * 3, stage.offsetHeight * (1 + Math.random() * 4)];
    const frames = [at(0, stage.offsetHeight * 0.3), { ...at(dx * 0.6, -up), easing: "ease-in" }, at(dx, stage.offsetHeight)];
    move(wheel, frames, { duration: 2_400 + Math.random() * 1_600, easing: "ease-out" });
  }
}

/** Ends all movement at once; the number is the true one. */
export function stopMotion() {
  for (const timer of timers) clearTimeout(timer);
  timers = [];
  for (const animation of [...moving]) animation.cancel();
  finish?.();
  finish = null;
}

function later(ms, act) {
  const timer = setTimeout(() => {
    timers = timers.filter((one) => one !== timer);
    act();
  }, ms);
  timers.push(timer);
}

function move(element, frames, options) {
  const animation = element.animate(frames, options);
  moving.push(animation);
  const gone = () => {
    moving = moving.filter((one) => one !== animation);
    element.remove();
  };
  animation.onfinish = gone;
  animation.oncancel = gone;
}
