// The administrator: people, invitations, conversions of all and the server's health, without a shell.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { everywhere } from './axe.mjs';
import { action, choose, finish, kinds, PASSWORD, reaches, row, Server, signUp, silent, slow, visit, visitor } from './harness.mjs';

/** One for this file alone: its first account is the administrator. */
let server;
let boss;
before(async () => (server = await new Server().start()));
after(finish);

const person = (page, email) => page.locator(`[data-person="${email}"]`);
const section = (page, name) => page.locator(`[data-admin=${name}]`);

async function openAdmin(page) {
  await page.goto(`${server.url}#/`);
  await page.goto(`${server.url}#/admin`);
  await page.getByRole('heading', { level: 1, name: /Admin|Ammin/ }).waitFor();
}

/** What the API answers to a page, with the CSRF token that its cookie has. */
const answer = (page, method, path) =>
  page.evaluate(async ([verb, where]) => {
    const token = /tapedeck_csrf=([^;]+)/.exec(document.cookie)?.[1] ?? '';
    return (await fetch(where, { method: verb, headers: { 'X-CSRF-Token': token } })).status;
  }, [method, path]);

test('the setup link says that it makes the administrator, and the account page leads to the administration', async () => {
  while (!/#setup=\S+\s/.test(server.said)) {
    await once(server.child.stdout, 'data');
  }
  const token = /#setup=(\S+)/.exec(server.said)[1];
  assert.match(server.said, /Whoever opens this link becomes one/);
  const { context, page, faults } = await visit(`${server.url}#setup=${token}`);
  await page.getByText('This link makes you the administrator of this server.').waitFor();
  await signUp(page, 'boss@example.org');
  await page.goto(`${server.url}#/account`);
  await page.getByRole('link', { name: 'Administration' }).click();
  await page.getByText('All parts work').waitFor();
  assert.equal(await section(page, 'server').locator('[data-number=queued]').innerText(), 'Nothing waits');
  await person(page, 'boss@example.org').getByText('Administrator', { exact: true }).waitFor();
  assert.equal(await person(page, 'boss@example.org').locator('[data-action=suspend]').count(), 0, 'not oneself');
  assert.deepEqual(faults, []);
  boss = { context, page };
});

test('nobody else gets there, by the page or by the API', async () => {
  const { context, page } = await visitor(server.url);
  await page.goto(`${server.url}#/account`);
  await page.locator('[data-action=signOut]').waitFor();
  assert.equal(await page.getByRole('link', { name: 'Administration' }).count(), 0);
  await page.goto(`${server.url}#/admin`);
  await page.getByText('This is for administrators.').waitFor();
  assert.equal(await page.locator('[data-admin]').count(), 0);
  for (const path of ['people', 'conversions', 'server', 'dead-letters', 'invites', 'sign-up', 'acts']) {
    assert.equal(await answer(page, 'GET', `v1/admin/${path}`), 403, path);
  }
  await context.close();
});

test('suspending somebody ends the session, the events, the API key and a running upload at once', async () => {
  const their = await visitor(server.url);
  const key = await their.page.evaluate(async () => {
    const token = /tapedeck_csrf=([^;]+)/.exec(document.cookie)[1];
    const made = await fetch('v1/api-keys', {
      method: 'POST',
      headers: { 'X-CSRF-Token': token, 'Content-Type': 'application/json' },
      body: '{"name":"k"}',
    });
    return (await made.json()).key;
  });
  const byKey = () => fetch(new URL('v1/conversions', server.url), { headers: { Authorization: `Bearer ${key}` } });
  assert.equal((await byKey()).status, 200);
  // Events of this key, as a program hears them.
  const events = await fetch(new URL('v1/events', server.url), { headers: { Authorization: `Bearer ${key}` } });
  const over = events.text().catch(() => '');
  await slow(their.page, 20_000);
  await choose(their.page, kinds.avi());
  await action(row(their.page, 'old.avi'), 'upload').click();
  await reaches(their.page, 'old.avi', 'uploading');

  const { page } = boss;
  await openAdmin(page);
  const line = person(page, their.email);
  await line.locator('[data-action=suspend]').click();
  await line.getByText('Suspended', { exact: true }).waitFor();
  const begun = Date.now();

  assert.equal((await byKey()).status, 401);
  await over;
  await their.page.locator('dialog[open]').waitFor();
  assert.ok(Date.now() - begun < 60_000, 'long before a token would run out');
  assert.notEqual(await row(their.page, 'old.avi').getAttribute('data-state'), 'ready');
  const refused = await their.context.request.post(new URL('v1/sessions', server.url).href, { data: { email: their.email, password: PASSWORD } });
  assert.equal(refused.status(), 403);
  assert.equal((await refused.json()).code, 'account-suspended');

  await line.locator('[data-action=suspend]').click();
  await line.getByText('Suspended', { exact: true }).waitFor({ state: 'detached' });
  assert.equal((await byKey()).status, 200);
  const acts = section(page, 'acts');
  await acts.getByText('resumed').first().waitFor();
  await acts.getByText('suspended').first().waitFor();
  await their.context.close();
});

