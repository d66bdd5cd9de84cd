// What every view is held to: no accessibility fault in both themes, nothing wider than the window; and its pictures for the docs.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { root, tooWide } from './harness.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Checks both themes. They differ in colours only, so for the second only contrast is checked again. */
export async function blameless(page, where, picture = async () => undefined) {
  // By the debugger's way in, because the page's own policy refuses foreign scripts.
  await page.evaluate(axe);
  for (const [colorScheme, runOnly] of [['light', RULES], ['dark', ['color-contrast']]]) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    const found = await page.evaluate((only) => window.axe.run(document, { runOnly: only, resultTypes: ['violations'] }), runOnly);
    const faults = found.violations.map((each) => `${where}, ${colorScheme}: ${each.id}: ${each.nodes.map((node) => node.target).join(' ')} ${each.nodes[0].failureSummary}`);
    assert.deepEqual(faults, []);
    await picture(colorScheme);
  }
}

/** A picture for the docs, when asked for. */
export async function picture(page, name) {
  if (process.env.PAGE_PICTURES) {
    const folder = resolve(root, process.env.PAGE_PICTURES);
    mkdirSync(folder, { recursive: true });
    // A dialog darkens what is in the window; beyond it there is nothing to see. Of a very long view its beginning tells enough.
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    const fullPage = height < 6000 && (await page.locator('dialog[open]').count()) === 0;
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage });
  }
}

/** A view on a phone, a tablet and a desk, in both themes. */
export async function everywhere(page, name) {
  for (const [width, height] of [[390, 844], [768, 1024], [1440, 900]]) {
    await page.setViewportSize({ width, height });
    assert.equal(await tooWide(page), 0, `${name} does not scroll sideways at ${width} px`);
    await blameless(page, `${name}, ${width} px`, (theme) => picture(page, `${name}-${width}-${theme}`));
  }
  await page.setViewportSize({ width: 320, height: 700 });
  assert.equal(await tooWide(page), 0, `${name} does not scroll sideways at 320 px`);
}
