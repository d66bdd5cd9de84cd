// What helps when something is wrong, and what must hold on every machine.
import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { action, choose, clip, finish, guest, kinds, openServer, PASSWORD, reaches, row, Server, silent, slow, visitor, work } from './harness.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

test('an empty file is told at once, and is not to be tried again', async () => {
  const { page, faults } = await guest(server.url);
  const file = join(work, 'nothing.mp4');
  writeFileSync(file, '');
  await choose(page, file);
  await reaches(page, 'nothing.mp4', 'failed');
  const line = row(page, 'nothing.mp4');
  await line.getByText('The file is empty. Check that it was copied completely, then choose it again.').waitFor();
  assert.equal(await action(line, 'tryAgain').count(), 0);
  assert.deepEqual(faults, []);
});

test('where trying again cannot succeed it is not offered; what to tell the administrator can be copied', async () => {
  const { page } = await guest(server.url);
  await choose(page, silent());
  await action(row(page, 'silent.mp4'), 'upload').click();
  await reaches(page, 'silent.mp4', 'failed');
  const line = row(page, 'silent.mp4');
  assert.equal(await action(line, 'tryAgain').count(), 0);
  await action(line, 'details').click();
  const id = await line.locator('.failure code', { hasText: /^cnv_/ }).innerText();
  await page.evaluate(() => (navigator.clipboard.writeText = async (text) => void (window.copied = text)));
  await line.getByRole('button', { name: 'Copy the details' }).click();
  await line.getByRole('button', { name: 'Copied.' }).waitFor();
  assert.match(await page.evaluate(() => window.copied), new RegExp(`no-audio-track[^]*${id}`));
});

test('a wrong current password is called that', async () => {
  const { context, page } = await visitor(server.url);
  await page.goto(`${server.url}#/account`);
  await page.getByLabel('Current password').fill('not this one at all');
  await page.getByLabel('New password').fill('another long and quiet river');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByText('That is not your current password.').waitFor();
  await page.getByLabel('Confirm with your password').fill('not this one at all');
  await page.getByRole('button', { name: 'Delete everything' }).click();
  await page.getByText('That is not your current password.').waitFor();
  await context.close();
});

test('a pause survives a reload', async () => {
  const { context, page } = await visitor(server.url);
  await slow(page, 100_000);
  await choose(page, clip('long.mp4', 120, '-b:a', '192k', '-r', '2'));
  const line = row(page, 'long.mp4');
  await action(line, 'upload').click();
  await line.getByText(/Uploading [1-9]/).waitFor();
  await action(line, 'pause').click();
  await reaches(page, 'long.mp4', 'paused');
  await page.reload();
  await reaches(page, 'long.mp4', 'paused');
  await action(line, 'resume').click();
  await reaches(page, 'long.mp4', 'uploading');
  await context.close();
});

test('one player plays at a time', async () => {
  const { page } = await guest(server.url);
  const files = [kinds.mp4(), kinds.mov()];
  await choose(page, ...files);
  await page.locator('[data-action=uploadAll]').click();
  await reaches(page, 'talk.mp4', 'ready');
  await reaches(page, 'clip.mov', 'ready');
  for (const name of ['talk.mp4', 'clip.mov']) {
    await action(row(page, name), 'play').click();
    await row(page, name).locator('audio').evaluate((audio) => new Promise((resolve) => (audio.paused ? audio.addEventListener('playing', resolve) : resolve())));
  }
  await page.waitForFunction(() => [...document.querySelectorAll('audio')].filter((each) => !each.paused).length === 1);
  assert.equal(await row(page, 'clip.mov').locator('audio').evaluate((audio) => audio.paused), false);
});

test('where the system forces its colours, handles and progress are seen', async () => {
  const { context, page } = await visitor(server.url, { forcedColors: 'active' });
  await choose(page, kinds.mp4());
  const line = row(page, 'talk.mp4');
  await action(line, 'options').click();
  const back = (locator) => locator.evaluate((each) => getComputedStyle(each).backgroundColor);
  const wave = await back(line.locator('.trim .wave'));
  for (const which of ['start', 'end']) {
    assert.notEqual(await back(line.locator(`[data-handle=${which}]`)), wave, which);
  }
  await slow(page, 30_000);
  await action(line, 'upload').click();
  await line.getByRole('progressbar').waitFor();
  assert.notEqual(await back(line.locator('.bar .full').first()), await back(line.locator('.bar .part').first()));
  await context.close();
});

test('over plain http on a home network all works: waveform, part, and a link to copy by hand', async () => {
  const own = Object.values(networkInterfaces()).flat().find((each) => each.family === 'IPv4' && !each.internal);
  assert.ok(own, 'this machine has no address in a network');
  const home = await new Server({ TAPEDECK_SERVER_HOST: '0.0.0.0', TAPEDECK_ACCOUNTS_SIGN_UP: 'open' }).start();
  const url = `http://${own.address}:${home.port}/`;
  const { context, page, faults } = await visitor(url);
  assert.equal(await page.evaluate(() => isSecureContext), false);
  await choose(page, kinds.mp4());
  const line = row(page, 'talk.mp4');
  await action(line, 'options').click();
  await page.waitForFunction(() => document.querySelector('.trim path').getAttribute('d').length > 2000);
  await line.locator('[data-handle=start]').focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await line.getByLabel('From', { exact: true }).inputValue(), '0:00.5');
  await action(line, 'upload').click();
  await reaches(page, 'talk.mp4', 'ready');
  await action(line, 'play').click();
  await page.waitForFunction(() => document.querySelector('.wave path.rest')?.getAttribute('d').length > 2000);
  await action(line, 'link').click();
  await page.locator('[data-action=copyNew]').click();
  const field = page.getByRole('dialog', { name: 'Links' }).locator('input[readonly]');
  await field.waitFor();
  const [value, selected] = await field.evaluate((each) => [each.value, each.value.slice(each.selectionStart, each.selectionEnd)]);
  assert.match(value, /^http:.*\/l\/lnk_/);
  assert.equal(selected, value, 'it is selected, so that a key copies it');
  assert.deepEqual(faults, []);
  await context.close();
  await home.stop();
});
