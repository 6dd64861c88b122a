// A server of ours, with OpenID providers in its settings.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const PASSWORD = "nine walls that hold no wind";

function environment() {
  // A proxy of this machine is not part of the test.
  const kept = Object.entries(process.env).filter(([name]) => !/_proxy$/i.test(name) && !name.startsWith("GREENCHAIN"));
  return Object.fromEntries(kept);
}

export class Server {
  folder = mkdtempSync(join(tmpdir(), "greenchain-oidc-"));
  log = "";

  write(name, text) {
    writeFileSync(join(this.folder, name), text);
    return join(this.folder, name);
  }

  // Starts that cannot succeed, and other verbs.
  verb(...arguments_) {
    const options = { env: environment(), encoding: "utf8", timeout: 20_000 };
    return spawnSync(process.env.GREENCHAIN, arguments_, options);
  }

  get data() {
    return join(this.folder, "data");
  }

  async start(settings) {
    const args = ["serve", "--data", this.data, "--listen", "127.0.0.1:0", "--oidc", settings];
    this.process = spawn(process.env.GREENCHAIN, args, { env: environment() });
    this.ended = new Promise((ended) => this.process.on("exit", ended));
    const told = new Promise((ready, failed) => {
      this.process.stderr.on("data", (bytes) => {
        this.log += bytes;
        if (/each start makes a new one/.test(this.log)) ready();
      });
      this.ended.then((status) => failed(new Error(`it ended with ${status}: ${this.log}`)));
    });
    await told;
    this.url = this.log.match(/serves at (\S+)/)[1];
    this.link = this.log.match(/invitation#(\S+)/)[1];
  }

  async stop() {
    this.process?.kill("SIGTERM");
    await this.ended;
    rmSync(this.folder, { recursive: true });
  }

  // A request of a program or of a page's script.
  async ask(method, path, { body, session, key } = {}) {
    const headers = {};
    if (body) headers["content-type"] = "application/json";
    if (key) headers.authorization = `Bearer ${key}`;
    if (session) Object.assign(headers, { cookie: `greenchain=${session.cookie}`, "x-csrf-token": session.csrf });
    const response = await fetch(this.url + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    const cookie = response.headers.get("set-cookie")?.match(/^greenchain=([^;]+)/)?.[1];
    return { status: response.status, cookie, json: text && JSON.parse(text) };
  }

  // Follows an invitation; the session.
  async accept(token) {
    const answer = await this.ask("POST", "/api/v1/invitations/accept", { body: { token, password: PASSWORD } });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer));
    return { cookie: answer.cookie, csrf: answer.json.csrf };
  }

  async invite(session, login, name) {
    const body = { name, login, roles: ["auditor"] };
    const answer = await this.ask("POST", "/api/v1/accounts", { session, body });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer));
    return { account: answer.json.id, token: answer.json.link.split("#")[1] };
  }
}
