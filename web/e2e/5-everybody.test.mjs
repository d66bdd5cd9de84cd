import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { blameless, picture } from './axe.mjs';
import { choose, cut, action, erase, finish, guest, kinds, openServer, PASSWORD, reaches, row, signUp, silent, slow, tooWide, visit, visitor } from './harness.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

const PHONES = [[390, 844], [768, 1024]];
const DESKS = [[1440, 900]];

for (const [what, sizes, touch] of [['phone and tablet', PHONES, { isMobile: true, hasTouch: true }], ['desktop', DESKS, {}]]) {
  test(`no view has an accessibility fault, in both themes, on ${what}`, async () => {
    const { context, page, faults } = await visit(server.url, { ...touch, locale: process.env.PAGE_LOCALE ?? 'en-GB' });
    const check = async (name) => {
      for (const [width, height] of sizes) {
        await page.setViewportSize({ width, height });
        assert.equal(await tooWide(page), 0, `${name} does not scroll sideways`);
        await blameless(page, `${name}, ${width} px`, (theme) => picture(page, `${name}-${width}-${theme}`));
      }
    };
    await page.getByRole('heading', { level: 1 }).waitFor();
    await check('1-first');
    await choose(page, kinds.mp4(), kinds.webm(), kinds.avi(), silent());
    await page.locator('dialog[open]').waitFor();
    await check('2-sign-in');
    await page.fill('input[name=email]', `${what.split(' ')[0]}@example.org`);
    await page.fill('input[name=password]', PASSWORD);
    await page.locator('dialog button[type=submit]').click();
    await page.locator('dialog').waitFor({ state: 'hidden' });
    await reaches(page, 'silent.mp4', 'choosing');
    await check('3-choosing');
    await action(row(page, 'talk.mp4'), 'options').click();
    await page.waitForFunction(() => document.querySelector('.trim path')?.getAttribute('d').length > 2000);
    await row(page, 'talk.mp4').scrollIntoViewIfNeeded();
    await check('4-options');
    await page.locator('[data-action=uploadAll]').click();
    await reaches(page, 'silent.mp4', 'failed');
    for (const name of ['talk.mp4', 'web.webm', 'old.avi']) {
      await reaches(page, name, 'ready');
    }
    await action(row(page, 'talk.mp4'), 'play').click();
    await page.waitForFunction(() => document.querySelector('.wave path')?.getAttribute('d').length > 2000);
    await action(row(page, 'silent.mp4'), 'details').click();
    await check('5-ready');
    await page.goto(`${server.url}#/account`);
    await page.locator('[data-action=signOut]').waitFor();
    await page.locator('h2').nth(4).waitFor();
    await check('6-account');
    await page.goto(`${server.url}#/check`);
    await page.locator('[data-action=check]').click();
    await page.locator('dl').waitFor();
    await check('7-check');
    assert.deepEqual(faults, []);
    await context.close();
  });
}

test('nor has any state between', async () => {
  const { context, page, faults } = await visit(server.url, { viewport: { width: 900, height: 900 } });
  const check = (name) => blameless(page, name);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'I have an account' }).click();
  await check('sign in');
  await page.getByRole('button', { name: 'I forgot my password' }).click();
  await check('forgotten password');
  await page.getByRole('button', { name: 'I have an account' }).click();
  const email = await signUp(page);
  await page.getByText('Nothing here yet.').waitFor();
  await check('nothing yet');
  const line = await slow(page, 30_000);
  await choose(page, kinds.avi(), kinds.mp4(), kinds.webm());
  await page.locator('[data-action=uploadAll]').click();
  await reaches(page, 'old.avi', 'uploading');
  await check('uploading and waiting');
  await action(row(page, 'old.avi'), 'pause').click();
  await check('paused');
  page.on('dialog', (dialog) => dialog.accept());
  await page.reload();
  await reaches(page, 'old.avi', 'stopped');
  await check('stopped');
  await line.fast();
  await action(row(page, 'old.avi'), 'cancel').click();
  await action(row(page, 'old.avi'), 'undo').waitFor();
  await check('removed');
  await choose(page, cut());
  await action(row(page, 'cut.mp4'), 'options').click();
  await row(page, 'cut.mp4').getByLabel('From', { exact: true }).fill('9:00');
  await row(page, 'cut.mp4').getByLabel('Title', { exact: true }).focus();
  await row(page, 'cut.mp4').getByRole('alert').waitFor();
  await check('a part that cannot be');
  await row(page, 'cut.mp4').getByLabel('From', { exact: true }).fill('');
  await row(page, 'cut.mp4').locator('select.pick').selectOption('whole');
  await action(row(page, 'cut.mp4'), 'upload').click();
  await row(page, 'cut.mp4').locator('.warnings').waitFor();
  await check('ready, but not whole');
  await page.route('**/v1/uploads', (route) => route.fulfill({ status: 413, contentType: 'text/html', headers: { server: 'nginx' }, body: '<title>413</title>' }));
  await choose(page, silent());
  await action(row(page, 'silent.mp4'), 'upload').click();
  await reaches(page, 'silent.mp4', 'failed');
  await action(row(page, 'silent.mp4'), 'details').click();
  await check('refused on the way');
  await page.evaluate(() => {
    const carried = new DataTransfer();
    carried.items.add(new File(['x'], 'held.mp4'));
    document.body.dispatchEvent(new DragEvent('dragenter', { bubbles: true, dataTransfer: carried }));
  });
  await check('files held over the page');
  await page.goto(`${server.url}#/account`);
  await page.getByPlaceholder('Name of the new key').fill('robot');
  await page.getByRole('button', { name: 'Create a key' }).click();
  await page.locator('.made').waitFor();
  await page.getByLabel('Current password').fill('not the right one');
  await page.getByLabel('New password').fill('another long and quiet river');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByRole('alert').waitFor();
  await check('a key, and a wrong password');
  assert.ok(email && faults.length === 0, faults.join());
  await context.close();
});

