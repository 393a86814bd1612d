// The service worker of the displays: keeps the last page, the last board and what they are made of, and answers
// with them while the server is away. Serves /display/ alone.

const PAGES = "display-pages";
const ASSETS = "display-assets";
const KEPT_MAX = 12; // pages and boards; the oldest go
const ANSWER_LIMIT_MS = 10_000;
const RECEIVED_AT = "x-received-at";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("message", (event) => {
  if (event.data?.page) event.waitUntil(keepAll(event.data));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/assets/") || url.pathname === "/favicon.svg") event.respondWith(asset(request));
  else if (request.mode === "navigate") event.respondWith(page(event));
  else if (url.pathname.endsWith("/fragment")) event.respondWith(board(event));
});

/** A page is always asked for; the kept one stands in where there is no answer or none of use. */
async function page(event) {
  const { request } = event;
  let answer = null;
  try {
    // A request to navigate takes no limit, one made of its parts does.
    answer = await fetch(request.url, { headers: request.headers, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    if (answer.ok) {
      event.waitUntil(keep(PAGES, request.url, answer.clone()));
      return answer;
    }
    if (answer.status < 500) return answer;
  } catch {
    // Away.
  }
  return (await kept(request.url)) ?? answer ?? Response.error();
}

/** The last page with the last board in it, marked with when that was received. */
async function kept(url) {
  const pages = await caches.open(PAGES);
  const shell = await pages.match(url);
  if (!shell) return null;
  const html = await shell.text();
  const fragment = new URL(/data-fragment="([^"]*)"/.exec(html)?.[1].replaceAll("&amp;", "&") ?? "", url);
  const last = await pages.match(fragment);
  const receivedAt = (one) => Number(one?.headers.get(RECEIVED_AT) ?? 0);
  const newer = last && receivedAt(last) > receivedAt(shell);
  const main = newer ? await last.text() : null;
  const body = html
    .replace(/<main[^]*<\/main>/, (own) => main ?? own)
    .replace("<html", `<html data-kept-at="${receivedAt(newer ? last : shell)}"`);
  return new Response(body, { headers: shell.headers });
}

async function board(event) {
  const answer = await fetch(event.request);
  if (answer.ok) event.waitUntil(keep(PAGES, event.request.url, answer.clone()));
  return answer;
}

/** Assets carry a hash of their content in their address: what is kept is right. */
async function asset(request) {
  const assets = await caches.open(ASSETS);
  return (await assets.match(request)) ?? fetch(request);
}

async function keep(name, url, answer) {
  const cache = await caches.open(name);
  const headers = new Headers(answer.headers);
  headers.set(RECEIVED_AT, String(Date.now()));
  // The body comes out of the answer as text: its encoding and length no longer hold.
  headers.delete("content-encoding");
  headers.delete("content-length");
  const { status } = answer;
  const kept = new Response(await answer.blob(), { status, headers });
  // Put anew, it is the last in order.
  await cache.delete(url);
  await cache.put(url, kept);
  const keys = await cache.keys();
  if (name === PAGES) for (const key of keys.slice(0, -KEPT_MAX)) await cache.delete(key);
}

async function keepAll({ page: url, assets: names }) {
  const wanted = new Set([...names, new URL("/favicon.svg", location.origin).href]);
  const assets = await caches.open(ASSETS);
  for (const key of await assets.keys()) if (!wanted.has(key.url)) await assets.delete(key);
  const get = async (name, address, init) => {
    const answer = await fetch(address, init);
    if (answer.ok) await keep(name, address, answer);
  };
  const missing = [];
  for (const address of wanted) if (!(await assets.match(address))) missing.push(get(ASSETS, address));
  missing.push(get(PAGES, url, { headers: { accept: "text/html" } }));
  await Promise.allSettled(missing);
}
