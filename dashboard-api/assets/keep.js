// Asks the service worker to keep this display for the time the server is away: a browser that is started then
// shows the last board, not an error. Without one (a plain http address) an open display still keeps its board.

export async function keepForAbsence() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  try {
    await serviceWorker.register("/display/worker.js");
    const { active } = await serviceWorker.ready;
    const ours = (entry) => new URL(entry.name).pathname.startsWith("/assets/");
    const assets = performance.getEntriesByType("resource").filter(ours).map((entry) => entry.name);
    active.postMessage({ page: location.href, assets });
  } catch {
    // A browser that refuses loses nothing but this.
  }
}