/** What of a page a Tab has to reach; of radio buttons and the like there are none. */
async function unreached(page) {
  const wanted = await page.evaluate(() => {
    const all = [...(document.querySelector('dialog[open]') ?? document).querySelectorAll('a[href], button, input, select, [role=slider]')];
    const seen = all.filter((each) => each.checkVisibility() && !each.disabled && each.type !== 'hidden' && each.getBoundingClientRect().width > 0);
    seen.forEach((each, index) => (each.dataset.wanted = index));
    document.activeElement?.blur();
    return seen.length;
  });
  const got = new Set();
  for (let step = 0; step < wanted * 2 + 10 && got.size < wanted; step++) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate(() => document.activeElement?.dataset.wanted);
    if (here !== undefined) {
      got.add(Number(here));
    }
  }
  const missing = Array.from({ length: wanted }, (_, index) => index).filter((index) => !got.has(index));
  const names = await page.evaluate((all) => all.map((each) => document.querySelector(`[data-wanted="${each}"]`)?.outerHTML.slice(0, 200)), missing);
  await page.evaluate(() => document.querySelectorAll('[data-wanted]').forEach((each) => delete each.dataset.wanted));
  return { wanted, names };
}

test('no button, field or link of any view is out of the reach of the Tab key', async () => {
  const { context, page } = await visit(server.url);
  const whole = async (name, least) => {
    const { wanted, names } = await unreached(page);
    assert.deepEqual(names, [], name);
    assert.ok(wanted >= least, `${name} has ${wanted}`);
  };
  await whole('first', 4);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('dialog[open]').waitFor();
  await whole('sign in', 4);
  await signUp(page);
  await choose(page, kinds.mp4(), silent());
  await reaches(page, 'talk.mp4', 'choosing');
  await action(row(page, 'talk.mp4'), 'options').click();
  await page.locator('[data-handle=end]').waitFor();
  await whole('options', 20);
  await page.locator('[data-action=uploadAll]').click();
  await reaches(page, 'silent.mp4', 'failed');
  await reaches(page, 'talk.mp4', 'ready');
  await action(row(page, 'talk.mp4'), 'play').click();
  await action(row(page, 'silent.mp4'), 'details').click();
  await page.waitForFunction(() => document.querySelector('audio').duration > 1);
  await whole('ready', 15);
  await page.goto(`${server.url}#/account`);
  await page.getByRole('heading', { name: 'API keys' }).waitFor();
  await page.getByText('This browser').waitFor();
  await whole('account', 12);
  await page.goto(`${server.url}#/check`);
  await page.locator('[data-action=check]').waitFor();
  await whole('check', 4);
  await context.close();
});

test('the page fits 320 px and text of twice the size', async () => {
  const { context, page } = await visitor(server.url, { viewport: { width: 320, height: 640 } });
  await choose(page, kinds.mp4());
  await reaches(page, 'talk.mp4', 'choosing');
  await action(row(page, 'talk.mp4'), 'options').click();
  assert.equal(await tooWide(page), 0, 'at 320 px');
  await page.setViewportSize({ width: 640, height: 640 });
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  assert.equal(await tooWide(page), 0, 'at twice the size');
  await context.close();
});

for (const width of [390, 768, 1280]) {
  test(`rows keep their height whatever happens to them, ${width} px`, async () => {
    const { page } = await guest(server.url);
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(() => {
      window.heights = {};
      window.watch = new MutationObserver(() => {
        for (const each of document.querySelectorAll('li.row')) {
          window.heights[each.dataset.state] = each.getBoundingClientRect().height;
        }
      });
      window.watch.observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    await choose(page, kinds.mp4());
    await reaches(page, 'talk.mp4', 'choosing');
    await action(row(page, 'talk.mp4'), 'upload').click();
    await reaches(page, 'talk.mp4', 'ready');
    const heights = await page.evaluate(() => (window.watch.disconnect(), window.heights));
    assert.ok('choosing' in heights && 'ready' in heights && Object.keys(heights).length > 3, JSON.stringify(heights));
    assert.equal(new Set(Object.values(heights)).size, 1, JSON.stringify(heights));
    await erase(row(page, 'talk.mp4'));
  });
}

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
  await to('Upload(?! only)', 80);
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
  const slogan = page.getByRole('heading', { name: 'Trascina un video. Ottieni l’MP3.' });
  await slogan.waitFor();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'Drop a video. Get its MP3.' }).waitFor();
  await page.getByRole('button', { name: 'Italiano' }).click();
  await slogan.waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'it');
  await choose(page, kinds.mp4(), silent());
  await page.fill('input[name=email]', 'dante@example.org');
  await page.fill('input[name=password]', PASSWORD);
  await page.getByRole('button', { name: 'Crea l’account' }).click();
  await action(row(page, 'silent.mp4'), 'upload').click();
  await row(page, 'silent.mp4').getByText('Il file non ha una traccia audio').waitFor();
  await row(page, 'talk.mp4').getByText(/kB invece di \d,\d\sMB/).waitFor();
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
