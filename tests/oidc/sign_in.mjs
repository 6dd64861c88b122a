// Who comes in by the provider, and who does not. The tests follow each other: later ones need the
// accounts of earlier ones.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser } from "./browser.mjs";
import { SECRET, TestProvider } from "./provider.mjs";
import { PASSWORD, Server } from "./server.mjs";

const provider = new TestProvider();
const server = new Server();
const BACK = "/api/v1/oidc/main/callback";
// What must stand in no log, besides what the provider gave out.
const seen = [SECRET];
let admin;

before(async () => {
  await provider.listen();
  server.write("oidc.secret", `${SECRET}\n`);
  const settings = server.write(
    "oidc.toml",
    `[tenants.main]
issuer = "${provider.issuer}"
client_id = "green:chain"
client_secret_file = "oidc.secret"
link_by_email = true
allow_private = true

[tenants.down]
issuer = "http://127.0.0.1:9"
client_id = "greenchain"
client_secret = "x"
allow_private = true

[tenants.private]
issuer = "https://localhost:${provider.port}"
client_id = "greenchain"
client_secret = "x"
`,
  );
  await server.start(settings);
  provider.begin(server.url + BACK);
  admin = await server.accept(server.link);
  provider.people = {
    "sub-anna": { name: "Anna at the provider", email: "Anna@Example.org", email_verified: true },
    "sub-mallory": { name: "Mallory", email: "carol@example.org", email_verified: false },
    "sub-mallory-2": { name: "Mallory", email: "anna@example.org", email_verified: true },
    "sub-eve": { name: "Eve", email: "eve@example.org", email_verified: true },
    "sub-bob": { name: "Bob", email: "elsewhere@example.org", email_verified: true },
    "sub-dora": { name: "Dora", email: "dora@example.org", email_verified: true },
  };
});

after(async () => {
  await server.stop();
  await provider.stop();
});

// Somebody in a browser, at the provider, about to come back with a code.
async function atTheDoor(person, path = "/api/v1/oidc/main/start", browser = new Browser()) {
  provider.person = person;
  const enough = (url) => url.pathname === BACK;
  const door = await browser.go(server.url + path, { enough });
  for (const cookie of browser.cookies) if (cookie.name.startsWith("greenchain")) seen.push(cookie.value);
  assert.ok(door.url.searchParams.has("state"), `led to ${door.url}: ${door.text}`);
  return { browser, ...door };
}

// The whole way; the last answer.
async function signIn(person, path, browser) {
  const door = await atTheDoor(person, path, browser);
  const answer = await door.browser.go(door.url, { from: door.from });
  const cookie = door.browser.cookie("greenchain")?.value;
  if (cookie) seen.push(cookie);
  return { ...answer, browser: door.browser, cookie };
}

async function whoIs(cookie) {
  const answer = await server.ask("GET", "/api/v1/session", { session: { cookie, csrf: "" } });
  return answer.status === 200 ? answer.json : null;
}

function refused(answer, status, rule) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  const problem = JSON.parse(answer.text);
  assert.equal(problem.type, `urn:greenchain:problem:${rule}`);
  assert.ok(!answer.headers.getSetCookie().some((line) => line.startsWith("greenchain=")), "no session");
  return problem;
}

const keysFetched = () => provider.asked.filter((path) => path === "/jwks").length;
// What was logged since.
function logged() {
  const from = server.log.length;
  return () => server.log.slice(from);
}

test("a file of providers with faults is refused with all of them", () => {
  const path = server.write("bad.toml", '[tenants.main]\nissuer = "http://id.example.org"\nclient_secret = "hush"\n');
  const done = server.verb("serve", "--data", `${server.data}-2`, "--listen", "127.0.0.1:0", "--oidc", path);
  assert.equal(done.status, 2, done.stderr);
  assert.match(done.stderr, /bad\.toml: tenants\.main\.issuer is `http:\/\/id\.example\.org`: not over https\. Write/);
  assert.match(done.stderr, /bad\.toml: tenants\.main\.client_id is absent\. Write/);
  assert.doesNotMatch(done.stderr, /hush/);
});

