// Keeps something current: loads it again on news and every minute, and knows when that fails.

const SETTLE_MS = 1_500; // sums are recomputed shortly after a value is stored
const ALWAYS_MS = 60_000; // states and days change with time alone
const RETRY_MS = 5_000;
const LOAD_LIMIT_MS = 12_000;
const GRACE_MS = 8_000; // a restart of the server is no loss
const REOPEN_MS = 15_000;
const LOOK_MS = 1_000;

/**
 * Calls `load(signal)` soon after news of the live stream, at most every `everyMs`, every minute, and after
 * each loss of connection. It must throw where it cannot load.
 *
 * `contact({lost, at})` is told whenever the connection is lost, comes back or brings something: `at` is the
 * time of the last success by this machine's clock. `lostSince` is that time for a page that begins without its
 * server. Returns a switch to pause.
 */
export function follow({ thing, everyMs, load, contact, lostSince = null }) {
  let source = null;
  let timer = null;
  let dueAt = Infinity;
  let loading = false;
  let paused = false;
  let lastLoadAt = Date.now();
  let contactAt = lostSince ?? Date.now();
  let failingSince = lostSince;
  let lost = lostSince !== null;

  const plan = (at) => {
    if (paused || at >= dueAt) return;
    dueAt = at;
    clearTimeout(timer);
    if (!loading) timer = setTimeout(run, Math.max(0, at - Date.now()));
  };
  const news = () => plan(Math.max(Date.now() + SETTLE_MS, lastLoadAt + everyMs));
  const soon = () => plan(Date.now() + Math.random() * 1_000); // not all open pages in the same moment

  async function run() {
    // Nobody looks: `visibilitychange` makes up for it.
    if (document.hidden) {
      dueAt = Infinity;
      return;
    }
    dueAt = Infinity;
    loading = true;
    lastLoadAt = Date.now();
    try {
      await load(AbortSignal.timeout(LOAD_LIMIT_MS));
      contactAt = Date.now();
      failingSince = null;
      tell(false);
      plan(Date.now() + ALWAYS_MS);
    } catch {
      failing();
      plan(Date.now() + RETRY_MS);
    } finally {
      loading = false;
      if (dueAt < Infinity && !paused) {
        clearTimeout(timer);
        timer = setTimeout(run, Math.max(0, dueAt - Date.now()));
      }
    }
  }

  function failing() {
    failingSince ??= Date.now();
    look();
  }

  function look() {
    if (!paused && failingSince !== null && Date.now() - failingSince >= GRACE_MS) tell(true);
  }

  function tell(isLost) {
    if (isLost && lost) return;
    lost = isLost;
    contact({ lost, at: contactAt });
  }

  function open() {
    source?.close();
    const query = thing ? `?thing=${encodeURIComponent(thing)}` : "";
    const opened = new EventSource(`/api/v1/live${query}`);
    let isNew = true;
    source = opened;
    opened.addEventListener("observation", news);
    opened.addEventListener("resync", soon);
    opened.addEventListener("open", () => {
      if (!isNew) soon();
      isNew = false;
    });
    opened.addEventListener("error", () => {
      // The stream tells no more; whether the server is gone shows when something is loaded.
      plan(Date.now() + LOOK_MS);
      // After an answer such as 503 the browser gives up, so we try again ourselves.
      if (opened.readyState === EventSource.CLOSED) {
        setTimeout(() => source === opened && !paused && open(), REOPEN_MS * (1 + Math.random()));
      }
    });
  }

  const back = () => !document.hidden && soon();
  document.addEventListener("visibilitychange", back);
  // A page that is kept to go back to must not keep its stream: a browser has few connections for each server.
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => {
    if (!event.persisted || paused) return;
    open();
    back();
  });
  addEventListener("online", soon);
  addEventListener("offline", () => {
    failing();
    plan(Date.now() + RETRY_MS);
  });
  setInterval(look, LOOK_MS);
  open();
  plan(Date.now() + (lost ? RETRY_MS : ALWAYS_MS));

  return {
    pause() {
      paused = true;
      source.close();
      clearTimeout(timer);
      dueAt = Infinity;
    },
    resume() {
      paused = false;
      failingSince = null;
      open();
      plan(Date.now());
    },
  };
}
