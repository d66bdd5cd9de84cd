import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { choose, deed, finish, kinds, PASSWORD, reaches, root, row, Server, silent, tooWide, visit, visitor } from './rig.mjs';

let server;
before(async () => (server = await new Server().start()));
after(finish);

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

async function blameless(page, where) {
  // By the debugger's way in, because the page's own policy refuses foreign scripts.
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  const faults = found.violations.map((each) => `${where}: ${each.id}: ${each.nodes.map((node) => node.target).join(' ')} ${each.nodes[0].failureSummary}`);
  assert.deepEqual(faults, []);
}

/** A picture for the docs, when asked for. */
async function picture(page, name) {
  if (process.env.PAGE_PICTURES) {
    const folder = join(root, 'docs/page');
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }
}

for (const [width, height] of [[390, 844], [768, 1024], [1440, 900]]) {
  for (const colorScheme of ['light', 'dark']) {
    test(`no view has an accessibility fault, ${width} px, ${colorScheme}`, async () => {
      const { context, page, faults } = await visit(server.url, { viewport: { width, height }, colorScheme });
      const look = async (name) => {
        await blameless(page, name);
        assert.equal(await tooWide(page), 0, `${name} does not scroll sideways`);
        await picture(page, `${name}-${width}-${colorScheme}`);
      };
      await page.getByRole('heading', { level: 1 }).waitFor();
      await look('1-first');
      await choose(page, kinds.mp4(), kinds.webm(), kinds.avi(), silent());
      await page.locator('dialog[open]').waitFor();
      await look('2-sign-in');
      await page.fill('input[name=email]', `look-${width}-${colorScheme}@example.org`);
      await page.fill('input[name=password]', PASSWORD);
      await page.locator('dialog button[type=submit]').click();
      await page.locator('dialog').waitFor({ state: 'hidden' });
      await reaches(page, 'silent.mp4', 'choosing');
      await look('3-choosing');
      await deed(row(page, 'talk.mp4'), 'options').click();
      await page.waitForFunction(() => document.querySelector('.trim path')?.getAttribute('d').length > 2000);
      await row(page, 'talk.mp4').scrollIntoViewIfNeeded();
      await look('4-options');
      await page.locator('[data-deed=sendAll]').click();
      await reaches(page, 'silent.mp4', 'failed');
      for (const name of ['talk.mp4', 'web.webm', 'old.avi']) {
        await reaches(page, name, 'ready');
      }
      await deed(row(page, 'talk.mp4'), 'play').click();
      await page.waitForFunction(() => document.querySelector('.wave path')?.getAttribute('d').length > 2000);
      await deed(row(page, 'silent.mp4'), 'details').click();
      await look('5-ready');
      await page.goto(`${server.url}#/account`);
      await page.getByRole('heading', { name: 'API keys' }).waitFor();
      await look('6-account');
      await page.goto(`${server.url}#/check`);
      await page.locator('[data-deed=check]').click();
      await page.locator('dl').waitFor();
      await look('7-check');
      assert.deepEqual(faults, []);
      await context.close();
    });
  }
}

test('the page fits 320 px and text of twice the size', async () => {
  const { context, page } = await visitor(server.url, { viewport: { width: 320, height: 640 } });
  await choose(page, kinds.mp4());
  await reaches(page, 'talk.mp4', 'choosing');
  await deed(row(page, 'talk.mp4'), 'options').click();
  assert.equal(await tooWide(page), 0, 'at 320 px');
  await page.setViewportSize({ width: 640, height: 640 });
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  assert.equal(await tooWide(page), 0, 'at twice the size');
  await context.close();
});

test('rows keep their height whatever happens to them', async () => {
  const { context, page } = await visitor(server.url);
  await choose(page, kinds.mp4());
  await reaches(page, 'talk.mp4', 'choosing');
  const heights = new Set();
  const measure = async () => heights.add((await row(page, 'talk.mp4').boundingBox()).height);
  await measure();
  await deed(row(page, 'talk.mp4'), 'send').click();
  for (const state of ['queued', 'converting', 'ready']) {
    await reaches(page, 'talk.mp4', state, 3_000).catch(() => undefined);
    await measure();
  }
  assert.equal(heights.size, 1, [...heights].join(' '));
  await context.close();
});

test('everything is reached and done by keyboard alone', async () => {
  const { context, page } = await visit(server.url);
  const to = async (name, most = 60) => {
    for (let step = 0; step < most; step++) {
      await page.keyboard.press('Tab');
      const here = await page.evaluate(() => {
        const { activeElement: at, body } = document;
        return at === body ? '' : at.getAttribute('aria-label') || at.innerText || at.value || '';
      });
      if (new RegExp(`^${name}\\b`).test(here)) {
        const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
        assert.notEqual(ring, 'none', `${name} shows where the focus is`);
        return;
      }
    }
    assert.fail(`${name} was not reached`);
  };
  await to('Sign in');
  await page.keyboard.press('Enter');
  await page.locator('dialog[open]').waitFor();
  await page.keyboard.type('keys@example.org');
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.locator('dialog').waitFor({ state: 'hidden' });
  const chooser = page.waitForEvent('filechooser');
  await to('Choose videos');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles([kinds.mp4()]);
  await reaches(page, 'talk.mp4', 'choosing');
  await to('Options');
  await page.keyboard.press('Enter');
  await to('Start of the part');
  await page.keyboard.press('PageUp');
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.locator('[data-handle=start]').getAttribute('aria-valuetext'), '0:01');
  await page.keyboard.press('Home');
  await to('Send(?! only)', 80);
  await page.keyboard.press('Enter');
  await reaches(page, 'talk.mp4', 'ready');
  await to('Play', 80);
  await page.keyboard.press('Enter');
  await to('Position');
  await page.waitForFunction(() => document.querySelector('audio').duration > 1);
  await page.keyboard.press('End');
  await page.waitForFunction(() => document.querySelector('audio').currentTime > 15);
  await to('Account', 80);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Account', exact: true }).waitFor();
  await context.close();
});

test('in Italian everything is Italian, also the numbers', async () => {
  const { context, page } = await visit(server.url, { locale: 'it-IT' });
  await page.getByRole('heading', { name: 'Trascina un video. Prendi il suono.' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'it');
  await choose(page, kinds.avi(), silent());
  await page.fill('input[name=email]', 'dante@example.org');
  await page.fill('input[name=password]', PASSWORD);
  await page.getByRole('button', { name: 'Crea l’account' }).click();
  await deed(row(page, 'silent.mp4'), 'send').click();
  await row(page, 'silent.mp4').getByText('Il file non ha una traccia audio').waitFor();
  await row(page, 'old.avi').getByText(/\d,\d\sMB/).waitFor();
  await page.goto(`${server.url}#/account`);
  await page.getByLabel('Lingua').selectOption('en');
  await page.getByText('Where you are signed in').waitFor();
  await context.close();
});

test('the first load is light, and the heavy parts come when they are needed', async () => {
  const { context, page } = await visit(server.url);
  const loaded = () => page.evaluate(() => performance.getEntriesByType('resource').map((each) => each.name.replace(/.*\//, '')));
  await page.getByRole('heading', { level: 1 }).waitFor();
  assert.deepEqual((await loaded()).filter((name) => /worker|browser|Account|Check|it-/.test(name)), []);
  await context.close();
});
