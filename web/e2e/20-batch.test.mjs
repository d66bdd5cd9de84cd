// Many files at once: what counts for all of them, and one bar that sums them up.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { action, choose, clip, finish, mp3Of, openServer, reaches, row, slow, visitor, work } from './harness.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

/** Copies of a clip under other names. */
function copies(source, count) {
  return Array.from({ length: count }, (_, index) => {
    const file = join(work, `part ${index + 1}.mp4`);
    copyFileSync(source, file);
    return file;
  });
}

test('options for all count for each file that is not uploaded yet', async () => {
  const { context, page, faults } = await visitor(server.url);
  await choose(page, ...copies(clip('short.mp4', 2), 3));
  await page.getByText(/^3 files, \d+\s?kB$/).waitFor();
  await page.locator('[data-action=optionsAll]').click();
  const all = page.getByRole('region', { name: 'To upload' });
  await all.getByLabel('Quality').selectOption('b96');
  await all.getByLabel('Channels').selectOption('mono');
  await page.locator('[data-action=uploadAll]').click();
  for (const index of [1, 2, 3]) {
    await reaches(page, `part ${index}.mp4`, 'ready');
  }
  const path = join(work, 'all.mp3');
  writeFileSync(path, await mp3Of(page, 'part 2.mp4'));
  const { streams } = JSON.parse(spawnSync('ffprobe', ['-v', 'error', '-show_streams', '-of', 'json', path], { encoding: 'utf8' }).stdout);
  assert.deepEqual([streams[0].channels, Math.round(streams[0].bit_rate / 1000)], [1, 96]);
  assert.deepEqual(faults, []);
  await context.close();
});

test('one bar tells how many are ready, pauses all, resumes them and cancels them', async () => {
  const { context, page, faults } = await visitor(server.url);
  await choose(page, clip('short.mp4', 2));
  const line = await slow(page, 20_000);
  await choose(page, ...copies(clip('long.mp4', 120, '-b:a', '192k', '-r', '2'), 3));
  await page.locator('[data-action=uploadAll]').dblclick();
  await page.getByText('0 of 4 ready').waitFor();
  assert.equal(await page.locator('li.row[data-state=removed], li.row[data-state=paused]').count(), 0, 'the second click does nothing');
  await reaches(page, 'short.mp4', 'ready');
  await page.getByText('1 of 4 ready').waitFor();
  await page.getByRole('progressbar', { name: 'All files' }).waitFor();
  await page.locator('[data-action=pauseAll]').click();
  for (const index of [1, 2, 3]) {
    await reaches(page, `part ${index}.mp4`, 'paused');
  }
  await page.locator('[data-action=resumeAll]').click();
  await page.locator('li.row[data-state=uploading]').first().waitFor();
  await page.locator('[data-action=cancelAll]').click();
  for (const index of [1, 2, 3]) {
    await reaches(page, `part ${index}.mp4`, 'removed');
  }
  // Each can be taken back.
  await page.waitForTimeout(700);
  await action(row(page, 'part 2.mp4'), 'undo').click();
  await line.fast();
  await reaches(page, 'part 2.mp4', 'ready');
  assert.deepEqual(faults, []);
  await context.close();
});
