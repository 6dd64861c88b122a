// The energy page of a network of 40 sites, as a person sees it: signed out they are led to the door and
// back; everything is there, nothing is cut off at the width of a phone or of a desk; figures are those
// of the API; new readings come by themselves and leave the reader where they were.
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import assert from 'node:assert/strict';

const [link, password] = process.argv.slice(2);
const own = new URL(link).origin;
const SITES = 40;
const HOUR_MS = 3_600_000;

// A zone in which it is about noon, so that the day has begun and is not over.
const ahead = 12 - new Date().getUTCHours();
const zone = ahead === 0 ? 'UTC' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
const now = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS);
const local = (at) => new Date(at.getTime() + ahead * HOUR_MS);
const dayOf = (at) => local(at).toISOString().slice(0, 10);
const midnight = (day) => new Date(Date.parse(`${day}T00:00:00Z`) - ahead * HOUR_MS);
const hoursOf = (day) => Array.from({ length: 24 }, (_, hour) => new Date(midnight(day).getTime() + hour * HOUR_MS));
const back = (days) => dayOf(new Date(now.getTime() - days * 24 * HOUR_MS));
const yearBefore = (day) => `${Number(day.slice(0, 4)) - 1}${day.slice(4).replace('-02-29', '-02-28')}`;
const today = dayOf(now);

const id = (number) => `roof-${String(number).padStart(2, '0')}`;
const kwp = (number) => 200 + 17 * number;
const light = (at) => Math.max(0, Math.sin(((local(at).getUTCHours() + 0.5 - 5) / 14) * Math.PI));
const isNew = (number) => number % 8 === 7;

const describe = (number) => ({
  zone,
  // Where the sun is highest at noon of that zone, all year.
  lat: ((number * 37) % 60) / 10 - 3,
  lon: Math.max(-179, Math.min(179, 15 * ahead + ((number * 53) % 70) / 10 - 3.5)),
  commissioned: isNew(number) ? back(2) : '2020-03-01',
  peak_w: 1_000 * kwp(number),
  tilt_deg: 10,
  azimuth_deg: 180,
  gamma_per_c: -0.0035,
  strings: ['S1', 'S2', 'S3'].map((device) => ({ device, peak_w: Math.round((1_000 * kwp(number)) / 3) })),
  battery: { capacity_wh: 200_000, power_w: 100_000 },
});

const made = (number, at) => (0.82 - 0.002 * number) * kwp(number) * light(at);

const rows = (number, at) => {
  const hour = local(at).getUTCHours();
  const ac = made(number, at);
  const stored = hour >= 10 && hour < 12 ? 60 : 0;
  const behind = number === 5 && at > midnight(back(2)) ? 0.4 : 1;
  return [
    ['inv', 'generation', ac, 'kW'], ['building', 'load', hour >= 7 && hour < 19 ? 150 : 40, 'kW'],
    ['plugs', 'charging', hour < 4 ? 30 : 0, 'kW'], ['battery', 'battery_in', stored, 'kW'],
    ['battery', 'battery_out', hour >= 19 && hour < 21 ? 50 : 0, 'kW'], ['battery', 'soc', 20 + stored, 'kWh'],
    ['S1', 'string_generation', 0.35 * ac, 'kW'], ['S2', 'string_generation', 0.35 * ac * behind, 'kW'],
    ['S3', 'string_generation', 0.35 * ac, 'kW'],
  ].map(([device, quantity, value, unit]) => `${at.toISOString()},${id(number)},${device},${quantity},${value.toFixed(3)},${unit}`);
};

const outlook = (day) => ({
  hours: hoursOf(day).map((at) => ({
    start: at.toISOString(),
    weather: { ghi_w_m2: 700 * light(at), dni_w_m2: 600 * light(at), dhi_w_m2: 150 * light(at), temp_air_c: 20, wind_speed_m_s: 2 },
    buy_price: 0.3 - 0.15 * light(at), sell_price: 0.05, grid_kg_per_kwh: 0.42 - 0.2 * light(at),
    load_wh: 120_000,
  })),
  vehicles: [],
});

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--no-first-run'],
});