test("the browser is sent to the provider with a cookie of its own", async () => {
  const browser = new Browser();
  const answer = await browser.get(`${server.url}/api/v1/oidc/main/start`, "127.0.0.1");
  assert.equal(answer.status, 302);
  const sent = new URL(answer.headers.get("location"));
  const { state, nonce, code_challenge, ...rest } = Object.fromEntries(sent.searchParams);
  assert.equal(sent.origin + sent.pathname, `${provider.issuer}/auth`);
  assert.deepEqual(rest, {
    response_type: "code",
    client_id: "green:chain",
    redirect_uri: server.url + BACK,
    scope: "openid profile email",
    code_challenge_method: "S256",
  });
  assert.equal(new Set([state, nonce, code_challenge, browser.cookie("greenchain-oidc").value]).size, 4);
  const attributes = "; Path=/api/v1/oidc/main; Max-Age=600; HttpOnly; SameSite=Lax";
  assert.ok(browser.cookie("greenchain-oidc").line.endsWith(attributes), browser.cookie("greenchain-oidc").line);
  assert.equal(answer.headers.get("cache-control"), "no-store");
});

test("a tenant without provider has no such way in", async () => {
  for (const tenant of ["north", "a%20b", "%ff", "x".repeat(80)]) {
    for (const way of ["start", "callback?state=x"]) {
      const answer = await new Browser().get(`${server.url}/api/v1/oidc/${tenant}/${way}`);
      assert.ok([400, 404].includes(answer.status), `${tenant}: ${answer.text}`);
    }
  }
});

test("an invited person with a verified address comes in the first time, and again", async () => {
  const { account } = await server.invite(admin, "anna@example.org", "Anna");
  const first = await signIn("sub-anna");
  assert.equal(first.status, 200, first.text);
  assert.match(first.text, /content="0;url=\/"/);
  const session = first.browser.cookie("greenchain");
  assert.match(session.line, /; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
  assert.equal(first.browser.cookie("greenchain-oidc"), undefined, "the flow is over");
  const who = await whoIs(first.cookie);
  assert.deepEqual([who.account, who.name, who.roles], [account, "Anna", ["auditor"]]);
  const again = await signIn("sub-anna");
  assert.equal((await whoIs(again.cookie)).account, account);
  assert.notEqual(again.cookie, first.cookie);
  // With the cookies of the provider still there, nothing is asked.
  const third = await signIn("sub-anna", undefined, again.browser);
  assert.equal((await whoIs(third.cookie)).account, account);
});

test("whom nobody invited, and whose address is not verified, stays out", async () => {
  await server.invite(admin, "carol@example.org", "Carol");
  for (const person of ["sub-eve", "sub-mallory"]) {
    const answer = await signIn(person);
    refused(answer, 401, "oidc-not-linked");
    assert.equal(answer.browser.cookie("greenchain-oidc"), undefined, "the flow is over");
  }
});

test("an account in use is not led to another person of the provider by its address", async () => {
  refused(await signIn("sub-mallory-2"), 401, "oidc-not-linked");
});

test("who says no at the provider is not let in", async () => {
  const log = logged();
  refused(await signIn(null), 401, "oidc-refused");
  assert.match(log(), /the provider says `access_denied`/);
});

test("a way back that is not this browser's leads nowhere, and ends no flow", async () => {
  const door = await atTheDoor("sub-anna");
  refused(await new Browser().get(door.url, door.from), 400, "oidc-flow");
  const other = await atTheDoor("sub-anna");
  refused(await other.browser.get(door.url, door.from), 400, "oidc-flow");
  for (const change of [(url) => url.searchParams.delete("state"), (url) => url.searchParams.set("state", "x")]) {
    const url = new URL(door.url);
    change(url);
    refused(await door.browser.get(url, door.from), 400, "oidc-flow");
  }
  assert.ok(door.browser.cookie("greenchain-oidc"), "a stranger's link ends nobody's flow");
  const done = await door.browser.go(door.url, { from: door.from });
  assert.equal(done.status, 200, done.text);
});

test("an answer in the name of another provider is refused", async () => {
  const log = logged();
  const door = await atTheDoor("sub-anna");
  door.url.searchParams.set("iss", "https://evil.example");
  refused(await door.browser.get(door.url, door.from), 502, "oidc-provider");
  assert.match(log(), /the claim `iss`/);
});

test("a code counts once", async () => {
  const log = logged();
  const door = await atTheDoor("sub-anna");
  const flow = { ...door.browser.cookie("greenchain-oidc") };
  assert.equal((await door.browser.go(door.url, { from: door.from })).status, 200);
  refused(await door.browser.get(door.url, door.from), 400, "oidc-flow");
  // Whoever kept the cookie fares no better: the provider takes no code twice.
  door.browser.cookies.push(flow);
  refused(await door.browser.get(door.url, door.from), 401, "oidc-refused");
  assert.match(log(), /it answered 400 Bad Request invalid_grant/);
});

test("an ID token for another client is refused", async () => {
  const log = logged();
  const door = await atTheDoor("sub-anna");
  provider.substitute = await tokenOfOther();
  refused(await door.browser.get(door.url, door.from), 502, "oidc-provider");
  assert.match(log(), /the claim `aud`/);
});

// A good token of the same provider and person, for somebody else's program.
async function tokenOfOther() {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: "other",
    redirect_uri: provider.redirect_uri,
    scope: "openid email",
    state: "s",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  });
  const enough = (url) => url.pathname === BACK;
  const { url } = await new Browser().go(`${provider.issuer}/auth?${query}`, { enough });
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    code: url.searchParams.get("code"),
    redirect_uri: provider.redirect_uri,
    code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
  });
  const authorization = `Basic ${btoa(`other:${encodeURIComponent(SECRET)}`)}`;
  const answer = await fetch(`${provider.issuer}/token`, { method: "POST", body, headers: { authorization } });
  return (await answer.json()).id_token;
}

