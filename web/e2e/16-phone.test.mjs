// On a phone: the page is installed, opens without a connection, is never an old one, and takes what another app shares with it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { after, before, test } from 'node:test';
import { choose, action, finish, kinds, openServer, reaches, row, slow, tooWide, visitor, visit } from './harness.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** The server seen through a line that can be cut, or that brings a newer page. */
async function line() {
  const state = { cut: false, newer: false, asked: [] };
  const target = new URL(server.url);
  const proxy = createServer((from, to) => {
    state.asked.push(`${from.method} ${from.url}`);
    if (state.cut) {
      from.socket.destroy();
      return;
    }
    const onward = request({ host: target.hostname, port: target.port, path: from.url, method: from.method, headers: { ...from.headers, 'accept-encoding': 'identity' } }, (answer) => {
      const headers = { ...answer.headers };
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('end', () => {
        let body = Buffer.concat(pieces);
        if (state.newer && from.url === '/') {
          body = Buffer.from(body.toString('utf8').replace('<title>Tapedeck</title>', '<title>Newer</title><meta name="newer" content="yes" />'));
          delete headers['content-encoding'];
          headers['content-length'] = String(body.length);
        }
        to.writeHead(answer.statusCode, headers);
        to.end(body);
      });
    });
    onward.on('error', () => from.socket.destroy());
    from.pipe(onward);
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return { state, url: `http://127.0.0.1:${proxy.address().port}/`, close: () => proxy.closeAllConnections() ?? proxy.close() };
}

const controlled = (page) => page.waitForFunction(() => navigator.serviceWorker.controller !== null);

test('it can be installed: a manifest with icons, a share target and a service worker', async () => {
  const { context, page, faults } = await visit(server.url, { ...PHONE, serviceWorkers: 'allow' });
  const href = await page.locator('link[rel=manifest]').evaluate((each) => each.href);
  const answer = await fetch(href);
  assert.equal(answer.headers.get('content-type'), 'application/manifest+json');
  assert.match(answer.headers.get('cache-control'), /no-cache/);
  const manifest = await answer.json();
  assert.equal(manifest.display, 'standalone');
  for (const icon of [...manifest.icons.map((each) => new URL(each.src, href).href), await page.locator('link[rel=apple-touch-icon]').evaluate((each) => each.href)]) {
    const image = await fetch(icon);
    assert.equal(image.headers.get('content-type'), 'image/png', icon);
    const bytes = Buffer.from(await image.arrayBuffer());
    assert.equal(bytes.readUInt32BE(16), bytes.readUInt32BE(20), 'a square');
  }
  assert.ok(manifest.icons.some((each) => each.purpose === 'maskable') && manifest.icons.some((each) => each.sizes === '512x512'));
  await controlled(page);
  const session = await context.newCDPSession(page);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  assert.deepEqual(installabilityErrors.filter((each) => each.errorId !== 'in-incognito'), []);
  assert.deepEqual(faults, []);
  await context.close();
});

test('it opens without a connection, keeps no answer of the API, and shows a newer page at once', async () => {
  const wire = await line();
  const { context, page } = await visit(wire.url, { ...PHONE, serviceWorkers: 'allow' });
  await controlled(page);
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  const kept = await page.evaluate(async () => {
    const found = [];
    for (const name of await caches.keys()) {
      found.push(...(await (await caches.open(name)).keys()).map((each) => new URL(each.url).pathname));
    }
    return found;
  });
  assert.ok(kept.includes('/') && kept.length > 2, kept.join());
  assert.deepEqual(kept.filter((path) => path !== '/' && !path.startsWith('/assets/')), []);

  wire.state.newer = true;
  await page.reload();
  assert.equal(await page.locator('meta[name=newer]').count(), 1, 'the newer page, not the kept one');

  wire.state.cut = true;
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Drop a video. Get its MP3.' }).waitFor();
  assert.equal(await page.locator('meta[name=newer]').count(), 0, 'what was kept');
  wire.state.cut = false;
  await context.close();
  wire.close();
});

test('a video that another app shares is in the list, once, and nothing of it is stored', async () => {
  const { context, page } = await visitor(server.url, { ...PHONE, serviceWorkers: 'allow' });
  await controlled(page);
  const bytes = readFileSync(kinds.mp4()).toString('base64');
  // What the system does when Tapedeck is chosen in the share menu.
  await page.evaluate((base64) => {
    const file = new File([Uint8Array.from(atob(base64), (each) => each.charCodeAt(0))], 'gallery.mp4', { type: 'video/mp4' });
    const form = Object.assign(document.createElement('form'), { action: 'receive', method: 'post', enctype: 'multipart/form-data' });
    const input = Object.assign(document.createElement('input'), { type: 'file', name: 'files' });
    const transfer = new DataTransfer();
    transfer.items.add(file);
    input.files = transfer.files;
    form.append(input);
    document.body.append(form);
    form.submit();
  }, bytes);
  await row(page, 'gallery.mp4').waitFor();
  await action(row(page, 'gallery.mp4'), 'upload').click();
  await reaches(page, 'gallery.mp4', 'ready');
  assert.equal(await row(page, 'gallery.mp4').count(), 1);
  const stored = await page.evaluate(async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).length))).reduce((sum, each) => sum + each, 0));
  assert.ok(stored < 40);
  await context.close();
});

