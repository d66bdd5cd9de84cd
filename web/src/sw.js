// The service worker: it keeps the page's own files, so that the page opens without a connection, and takes files that another app
// shares with Tapedeck. It keeps no answer of the API. What is in __...__ is filled in by the build (vite.config.ts).
const NAME = 'tapedeck.shell.__VERSION__';
const SHELL = __SHELL__;
const HOME = new URL('./', self.location.href);
/** How long files that were shared wait in memory for the page to take them, in milliseconds. */
const PATIENCE = 60_000;

/** Files that were shared and that no page has taken yet. */
let received = [];

self.addEventListener('install', (event) => event.waitUntil(keep()));

async function keep() {
  const cache = await caches.open(NAME);
  await cache.addAll(SHELL.map((path) => new Request(new URL(path, HOME), { cache: 'reload' })));
  await self.skipWaiting();
}

self.addEventListener('activate', (event) => event.waitUntil(clearUp()));

async function clearUp() {
  for (const name of await caches.keys()) {
    if (name.startsWith('tapedeck.shell.') && name !== NAME) {
      await caches.delete(name);
    }
  }
  await self.clients.claim();
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const path = url.origin === HOME.origin && url.pathname.startsWith(HOME.pathname) ? url.pathname.slice(HOME.pathname.length) : null;
  if (path === 'receive' && request.method === 'POST') {
    event.respondWith(receive(event));
  } else if (path === '' && request.method === 'GET' && request.mode === 'navigate') {
    event.respondWith(home(request));
  } else if (path?.startsWith('assets/') && request.method === 'GET' && !request.headers.has('Range')) {
    event.respondWith(asset(request));
  }
  // Anything else, and so the whole API, is the browser's own business.
});

/** The page as the server has it now; without a connection, as it was kept. So no upgrade leaves an old page behind. */
async function home(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(NAME)).match(HOME.href);
    if (kept) {
      return kept;
    }
    throw error;
  }
}

/** A file whose name changes with its content, so what is kept is never old. */
async function asset(request) {
  const cache = await caches.open(NAME);
  const kept = await cache.match(request);
  if (kept) {
    return kept;
  }
  const fresh = await fetch(request);
  if (fresh.ok && fresh.status === 200) {
    await cache.put(request, fresh.clone());
  }
  return fresh;
}

/** Files from the share menu of a phone. They stay in memory until the page takes them; nothing is stored. */
async function receive(event) {
  const form = await event.request.formData();
  received.push(...form.getAll('files').filter((each) => each instanceof File));
  event.waitUntil(new Promise((resolve) => setTimeout(resolve, PATIENCE)));
  return Response.redirect(new URL('./#/received', HOME), 303);
}

self.addEventListener('message', (event) => {
  if (event.data === 'take') {
    event.source.postMessage({ received });
    received = [];
  }
});