test("a token of another time or flow is refused", async () => {
  const log = logged();
  const door = await atTheDoor("sub-anna");
  const other = await atTheDoor("sub-anna");
  provider.substitute = provider.secrets.findLast((text) => text?.split(".").length === 3);
  refused(await door.browser.get(door.url, door.from), 502, "oidc-provider");
  assert.match(log(), /the claim `nonce`/);
  assert.equal((await other.browser.go(other.url, { from: other.from })).status, 200);
});

// A browser in which somebody is signed in.
function browserOf(session) {
  const browser = new Browser();
  browser.keep(new URL(server.url), `greenchain=${session.cookie}; Path=/; HttpOnly; SameSite=Strict`);
  return browser;
}

let bob;

test("a person who is signed in links the provider to their account", async () => {
  bob = await server.invite(admin, "bob", "Bob");
  refused(await signIn("sub-bob"), 401, "oidc-not-linked");
  const session = await server.accept(bob.token);
  const linked = await signIn("sub-bob", "/api/v1/oidc/main/link", browserOf(session));
  assert.equal(linked.status, 200, linked.text);
  assert.equal((await whoIs(linked.cookie)).account, bob.account);
  assert.equal(await whoIs(session.cookie), null, "one session of the browser, not two");
  const later = await signIn("sub-bob");
  assert.equal((await whoIs(later.cookie)).account, bob.account);
  const again = await signIn("sub-bob", "/api/v1/oidc/main/link", later.browser);
  assert.equal((await whoIs(again.cookie)).account, bob.account, "linked before: nothing changes");
});

test("one person of the provider is one account's", async () => {
  const dora = await server.invite(admin, "dora", "Dora");
  const session = await server.accept(dora.token);
  refused(await signIn("sub-bob", "/api/v1/oidc/main/link", browserOf(session)), 409, "identity-taken");
  assert.equal((await whoIs(session.cookie)).account, dora.account, "the session goes on");
});

