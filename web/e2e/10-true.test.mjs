// What the page shows is true at every moment, whatever order answers and events come in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { choose, clip, action, finish, guest, hour, kinds, openServer, reaches, row, signUp, visitor, watch } from './harness.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

const ONE = /\/v1\/conversions\/cnv_[^/]*$/;
const LIST = /\/v1\/conversions\?/;

/** Lets the server make the first such answer at once, but delivers it only when told. */
async function late(page, where) {
  let release;
  const told = new Promise((resolve) => (release = resolve));
  let delivered = null;
  let make;
  const made = new Promise((resolve) => (make = resolve));
  await page.route(where, (route) => {
    if (delivered !== null) {
      return route.fallback();
    }
    delivered = route.fetch().then(async (response) => {
      make(await response.text());
      await told;
      await route.fulfill({ response });
    });
    return delivered;
  });
  return { made, deliver: () => (release(), delivered) };
}

/** Lets the page take in what has just come. */
const settled = (page) => page.evaluate(() => new Promise((resolve) => setTimeout(() => requestAnimationFrame(resolve), 100)));

test('a late answer of one conversion does not take the place of a newer one', async () => {
  const { context, page, faults } = await visitor(server.url);
  await page.getByText('Nothing here yet.').waitFor();
  await choose(page, hour());
  await reaches(page, 'hour.mp4', 'choosing');
  const { made, deliver } = await late(page, ONE);
  await action(row(page, 'hour.mp4'), 'upload').click();
  assert.match(await made, /"state":"(queued|converting)"/);
  await reaches(page, 'hour.mp4', 'converting');
  // What the page asks of itself after a cancel is answered first; it would mend what the late answer spoils.
  const asked = page.waitForResponse((each) => ONE.test(each.url()) && each.request().method() === 'GET');
  await action(row(page, 'hour.mp4'), 'cancel').click();
  await reaches(page, 'hour.mp4', 'cancelled');
  await (await asked).finished();
  await settled(page);
  await deliver();
  await settled(page);
  assert.equal(await row(page, 'hour.mp4').getAttribute('data-state'), 'cancelled');
  assert.deepEqual(faults, []);
  await context.close();
});

test('a late answer of the list does not take the place of a newer one', async () => {
  const { context, page, faults } = await visitor(server.url);
  await page.route('**/v1/events', (route) => route.abort());
  await page.reload();
  await choose(page, clip('quiet.mp4', 2));
  await action(row(page, 'quiet.mp4'), 'upload').click();
  await reaches(page, 'quiet.mp4', 'ready');
  // As the server said a moment before.
  const delivered = new Promise((resolve, reject) => {
    const deliver = async (route) => {
      const response = await route.fetch();
      const { conversions: [known], next } = await response.json();
      const before = { ...known, state: 'converting', progress: 0.5, mp3: null, changedAt: known.createdAt };
      await route.fulfill({ response, json: { conversions: [before], next } });
    };
    void page.route(LIST, (route) => deliver(route).then(resolve, reject));
  });
  await delivered;
  await settled(page);
  assert.equal(await row(page, 'quiet.mp4').getAttribute('data-state'), 'ready');
  assert.deepEqual(faults, []);
  await context.close();
});

test('what moves is asked for again though the live connection is up and says nothing', async () => {
  const { context, page, faults } = await visitor(server.url);
  await page.clock.install();
  await page.addInitScript(() => {
    const { fetch } = window;
    window.fetch = (what, how) => {
      if (!String(what).endsWith('/v1/events')) {
        return fetch(what, how);
      }
      const start = (stream) => stream.enqueue(new TextEncoder().encode(': here\n\n'));
      const headers = { 'Content-Type': 'text/event-stream' };
      return Promise.resolve(new Response(new ReadableStream({ start }), { headers }));
    };
  });
  await page.reload();
  await page.getByText('Nothing here yet.').waitFor();
  let first = null;
  await page.route(ONE, async (route) => {
    if (first !== null) {
      return route.fallback();
    }
    first = route.request().url();
    const response = await route.fetch();
    return route.fulfill({ json: { ...(await response.json()), state: 'converting', progress: 0 } });
  });
  await choose(page, clip('quiet.mp4', 2));
  await action(row(page, 'quiet.mp4'), 'upload').click();
  await reaches(page, 'quiet.mp4', 'converting');
  await context.request.get(`${first}?wait=30`);
  await page.clock.fastForward(15_000);
  await reaches(page, 'quiet.mp4', 'ready');
  assert.deepEqual(faults, []);
  await context.close();
});

test('files that are chosen together stand in the order in which they were chosen', async () => {
  const { page } = await guest(server.url);
  const names = ['web.webm', 'talk.mp4', 'old.avi'];
  await choose(page, kinds.webm(), kinds.mp4(), kinds.avi());
  for (const name of names) {
    await reaches(page, name, 'choosing');
  }
  assert.deepEqual(await page.locator('li.row').evaluateAll((all) => all.map((each) => each.dataset.name)), names);
});

test('who signs out in one tab leaves nothing in another', async () => {
  const { context, page, faults } = await visitor(server.url);
  await choose(page, clip('mine.mp4', 2));
  await action(row(page, 'mine.mp4'), 'upload').click();
  await reaches(page, 'mine.mp4', 'ready');
  const other = await context.newPage();
  const { faults: others } = watch(other, server.url);
  await other.goto(`${server.url}#/account`);
  await other.locator('[data-action=signOut]').waitFor();
  await other.goto(`${server.url}#/`);
  await reaches(other, 'mine.mp4', 'ready');
  await page.getByRole('link', { name: 'Account' }).click();
  await page.locator('[data-action=signOut]').click();
  await other.getByRole('button', { name: 'Sign in' }).waitFor();
  await row(other, 'mine.mp4').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Sign in' }).click();
  await signUp(page);
  await other.getByRole('link', { name: 'Account' }).waitFor();
  await other.getByText('Nothing here yet.').waitFor();
  assert.deepEqual([...faults, ...others], []);
  await context.close();
});
