// Follows the live stream and tells when something new was stored.

const SETTLE_MS = 1500; // sums are recomputed shortly after a value is stored

/**
 * Calls `refresh` soon after news, at most every `everyMs`, and after each loss of connection.
 * Returns a switch to pause it.
 */
export function follow({ thing, everyMs, refresh }) {
  let source = null;
  let timer = null;
  let last = 0;

  const due = () => {
    if (timer !== null) return;
    const wait = Math.max(SETTLE_MS, last + everyMs - Date.now());
    timer = setTimeout(async () => {
      timer = null;
      last = Date.now();
      await refresh().catch(() => {});
    }, wait);
  };

  const open = () => {
    const query = thing ? `?thing=${encodeURIComponent(thing)}` : "";
    source = new EventSource(`/api/v1/live${query}`);
    source.addEventListener("observation", due);
    source.addEventListener("resync", due);
    let opened = false;
    source.addEventListener("open", () => {
      if (opened) due();
      opened = true;
    });
  };

  open();
  return {
    pause() {
      source.close();
      clearTimeout(timer);
      timer = null;
    },
    resume() {
      open();
      due();
    },
  };
}

/** Replaces every `[data-live]` part of the page by its newest form, unless somebody is inside it. */
export async function refreshParts() {
  const response = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const old of document.querySelectorAll("[data-live]")) {
    const next = fresh.querySelector(`[data-live="${old.dataset.live}"]`);
    if (!next || old.contains(document.activeElement)) continue;
    const open = [...old.querySelectorAll("details[open]")].map((part) => part.closest("[id]")?.id);
    for (const id of open) {
      const details = id && next.querySelector(`#${CSS.escape(id)} details`);
      if (details) details.open = true;
    }
    old.replaceChildren(...next.childNodes);
  }
  document.dispatchEvent(new Event("refreshed"));
}

/** Gives a button the words and the function to pause (WCAG 2.2.2). */
export function pauseButton(button, stream) {
  if (!button) return;
  const words = [button.textContent, button.dataset.resume];
  let paused = false;
  button.hidden = false;
  button.addEventListener("click", () => {
    paused = !paused;
    button.textContent = words[paused ? 1 : 0];
    button.removeAttribute("aria-pressed");
    if (paused) stream.pause();
    else stream.resume();
  });
}