test('a failed conversion shows its reason and the id of the log, not the name of the video; one under way is cancelled', async () => {
  const their = await visitor(server.url);
  await choose(their.page, silent());
  await action(row(their.page, 'silent.mp4'), 'upload').click();
  await reaches(their.page, 'silent.mp4', 'failed');

  const { page } = boss;
  await openAdmin(page);
  const work = section(page, 'conversions');
  await work.getByLabel('State').selectOption('failed');
  const failed = work.locator('li[data-state=failed]', { hasText: their.email }).first();
  await failed.getByText('no-audio-track').waitFor();
  const id = await failed.getAttribute('data-conversion');
  assert.match(id, /^cnv_/);
  assert.doesNotMatch(await work.innerText(), /silent/);
  await failed.locator('[data-action=retry]').click();
  await section(page, 'acts').getByText(id).first().waitFor();
  await work.getByLabel('Conversion id').fill(id);
  await work.locator(`li[data-conversion="${id}"]`).waitFor();
  assert.equal(await work.locator('li[data-conversion]').count(), 1);
  await their.context.close();
});

test('limits of one person hold at once, and removing somebody asks first', async () => {
  const their = await visitor(server.url);
  const { page } = boss;
  await openAdmin(page);
  const line = person(page, their.email);
  await line.locator('[data-action=manage]').click();
  await line.getByLabel('Stored, in GB').fill('0.5');
  await line.getByLabel('Under way at once').fill('3');
  await line.locator('[data-action=saveQuota]').click();
  await section(page, 'acts').getByText('bytes 500000000').waitFor();
  const limits = await their.page.evaluate(async () => (await fetch('v1/limits')).json());
  assert.equal(limits.storedBytes, 500_000_000);
  assert.equal(limits.active, 3);

  await line.locator('[data-action=removePerson]').click();
  const sure = line.getByRole('alertdialog');
  assert.equal(await sure.getByRole('button', { name: 'Keep' }).evaluate((each) => each === document.activeElement), true);
  await page.keyboard.press('Enter');
  await sure.waitFor({ state: 'detached' });
  await line.locator('[data-action=removePerson]').click();
  await line.locator('[data-action=removeNow]').click();
  await line.waitFor({ state: 'detached' });
  assert.equal(await answer(their.page, 'GET', 'v1/accounts/me'), 401);
  await their.context.close();
});

test('who may create an account changes without a restart; an invitation is made and withdrawn', async () => {
  const { page } = boss;
  await openAdmin(page);
  const invites = section(page, 'invites');
  const create = async (more = {}) => {
    const data = { email: `late-${Math.random()}@example.org`, password: PASSWORD, ...more };
    return (await page.context().request.post(new URL('v1/accounts', server.url).href, { data, headers: { Cookie: '' } })).status();
  };
  const mode = invites.getByLabel('Who may create an account');
  const change = async (to) => {
    const said = page.waitForResponse((each) => each.url().endsWith('/v1/admin/sign-up') && each.request().method() === 'PUT');
    await mode.selectOption(to);
    assert.equal((await said).status(), 200);
  };
  await change('invite');
  assert.equal(await create(), 403);
  await invites.getByLabel('E-mail (optional)').fill('guest@example.org');
  await invites.getByRole('button', { name: 'Invite', exact: true }).click();
  const link = await invites.locator('input[readonly]').inputValue();
  assert.match(link, /#invite=tdi_/);
  await invites.locator('li', { hasText: 'guest@example.org' }).locator('[data-action=withdraw]').click();
  await invites.getByText('No open invitations.').waitFor();
  assert.equal(await create({ email: 'guest@example.org', invite: link.split('=')[1] }), 403);
  await change('closed');
  assert.equal(await create(), 403);
  await change('open');
  assert.equal(await create(), 201);
});

test('no fault of accessibility, in both themes and on every size; in Italian too', async () => {
  const { page } = boss;
  await openAdmin(page);
  await person(page, 'boss@example.org').locator('[data-action=manage]').click();
  await section(page, 'acts').locator('li').nth(3).waitFor();
  await everywhere(page, '8-admin');
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(`${server.url}#/account`);
  await page.locator('select').first().selectOption('it');
  await openAdmin(page);
  await page.getByText('Funziona tutto').waitFor();
  await page.getByRole('heading', { name: 'Che cosa hanno fatto gli amministratori' }).waitFor();
  await page.goto(`${server.url}#/account`);
  await page.locator('select').first().selectOption('en');
});

test('with the keyboard alone somebody is found, suspended and resumed', async () => {
  const their = await visitor(server.url);
  const { page } = boss;
  await openAdmin(page);
  const search = page.getByRole('searchbox', { name: 'Search by e-mail' });
  for (let steps = 0; !(await search.evaluate((each) => each === document.activeElement)); steps++) {
    assert.ok(steps < 30, 'the search is reached by Tab');
    await page.keyboard.press('Tab');
  }
  await page.keyboard.type(their.email);
  await person(page, 'boss@example.org').waitFor({ state: 'detached' });
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await person(page, their.email).getByText('Suspended', { exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await person(page, their.email).getByText('Suspended', { exact: true }).waitFor({ state: 'detached' });
  await their.context.close();
});