test('without the service worker, what was shared is not lost without a word', async () => {
  const { context, page } = await visitor(server.url, PHONE);
  await page.evaluate(() => {
    const form = Object.assign(document.createElement('form'), { action: 'receive', method: 'post', enctype: 'multipart/form-data' });
    document.body.append(form);
    form.submit();
  });
  await page.getByText('The shared file did not arrive.').waitFor();
  await context.close();
});

test('the screen stays awake while something is uploaded, and only then', async () => {
  const { context, page } = await visitor(server.url, PHONE);
  await page.addInitScript(() => {
    window.locks = 0;
    Object.defineProperty(navigator, 'wakeLock', {
      value: {
        request: async () => {
          window.locks++;
          return { released: false, release: async function () { this.released = true; window.locks--; } };
        },
      },
    });
  });
  await page.reload();
  await slow(page, 40_000);
  await choose(page, kinds.mp4());
  assert.equal(await page.evaluate(() => window.locks), 0);
  await action(row(page, 'talk.mp4'), 'upload').click();
  await page.waitForFunction(() => window.locks === 1);
  await action(row(page, 'talk.mp4'), 'pause').click();
  await page.waitForFunction(() => window.locks === 0);
  await context.close();
});

test('the lock screen controls the player; the input names what it takes; a result is shared by the system', async () => {
  const { context, page } = await visitor(server.url, PHONE);
  await page.addInitScript(() => {
    window.shared = [];
    Object.defineProperty(navigator, 'share', { value: async (what) => window.shared.push(what) });
  });
  await page.reload();
  assert.match(await page.locator('[data-input=files]').getAttribute('accept'), /^video\/\*,audio\/\*/);
  await choose(page, kinds.mp4());
  await action(row(page, 'talk.mp4'), 'upload').click();
  await reaches(page, 'talk.mp4', 'ready');
  await action(row(page, 'talk.mp4'), 'play').click();
  await page.waitForFunction(() => navigator.mediaSession.metadata?.title === 'talk' && navigator.mediaSession.playbackState === 'playing');
  await action(row(page, 'talk.mp4'), 'link').click();
  await page.locator('[data-action=shareNew]').click();
  await page.waitForFunction(() => window.shared.length === 1);
  assert.match(await page.evaluate(() => window.shared[0].url), /\/l\/lnk_/);
  await context.close();
});

test('all of it fits a phone of 390 and of 320 pixels, in both languages', async () => {
  for (const locale of ['en-GB', 'it-IT']) {
    const { context, page } = await visitor(server.url, { ...PHONE, locale });
    await choose(page, kinds.mp4(), kinds.webm());
    await row(page, 'talk.mp4').waitFor();
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 700 });
      for (const view of ['#/', '#/account', '#/check']) {
        await page.goto(`${server.url}${view}`);
        await page.locator('main').waitFor();
        assert.equal(await tooWide(page), 0, `${view} at ${width} px, ${locale}`);
        const cut = await page.evaluate(() => [...document.querySelectorAll('button, a.button')].filter((each) => each.offsetWidth > 0 && each.scrollWidth > each.clientWidth + 1).map((each) => each.innerText));
        assert.deepEqual(cut, [], `words that are cut at ${width} px, ${locale}`);
      }
    }
    await context.close();
  }
});
