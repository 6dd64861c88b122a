// The way in, as a person goes it: the link of the first administrator, a password, out, in again.
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import assert from 'node:assert/strict';

const [link, password] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--no-first-run'],
});
const context = await browser.newContext({ viewport: { width: 360, height: 780 } });
const page = await context.newPage();
const own = new URL(link).origin;
page.on('request', (request) => assert.equal(new URL(request.url()).origin, own, 'nothing from elsewhere'));
const accessible = async (what) => {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`), [], what);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${what}: ${overflow} px too wide`);
};
const shot = async (name) =>
  process.env.SHOTS && page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true });

await page.goto(link);
await accessible('invitation');
await shot('invitation');
const common = 'correct horse battery staple';
await page.getByLabel('Password').fill(common);
await page.getByRole('button').click();
await page.getByRole('alert').filter({ hasText: 'first that are tried' }).waitFor();
assert.ok((await page.title()).startsWith('Error:'));
await accessible('a password that is refused');
await page.getByLabel('Password').fill(password);
await page.getByRole('button').click();
await page.getByRole('heading', { name: 'Signed in as Administrator' }).waitFor();
assert.ok(!page.url().includes('gci_'), 'the token is gone from the address');
await accessible('inside');
await shot('inside');
await page.getByRole('button', { name: 'Sign out' }).click();
await page.getByRole('heading', { name: 'Sign in' }).waitFor();
await accessible('sign in');
await shot('sign-in');
await page.getByLabel('Login name').fill('administrator');
await page.getByLabel('Password').fill('not the password at all');
await page.getByRole('button', { name: 'Sign in' }).click();
await page.getByRole('alert').filter({ hasText: 'wrong login or password' }).waitFor();
await page.getByLabel('Password').fill(password);
await page.getByRole('button', { name: 'Sign in' }).click();
await page.getByRole('heading', { name: 'Signed in as Administrator' }).waitFor();
await page.reload();
await page.getByRole('heading', { name: 'Signed in as Administrator' }).waitFor();
await page.goto(link);
await page.getByLabel('Password').fill(password);
await page.getByRole('button').click();
await page.getByRole('alert').filter({ hasText: 'not valid' }).waitFor();
await browser.close();
console.log('the door: passed');