test("only a session links, in its own tenant", async () => {
  const link = (tenant) => `/api/v1/oidc/${tenant}/link`;
  refused(await new Browser().get(server.url + link("main")), 401, "not-signed-in");
  const body = { name: "a program", scopes: ["orders-read"] };
  const { key } = (await server.ask("POST", "/api/v1/keys", { session: admin, body })).json;
  for (const [tenant, caller, status] of [
    ["main", { key }, 409],
    ["down", { session: admin }, 404],
    ["nowhere", { session: admin }, 404],
  ]) {
    assert.equal((await server.ask("GET", link(tenant), caller)).status, status, tenant);
  }
});

test("a flow is linked to no session but the one in which it began", async () => {
  const mallory = await server.invite(admin, "mallory", "Mallory");
  const own = await server.accept(mallory.token);
  const door = await atTheDoor("sub-eve", "/api/v1/oidc/main/link", browserOf(own));
  const flow = door.browser.cookie("greenchain-oidc");
  // Slipped into the browser of the administrator, tied to another session, or to none.
  for (const value of [flow.value, `${flow.value.split(".")[0]}.`, `${flow.value.split(".")[0]}.x`]) {
    const victim = browserOf(admin);
    victim.keep(new URL(server.url), `greenchain-oidc=${value}; Path=/api/v1/oidc/main; SameSite=Lax`);
    refused(await victim.go(door.url, { from: door.from }), 400, "oidc-flow");
  }
  // Signed out meanwhile.
  door.browser.cookies = door.browser.cookies.filter(({ name }) => name !== "greenchain");
  refused(await door.browser.go(door.url, { from: door.from }), 400, "oidc-flow");
  refused(await signIn("sub-eve"), 401, "oidc-not-linked");
});

test("who left comes in no more", async () => {
  const closed = await server.ask("DELETE", `/api/v1/accounts/${bob.account}`, { session: admin });
  assert.equal(closed.status, 200);
  refused(await signIn("sub-bob"), 401, "oidc-not-linked");
});

test("new keys of the provider are fetched once, then not again for a while", async () => {
  const log = logged();
  const before = keysFetched();
  assert.equal(before, 1, "one fetch for all of the above");
  for (const alg of ["RS256", "ES256"]) provider.begin(server.url + BACK, alg);
  const rotated = await signIn("sub-anna");
  assert.equal(rotated.status, 200, rotated.text);
  assert.equal(keysFetched(), before + 1);
  provider.begin(server.url + BACK, "ES256");
  refused(await signIn("sub-anna"), 502, "oidc-provider");
  assert.match(log(), /signed by an unknown key/);
  assert.equal(keysFetched(), before + 1, "the provider is left in peace");
});

test("a provider that is down is told as such, and others come in", async () => {
  const log = logged();
  const down = await new Browser().get(`${server.url}/api/v1/oidc/down/start`, "127.0.0.1");
  refused(down, 502, "oidc-provider");
  assert.match(log(), /no metadata of the provider: .*refused/i);
  const reached = await new Browser().get(`${server.url}/api/v1/oidc/private/start`, "127.0.0.1");
  refused(reached, 502, "oidc-provider");
  assert.match(log(), /the name leads to no public address/);
  const door = await atTheDoor("sub-anna");
  await provider.stop();
  refused(await door.browser.get(door.url, door.from), 502, "oidc-provider");
  const body = { tenant: "main", login: "administrator", password: PASSWORD };
  assert.equal((await server.ask("POST", "/api/v1/session", { body })).status, 200);
  await provider.listen();
});

test("the trail and the log hold no secret, code or token", async () => {
  const trail = (await server.ask("GET", "/api/v1/audit?limit=1000", { session: admin })).json;
  const text = server.log + JSON.stringify(trail);
  const secrets = [...seen, ...provider.secrets].filter((secret) => secret?.length > 8);
  assert.ok(secrets.length > 60, `${secrets.length} are looked for`);
  for (const secret of secrets) {
    for (const part of [secret, ...secret.split(".").filter((piece) => piece.length > 24)]) {
      assert.ok(!text.includes(part), `${part} is there`);
    }
  }
  assert.doesNotMatch(server.log, /"level":"ERROR"| ERROR |panicked/);
});