// A page of its own, whose complaints are kept.
const open = async (screen, options = {}) => {
  const context = await browser.newContext(screen);
  const page = await context.newPage();
  const complaints = [];
  page.on('request', (request) => assert.equal(new URL(request.url()).origin, own, 'nothing from elsewhere'));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  if (options.clock) await page.clock.install();
  return { context, page, complaints };
};

const knock = async (page) => {
  await page.goto(`${own}/energy`);
  await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
  assert.equal(new URL(page.url()).pathname, '/', 'who is not signed in is led to the door');
  await page.getByLabel('Login name').fill('administrator');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Energy of all sites' }).waitFor();
  assert.equal(new URL(page.url()).pathname, '/energy', 'and back');
};

// The API, as the page's person.
const api = async (context) => {
  const who = await (await context.request.get(`${own}/api/v1/session`)).json();
  return async (method, path, data, type = 'application/json') => {
    for (;;) {
      const headers = { 'x-csrf-token': who.csrf, ...(data && { 'content-type': type }) };
      const answer = await context.request.fetch(`${own}${path}`, { method, headers, data });
      if (answer.status() !== 429) {
        assert.ok(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`);
        return answer.status() === 204 ? null : answer.json();
      }
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  };
};

const readings = (number, stamps) =>
  ['timestamp,site_id,device,quantity,value,unit', ...stamps.flatMap((at) => rows(number, at))].join('\n');

const first = await open({ viewport: { width: 360, height: 780 } }, { clock: true });
await knock(first.page);
// The door asks whether somebody is in already, and is told that nobody is.
first.complaints.length = 0;
await first.page.getByText('No reading of any energy on this day.').waitFor();
const call = await api(first.context);
await first.page.goto(`${own}/?then=//example.org/`);
await first.page.getByRole('heading', { name: 'Signed in as' }).waitFor();
await first.page.getByRole('link', { name: 'Energy of all sites' }).click();
await first.page.getByText('No reading of any energy on this day.').waitFor();
let generated = 0;
for (let number = 0; number < SITES; number += 1) {
  await call('PUT', `/api/v1/sites/${id(number)}/energy`, describe(number));
  for (const day of [back(2), back(1), today])
    await call('PUT', `/api/v1/sites/${id(number)}/outlook/${day}`, outlook(day));
  const ended = [...(isNew(number) ? [] : [yearBefore(back(1))]), back(2), back(1)].flatMap(hoursOf);
  generated += ended.reduce((sum, at) => sum + made(number, at), 0);
  const stamps = [...ended, ...hoursOf(today).filter((at) => at < now)];
  await call('POST', `/api/v1/sites/${id(number)}/readings`, readings(number, stamps), 'text/csv');
}
let network;
for (let tries = 0; ; tries += 1) {
  network = await call('GET', '/api/v1/energy');
  if (Math.abs(network.energy.generation_kwh - generated) < 5) break;
  assert.ok(tries < 600, `settled within a minute: ${network.energy.generation_kwh} of ${generated} kWh`);
  await new Promise((resolve) => setTimeout(resolve, 100));
}

// As the page writes a number.
const grouped = (value, places) => value.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places });
const figure = (value) => {
  if (value === 0) return '0';
  const size = Math.abs(value);
  return grouped(value, size >= 1_000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3);
};
const percent = (share) => `${share > 0 ? '+' : ''}${grouped(100 * share, 1)}`.replace('-', '−');

const cards = (page) => page.evaluate(() => Object.fromEntries([...document.querySelectorAll('.card')].map(
  (card) => [card.querySelector('dt').textContent, card.querySelector('.value').textContent.trim()])));

const compare = async (page, what) => {
  const { energy, carbon } = network;
  const tonnes = (Number(carbon.self_consumed_kg_co2e) + Number(carbon.exported_kg_co2e)) / 1e3;
  const shown = await cards(page);
  for (const [name, expect] of [
    ['Generated', `${figure(energy.generation_kwh)} kWh`],
    ['Installed', `${figure(network.installed_mw)} MW`],
    ['Growth against last year', `${percent(network.growth.share)} %`],
    ['Growth of the same sites', `${percent(network.like_for_like.share)} %`],
    ['Avoided purchases', `${figure(energy.self_consumed_kwh)} kWh`],
    ['Avoided emissions', `${figure(tonnes)} t CO2e`],
    ['Sold', `${figure(energy.exported_kwh)} kWh`],
    ['Bought', `${figure(energy.imported_kwh)} kWh`],
    ['Into vehicles', `${figure(energy.charging_kwh)} kWh`],
  ]) assert.equal(shown[name], expect, `${what}: ${name}`);
  const league = await page.getByRole('table', { name: /League of sites/ }).locator('tbody tr')
    .evaluateAll((trs) => trs.map((tr) => [...tr.children].slice(0, 4).map((cell) => cell.textContent)));
  const expect = network.league.map((site) => [site.site, String(site.rank), figure(site.kwp), figure(site.generation_kwh)]);
  assert.deepEqual(league.sort(), expect.sort(), `${what}: the league is the API's`);
};

const look = async (page, what) => {
  assert.equal(await page.locator('h1').count(), 1, `${what}: one heading of the first order`);
  const headings = await page.locator('h2').allTextContents();
  assert.deepEqual(headings,
    ['The last day', 'Since the beginning', 'Alarms', 'Sites', 'Carbon', 'Methods and data'], what);
  const figures = await page.locator('figcaption').allTextContents();
  for (const begin of [today, 'Batteries:', 'Grid:', 'Generated by month', '40 sites with'])
    assert.ok(figures.some((title) => title.startsWith(begin)), `${what}: ${begin} is drawn: ${figures}`);
  assert.ok(await page.locator('#day polyline.planned').count() >= 3, `${what}: the schedule is drawn`);
  await page.getByText('roof-05 S2').waitFor();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `${what}: the page is ${wide} px wider than the window`);
  const outside = await page.evaluate(() => [...document.querySelectorAll('svg')].flatMap((svg) => {
    const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')].filter((text) => {
      const box = text.getBoundingClientRect();
      return box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
    }).map((text) => text.textContent);
  }));
  assert.deepEqual(outside, [], `${what}: words outside of their drawing`);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`), [], `${what}: WCAG 2.2 AA`);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/energy ${what}.png`, fullPage: true });
};

