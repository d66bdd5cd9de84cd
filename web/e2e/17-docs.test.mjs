// The API for people: described at /docs from the server's own description, and what the page did as curl.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { everywhere } from './axe.mjs';
import { finish, openServer, PASSWORD, visit, visitor } from './harness.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

test('every operation of the description is there, with what it takes and answers, and nothing leaves the origin', async () => {
  const { context, page, faults } = await visit(new URL('docs', server.url).href, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.locator('details').first().waitFor();
  const described = await (await fetch(new URL('openapi.yaml', server.url))).text();
  const ids = [...described.matchAll(/operationId: (\w+)/g)].map((each) => each[1]).sort();
  assert.deepEqual((await page.locator('details').evaluateAll((all) => all.map((each) => each.id))).sort(), ids);
  const upload = page.locator('#createConversion');
  await upload.locator('summary').click();
  await upload.getByText('Upload a video in one request').waitFor();
  await upload.getByText('multipart/form-data').waitFor();
  await upload.getByText('the quota is used up').first().waitFor();
  await upload.getByRole('button', { name: /Copy as curl/ }).click();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(command, /^curl -X POST -H "Authorization: Bearer \$TOKEN" .* 'http:\/\/.*\/v1\/conversions'$/);
  assert.deepEqual(faults, []);
  await everywhere(page, '11-docs');
  await context.close();
  const italian = await visit(new URL('docs', server.url).href, { locale: 'it-IT' });
  await italian.page.getByRole('heading', { name: 'L’API di Tapedeck' }).waitFor();
  await italian.context.close();
});

test('what the page just did is copied as a command that does the same, without a password', async () => {
  const { context, page, email } = await visitor(server.url, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(`${server.url}#/account`);
  await page.getByLabel('Current password').fill(PASSWORD);
  await page.getByLabel('New password', { exact: true }).fill('a wide and silent lake');
  await page.getByRole('button', { name: 'Change the password' }).click();
  await page.getByText('The password has been changed.').waitFor();
  await page.getByText('What this page just did').click();
  const line = page.locator('li', { hasText: '/v1/api-keys' });
  await line.locator('[data-action=curl]').first().click();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  const answer = await fetch(new URL('login', server.url), {
    method: 'POST',
    headers: { Authorization: `Basic ${Buffer.from(`${email}:a wide and silent lake`).toString('base64')}` },
  });
  const TOKEN = (await answer.text()).trim();
  const said = execFileSync('sh', ['-c', command], { env: { ...process.env, TOKEN }, stdio: ['ignore', 'pipe', 'ignore'] });
  assert.deepEqual(JSON.parse(said.toString()), { apiKeys: [] });
  const all = page.locator('[data-action=curl]');
  for (let index = 0; index < (await all.count()); index++) {
    await all.nth(index).click();
    assert.doesNotMatch(await page.evaluate(() => navigator.clipboard.readText()), /river|lake/);
  }
  await context.close();
});
