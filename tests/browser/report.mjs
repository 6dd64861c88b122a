// What a person sees of each report named: nothing fetched, nothing cut off, nothing a screen reader
// stumbles over.
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import { pathToFileURL } from 'node:url';
import { basename, dirname, resolve } from 'node:path';
import assert from 'node:assert/strict';

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--no-first-run'],
});
let passed = 0;
for (const path of process.argv.slice(2)) for (const [screen, width, height, colorScheme] of [
  ['phone', 360, 780, 'light'], ['desk', 1280, 900, 'light'], ['desk-dark', 1280, 900, 'dark'],
]) {
  const url = pathToFileURL(resolve(path)).href;
  const name = `${basename(dirname(path))} ${screen}`;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  const page = await context.newPage();
  const fetched = [];
  const complaints = [];
  page.on('request', (request) => request.url() === url || fetched.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  assert.deepEqual(fetched, [], `${name}: the report is one file`);
  assert.deepEqual(complaints, [], `${name}: no complaint in the console`);
  assert.equal(await page.locator('h1').count(), 1, `${name}: one heading of the first order`);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${name}: the page is ${overflow} px wider than the window`);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  assert.deepEqual(
    violations.map((v) => `${v.id}: ${v.nodes.length} x ${v.nodes[0].html.slice(0, 120)}`), [],
    `${name}: WCAG 2.2 AA`);
  if (process.env.SHOTS) {
    await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });
  }
  await context.close();
  passed += 1;
}
await browser.close();
console.log(`${passed} passed, 0 failed`);
