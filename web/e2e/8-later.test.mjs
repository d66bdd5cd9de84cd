import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { choose, clip, finish, openServer, PASSWORD, PATIENCE, row, Server, signUp, visit, visitor } from './harness.mjs';

let server;
before(async () => (server = await openServer()));
after(finish);

/** The link with that name in an e-mail of the server, or null while there is none. */
function linkIn(name) {
  const outbox = join(server.data, 'outbox');
  const mails = readdirSync(outbox).filter((name) => name.endsWith('.eml')).map((name) => readFileSync(join(outbox, name), 'utf8'));
  const plain = mails.map((mail) => mail.replace(/=\r?\n/g, '').replaceAll('=3D', '='));
  return plain.map((mail) => new RegExp(`https?://\\S+#${name}=[\\w.-]+`).exec(mail)?.[0]).find(Boolean) ?? null;
}

test('the link that the first start prints makes the first account, also where nobody else may sign up', async () => {
  const closed = await new Server({ TAPEDECK_ACCOUNTS_SIGN_UP: 'closed' }).start();
  while (!/#setup=\S+/.test(closed.said)) {
    await new Promise((resolve) => closed.child.stdout.once('data', resolve));
  }
  const link = /\S+#setup=\S+/.exec(closed.said)[0];
  const { context, page } = await visit(link);
  await page.getByRole('heading', { name: 'Create an account' }).waitFor();
  await page.getByText('makes you the administrator').waitFor();
  assert.equal(new URL(page.url()).hash, '', 'the token does not stay in the address');
  await signUp(page);
  const me = await page.evaluate(async () => (await fetch('v1/accounts/me')).json());
  assert.equal(me.role, 'admin');
  await context.close();

  const other = await visit(closed.url);
  await choose(other.page, clip('moment.mp4', 1));
  await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await other.page.getByRole('button', { name: 'I do not have an account yet' }).click();
  await other.page.getByText('On this server the administrator creates the accounts').waitFor();
  assert.equal(await other.page.locator('dialog input, dialog button[type=submit]').count(), 0, 'there is no form to fill in vain');
  await other.context.close();
  await closed.stop();
});

test('a forgotten password is set again by the link in an e-mail', async () => {
  const { context, page, email } = await visitor(server.url);
  await context.clearCookies();
  await page.reload();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'I forgot my password' }).click();
  await page.fill('input[name=email]', email);
  await page.getByRole('button', { name: 'Send me a link' }).click();
  // Without a mail server no e-mail is promised; it is a file in the outbox.
  await page.getByText('its administrator has the link now').waitFor();
  for (let tries = 0; linkIn('reset') === null; tries++) {
    assert.ok(tries * 50 < PATIENCE, 'no e-mail came');
    await page.waitForTimeout(50);
  }
  await context.close();
  // The link is opened in another browser.
  const fresh = await visit(linkIn('reset'));
  await enterNew(fresh.page, email);
  await fresh.context.close();
});

async function enterNew(page, email) {
  await page.locator('input[name=password]').fill('another long and quiet river');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByText('The password has been changed. Sign in with the new one.').waitFor();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.fill('input[name=email]', email);
  await page.fill('input[name=password]', 'another long and quiet river');
  await page.locator('dialog button[type=submit]').click();
  await page.locator('dialog').waitFor({ state: 'hidden' });
  await page.getByRole('link', { name: 'Account' }).waitFor();
}

test('a long list comes in pages, newest first, and is searched by name', async () => {
  const { context, page, email } = await visitor(server.url);
  const json = { 'Content-Type': 'application/json' };
  const session = await fetch(new URL('v1/sessions', server.url), { method: 'POST', headers: json, body: JSON.stringify({ email, password: PASSWORD }) });
  const { accessToken } = await session.json();
  const video = readFileSync(clip('moment.mp4', 1));
  const count = 55;
  const upload = async (each) => {
    const form = new FormData();
    form.append('file', new Blob([video]), each === 7 ? 'the needle.mp4' : `hay ${each}.mp4`);
    const answer = await fetch(new URL('v1/conversions', server.url), { method: 'POST', headers: { Authorization: `Bearer ${accessToken}` }, body: form });
    assert.ok(answer.ok, `${answer.status}`);
  };
  await upload(1);
  await Promise.all(Array.from({ length: count - 2 }, (_, index) => upload(index + 2)));
  await upload(count);
  await page.reload();
  await row(page, `hay ${count}.mp4`).waitFor();
  assert.equal(await page.locator('li.row').first().getAttribute('data-name'), `hay ${count}.mp4`);
  assert.equal(await row(page, 'hay 1.mp4').count(), 0);
  while ((await row(page, 'hay 1.mp4').count()) === 0) {
    const shown = await page.locator('li.row').count();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.waitForFunction((before) => document.querySelectorAll('li.row').length > before, shown);
  }
  assert.equal(await page.locator('li.row').count(), count);
  await page.getByRole('searchbox').fill('needle');
  await page.waitForFunction(() => document.querySelectorAll('li.row').length === 1);
  await row(page, 'the needle.mp4').waitFor();
  await page.getByRole('searchbox').fill('<b>nothing</b>');
  await page.getByText('No name contains “<b>nothing</b>”.').waitFor();
  await page.getByRole('button', { name: 'Clear the search' }).click();
  await row(page, `hay ${count}.mp4`).waitFor();
  await context.close();
});

test('a key is revoked, other sessions are signed out at once, and an account is deleted with all it had', async () => {
  const { context, page, email, faults } = await visitor(server.url);
  const session = (password) =>
    fetch(new URL('v1/sessions', server.url), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email, password }) });
  const tokens = [];
  for (let place = 0; place < 2; place++) {
    tokens.push((await (await session(PASSWORD)).json()).refreshToken);
  }
  await page.goto(`${server.url}#/account`);
  await page.getByPlaceholder('Name of the new key').fill('robot');
  await page.getByRole('button', { name: 'Create a key' }).click();
  const key = await page.locator('.made input').inputValue();
  const ask = async () => (await fetch(new URL('v1/conversions', server.url), { headers: { Authorization: `Bearer ${key}` } })).status;
  assert.equal(await ask(), 200);
  await page.getByRole('button', { name: 'Delete robot' }).click();
  await page.getByText('No keys yet.').waitFor();
  assert.equal(await ask(), 401);

  await page.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await page.getByRole('button', { name: 'Sign out everywhere else' }).waitFor({ state: 'detached' });
  for (const refreshToken of tokens) {
    const answer = await fetch(new URL('v1/sessions/refresh', server.url), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ refreshToken }) });
    assert.equal(answer.status, 401);
  }

  await page.getByLabel('Confirm with your password').fill('not the right one');
  await page.getByRole('button', { name: 'Delete everything' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByLabel('Confirm with your password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Delete everything' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  assert.equal((await session(PASSWORD)).ok, false);
  assert.deepEqual(faults, []);
  await context.close();
});
