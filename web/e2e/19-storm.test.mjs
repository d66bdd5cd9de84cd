// 500 conversions whose answers and events are delayed, dropped and reordered at random. At the end the page equals
// the server, and on the way no percent goes back. Another seed: PAGE_SEED=7.
import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { after, before, test } from 'node:test';
import { finish, openServer, PATIENCE, visitor } from './harness.mjs';

const COUNT = 500;
const seed = Number(process.env.PAGE_SEED ?? Date.now() % 1_000_000);

let server;
before(async () => (server = await openServer()));
after(finish);

/** Numbers from 0 to 1 that follow from the seed (mulberry32). */
function randomOf(start) {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The server's true conversions, which move on with each step. */
class Truth {
  constructor(random) {
    this.random = random;
    this.time = Date.now() - 3_600_000;
    this.all = Array.from({ length: COUNT }, (_, index) => ({
      id: `cnv_01${String(index).padStart(24, '0')}`,
      state: 'queued',
      progress: 0,
      speed: 0,
      queuePosition: null,
      video: { name: `file ${index}.mp4`, size: 1_000_000 },
      options: {},
      mp3: null,
      problem: null,
      createdAt: new Date(this.time - (COUNT - index) * 1_000).toISOString(),
      changedAt: new Date(this.time).toISOString(),
      expiresAt: new Date(Date.now() + 7 * 86_400_000).toISOString(),
    }));
  }

  get active() {
    return this.all.filter((each) => each.state === 'queued' || each.state === 'converting');
  }

  /** Moves some conversions on; returns them as they are now. */
  step() {
    const { active } = this;
    return Array.from({ length: Math.min(40, active.length) }, () => {
      const each = active[Math.floor(this.random() * active.length)];
      this.move(each);
      return structuredClone(each);
    });
  }

  move(each) {
    this.time += 1 + Math.floor(this.random() * 5);
    each.changedAt = new Date(this.time).toISOString();
    if (each.state === 'queued') {
      each.state = 'converting';
    } else if (each.state === 'converting' && each.progress < 0.7) {
      each.progress += this.random() * 0.4;
    } else if (each.state === 'converting') {
      each.state = this.random() < 0.9 ? 'ready' : 'failed';
      each.progress = 1;
      each.mp3 = each.state === 'ready' ? { size: 9_000, duration: 12, url: 'x', warnings: [] } : null;
      each.problem = each.state === 'failed' ? { code: 'unreadable-media', title: 'Damaged', hint: 'Export it again.', retryable: false } : null;
    }
  }
}

/** Between the page and the server: it answers for conversions itself, badly, and passes on the rest. */
class Storm {
  constructor(url, random) {
    this.target = new URL(url);
    this.random = random;
    this.truth = new Truth(random);
    this.streams = new Set();
    this.proxy = createServer((from, to) => this.answer(from, to));
  }

  async start() {
    await new Promise((resolve) => this.proxy.listen(0, '127.0.0.1', resolve));
    this.url = `http://localhost:${this.proxy.address().port}/`;
    return this;
  }

  /** Lets the truth move on until all have ended. */
  async blow() {
    while (this.truth.active.length > 0) {
      for (const each of this.truth.step()) {
        this.tell(each);
      }
      if (this.random() < 0.02) {
        this.streams.forEach((stream) => stream.destroy());
      }
      await later(50);
    }
  }

  tell(conversion) {
    if (this.random() < 0.2) {
      return;
    }
    const event = `event: conversion\ndata: ${JSON.stringify(conversion)}\n\n`;
    setTimeout(() => this.streams.forEach((stream) => stream.write(event)), this.random() * 2_000);
  }

  answer(from, to) {
    const { pathname, searchParams } = new URL(from.url, this.target);
    if (pathname === '/v1/events') {
      to.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      to.write(': here\n\n');
      this.streams.add(to);
      to.on('close', () => this.streams.delete(to));
    } else if (from.method === 'GET' && pathname.startsWith('/v1/conversions')) {
      // As it is now; it arrives later, perhaps behind newer ones, or never.
      const body = JSON.stringify(this.document(pathname, searchParams));
      const lost = this.random() < 0.15;
      setTimeout(() => (lost ? to.destroy() : to.writeHead(200, { 'Content-Type': 'application/json' }).end(body)), this.random() * 3_000);
    } else {
      this.pass(from, to);
    }
  }

  document(pathname, query) {
    const id = pathname.split('/')[3];
    const newest = [...this.truth.all].reverse();
    if (id) {
      return newest.find((each) => each.id === id);
    }
    const states = query.get('state')?.split(',');
    const cursor = query.get('cursor');
    const found = newest.filter((each) => (!states || states.includes(each.state)) && (!cursor || each.id < cursor));
    const page = found.slice(0, Number(query.get('limit')));
    return { conversions: page, next: found.length > page.length ? page.at(-1).id : null };
  }

  pass(from, to) {
    const { hostname, port } = this.target;
    const onward = request({ hostname, port, path: from.url, method: from.method, headers: from.headers }, (answer) => {
      to.writeHead(answer.statusCode, answer.headers);
      answer.pipe(to);
    });
    onward.on('error', () => to.destroy());
    from.pipe(onward);
  }

  stop() {
    this.proxy.closeAllConnections();
    this.proxy.close();
  }
}

const later = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Notes every percent of a row, and that of the tab, which is smaller than one before it. */
function watchPercents() {
  window.backwards = [];
  const most = new Map();
  const note = (key, value) => {
    if (value < (most.get(key) ?? 0)) {
      window.backwards.push(`${key}: ${most.get(key)} then ${value}`);
    }
    most.set(key, value);
  };
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const row = target.closest?.('li.row');
      if (row && target.hasAttribute('aria-valuenow')) {
        note(row.dataset.name, Number(target.getAttribute('aria-valuenow')));
      }
    }
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['aria-valuenow'] });
}

test(`in a storm of answers no percent goes back, and at the end the page equals the server (seed ${seed})`, async () => {
  const storm = await new Storm(server.url, randomOf(seed)).start();
  const { context, page, faults } = await visitor(storm.url);
  await page.addInitScript(watchPercents);
  await page.reload();
  const truth = () => new Map(storm.truth.all.map((each) => [each.video.name, each.state]));
  const shown = async () => new Map(await page.locator('li.row').evaluateAll((rows) => rows.map((row) => [row.dataset.name, row.dataset.state])));
  await page.locator('li.row').first().waitFor();
  await storm.blow();
  const deadline = Date.now() + PATIENCE;
  let wrong = [];
  do {
    const more = page.getByRole('button', { name: 'Show more' });
    if (await more.isEnabled({ timeout: 500 }).catch(() => false)) {
      await more.click({ timeout: 500 }).catch(() => undefined);
    }
    await later(1_000);
    const seen = await shown();
    wrong = [...truth()].filter(([name, state]) => seen.get(name) !== state).map(([name, state]) => `${name} is ${state}, the page says ${seen.get(name)}`);
  } while (wrong.length > 0 && Date.now() < deadline);
  assert.deepEqual(wrong, []);
  assert.equal(await page.locator('li.row').count(), COUNT);
  assert.deepEqual(await page.evaluate(() => window.backwards), []);
  assert.deepEqual(faults, []);
  await context.close();
  storm.stop();
});
