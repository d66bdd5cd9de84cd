import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { choose, clip, countUploaded, action, erase, finish, guest, hour, kinds, mp3Of, openServer, reaches, row, Server, silent, video, visitor, watch, work } from './harness.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

const note = () => {
  const path = join(work, 'notes.mp4');
  writeFileSync(path, 'These are only words.\n'.repeat(200));
  return path;
};

test('a text named like a video is refused with what to do', async () => {
  const { page, faults } = await guest(server.url);
  await choose(page, note());
  await action(row(page, 'notes.mp4'), 'upload').click();
  await reaches(page, 'notes.mp4', 'failed');
  await row(page, 'notes.mp4').getByText('This kind of file is not accepted').waitFor();
  await action(row(page, 'notes.mp4'), 'details').click();
  await row(page, 'notes.mp4').locator('.failure code', { hasText: 'unsupported-container' }).waitFor();
  assert.deepEqual(faults, []);
});

test('a video without audio is reported as such, before and after the upload', async () => {
  const { page } = await guest(server.url);
  await choose(page, silent());
  await row(page, 'silent.mp4').getByText(/No audio was found in this file/).waitFor();
  await action(row(page, 'silent.mp4'), 'upload').click();
  await reaches(page, 'silent.mp4', 'failed');
  await row(page, 'silent.mp4').getByText('The file has no audio track').waitFor();
  await erase(row(page, 'silent.mp4'));
});

test('where the audio alone fails, the main button uploads the whole video; where that fails too, trying again is not offered', async () => {
  const { page, faults } = await guest(server.url);
  const path = join(work, 'noise.mp4');
  const bytes = readFileSync(kinds.fastStart());
  // The index stays whole; every packet is noise.
  bytes.fill(0xff, bytes.indexOf('mdat') + 4);
  writeFileSync(path, bytes);
  const uploaded = countUploaded(page);
  await choose(page, path);
  await action(row(page, 'noise.mp4'), 'upload').click();
  await reaches(page, 'noise.mp4', 'failed');
  assert.ok(uploaded.bytes < bytes.length / 2, 'only the audio was uploaded');
  await action(row(page, 'noise.mp4'), 'uploadWhole').click();
  await action(row(page, 'noise.mp4'), 'uploadWhole').waitFor({ state: 'detached' });
  await reaches(page, 'noise.mp4', 'failed');
  await row(page, 'noise.mp4').getByText('The file is damaged').waitFor();
  assert.equal(await page.locator('li.row').count(), 1);
  assert.ok(uploaded.bytes > bytes.length, 'the whole was uploaded');
  assert.equal(await action(row(page, 'noise.mp4'), 'tryAgain').count(), 0);
  assert.deepEqual(faults, []);
});

test('an upload beyond the quota is refused before bytes are uploaded', async () => {
  const small = await new Server({ TAPEDECK_LIMITS_STORED_PER_ACCOUNT: '300 KiB' }).start();
  const { context, page } = await visitor(small.url);
  await choose(page, clip('short.mp4', 2));
  await action(row(page, 'short.mp4'), 'upload').click();
  await reaches(page, 'short.mp4', 'ready');
  await choose(page, kinds.mp4());
  await action(row(page, 'talk.mp4'), 'upload').click();
  await reaches(page, 'talk.mp4', 'failed');
  await row(page, 'talk.mp4').getByText('Your quota is used up').waitFor();
  await action(row(page, 'talk.mp4'), 'details').click();
  await row(page, 'talk.mp4').locator('code', { hasText: 'quota-exceeded' }).waitFor();
  await page.getByRole('button', { name: 'Show what I can delete' }).click();
  const focused = () => page.evaluate(() => document.activeElement.closest('li')?.dataset.name);
  assert.equal(await focused(), 'short.mp4');
  await page.keyboard.press('Enter');
  await page.evaluate(() => window.dispatchEvent(new Event('pagehide')));
  await row(page, 'short.mp4').waitFor({ state: 'detached' });
  await context.close();
  await small.stop();
});

test('a conversion can be cancelled, and deleted', async () => {
  const { context, page } = await visitor(server.url);
  await choose(page, hour());
  await reaches(page, 'hour.mp4', 'choosing');
  await action(row(page, 'hour.mp4'), 'upload').click();
  await reaches(page, 'hour.mp4', 'converting');
  await action(row(page, 'hour.mp4'), 'cancel').click();
  await reaches(page, 'hour.mp4', 'cancelled');
  await erase(row(page, 'hour.mp4'));
  await page.reload();
  await page.getByText('Nothing here yet.').waitFor();
  await context.close();
});