const storageState = await first.context.storageState();
for (const [what, width, height, colorScheme] of [
  ['phone', 360, 780, 'light'], ['desk', 1280, 900, 'light'], ['desk-dark', 1280, 900, 'dark'],
]) {
  const { context, page, complaints } = await open({ viewport: { width, height }, colorScheme, storageState });
  await page.goto(`${own}/energy`);
  await look(page, what);
  await compare(page, what);
  assert.deepEqual(complaints, [], `${what}: no complaint in the console`);
  await context.close();
}

// The page that was opened before there was any reading becomes this one within a minute.
const { page, context, complaints } = first;
await page.clock.fastForward(61_000);
await page.getByText('roof-05 S2').waitFor();
await compare(page, 'refreshed');
const summary = page.locator('summary', { hasText: 'All sites by hour' });
await summary.click();
await summary.focus();
await page.evaluate(() => window.scrollTo(0, 400));
const title = () => page.locator('#day figcaption').first().textContent();
const before = await title();
await call('POST', `/api/v1/sites/${id(0)}/readings`, readings(0, [now]), 'text/csv');
await page.clock.fastForward(61_000);
await page.waitForFunction((old) => document.querySelector('#day figcaption').textContent !== old, before);
assert.equal(await page.evaluate(() => window.scrollY), 400, 'the window did not move');
assert.ok(await page.locator('#day details').evaluate((fold) => fold.open), 'what was unfolded stays so');
assert.equal(await page.evaluate(() => document.activeElement.textContent), 'All sites by hour', 'the focus stays');
assert.deepEqual(complaints, [], 'no complaint in the console');
await context.setOffline(true);
await page.clock.fastForward(61_000);
await page.getByRole('status').filter({ hasText: 'Not fresh since' }).waitFor();
await context.setOffline(false);
await page.clock.fastForward(61_000);
await page.getByRole('status').waitFor({ state: 'detached' });
await call('DELETE', '/api/v1/session');
await page.clock.fastForward(61_000);
await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
await page.clock.resume();
await knock(page);
await browser.close();
console.log(`the energy page of ${SITES} sites: passed`);