test('a link that was copied plays for somebody who has no account', async () => {
  const { context, page } = await visitor(server.url, { permissions: ['clipboard-read', 'clipboard-write'] });
  await choose(page, kinds.mp4());
  await action(row(page, 'talk.mp4'), 'upload').click();
  await reaches(page, 'talk.mp4', 'ready');
  await action(row(page, 'talk.mp4'), 'link').click();
  await page.locator('[data-action=copyNew]').click();
  await page.getByText(/Link copied. It works until/).waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const answer = await fetch(link);
  assert.equal(answer.status, 200);
  assert.equal(Buffer.compare(Buffer.from(await answer.arrayBuffer()), await mp3Of(page, 'talk.mp4')), 0);
  await context.close();
});

/** nginx as many put it in front: one megabyte a body, and buffering. */
async function proxy(upstream) {
  const folder = join(work, 'nginx');
  mkdirSync(folder, { recursive: true });
  const port = await new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const free = probe.address().port;
      probe.close(() => resolve(free));
    });
  });
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; ${process.getuid?.() === 0 ? 'user root;' : ''} pid ${folder}/pid; error_log stderr crit; events {}
    http { access_log off; client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
      server { listen 127.0.0.1:${port}; client_max_body_size 1m;
        location /tapes/ { proxy_pass ${upstream.replace(/\/$/, '')}; proxy_http_version 1.1; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto http; proxy_set_header X-Forwarded-Prefix /tapes; } } }`,
  );
  const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  for (;;) {
    const up = await fetch(`http://127.0.0.1:${port}/tapes/`).catch(() => null);
    if (up?.ok) {
      break;
    }
    assert.equal(child.exitCode, null, 'nginx did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url: `http://127.0.0.1:${port}/tapes/`, stop: () => child.kill() };
}

const noNginx = spawnSync('nginx', ['-v']).error !== undefined && 'no nginx here';

test('a proxy that refuses large pieces is named, and smaller ones go through, below a path', { skip: noNginx }, async () => {
  const inner = await new Server({ TAPEDECK_SERVER_BASE_PATH: '/tapes', TAPEDECK_SERVER_BEHIND_PROXY: 'true' }).start();
  const front = await proxy(new URL(inner.url).origin);
  const { context, page } = await visitor(front.url);
  const { faults } = watch(page, front.url);
  await choose(page, video('big.avi', ['-c:v', 'mpeg4', '-b:v', '4M', '-c:a', 'libmp3lame'], 5));
  const refused = page.waitForResponse((answer) => answer.status() === 413);
  await action(row(page, 'big.avi'), 'upload').click();
  await refused;
  await row(page, 'big.avi').getByText(/nginx refuses pieces over/).waitFor();
  await reaches(page, 'big.avi', 'ready');
  await page.goto(`${front.url}#/check`);
  await page.locator('[data-action=check]').click();
  await page.locator('dl').getByText(/nginx lets 1 MB through and refuses 2.1 MB/).waitFor();
  await page.locator('dl').getByText('arrives at once').waitFor();
  assert.deepEqual(faults, []);
  await context.close();
  front.stop();
  await inner.stop();
});

test('a proxy that lets nothing through is an error with its name and the way to the check', { skip: noNginx }, async () => {
  const { page } = await guest(server.url);
  await page.route('**/v1/uploads', (route) =>
    route.fulfill({ status: 413, headers: { server: 'nginx/1.22.1', 'content-type': 'text/html' }, body: '<html><head><title>413 Request Entity Too Large</title></head></html>' }),
  );
  await choose(page, kinds.mp4());
  await action(row(page, 'talk.mp4'), 'upload').click();
  await reaches(page, 'talk.mp4', 'failed');
  await action(row(page, 'talk.mp4'), 'details').click();
  await row(page, 'talk.mp4').getByText('Reported by nginx, on the way to Tapedeck.').waitFor();
  await row(page, 'talk.mp4').getByRole('link', { name: 'Check my connection' }).waitFor();
});

test('the login page of a hotel network is not taken for an answer', async () => {
  const { page } = await guest(server.url);
  await page.route('**/v1/uploads', (route) => route.fulfill({ status: 403, contentType: 'text/html', body: '<title>Welcome to our WiFi</title>' }));
  await choose(page, kinds.mp4());
  await action(row(page, 'talk.mp4'), 'upload').click();
  await reaches(page, 'talk.mp4', 'failed');
  await action(row(page, 'talk.mp4'), 'details').click();
  await row(page, 'talk.mp4').getByText('Welcome to our WiFi').waitFor();
});
