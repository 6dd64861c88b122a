// The OpenID provider: oidc-provider, with one client of ours and one of somebody else's. Its people sign
// in without a form: whoever `person` names. Keys can be rotated, and it can be down.

import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

export const SECRET = "a secret: with % and + in it";

function newKey(alg) {
  const [type, options] = alg === "RS256" ? ["rsa", { modulusLength: 2048 }] : ["ec", { namedCurve: "P-256" }];
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), alg, use: "sig" };
}

export class TestProvider {
  // What people are at the provider, by subject.
  people = {};
  // Who is before the screen; null declines.
  person = null;
  // Paths that were asked for.
  asked = [];
  // What left it: codes and tokens, which must stand in no log.
  secrets = [];
  // Put in the place of the ID token of the next answer.
  substitute = null;

  async listen() {
    this.server = createServer((request, response) => {
      this.asked.push(new URL(request.url, this.issuer).pathname);
      this.handle(request, response);
    });
    await new Promise((ready) => this.server.listen(this.port ?? 0, "localhost", ready));
    this.port = this.server.address().port;
    this.issuer = `http://localhost:${this.port}`;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  // Begins to serve, with a new key: what the one before signed cannot be verified any more.
  begin(redirect_uri, alg = "RS256") {
    this.redirect_uri = redirect_uri;
    const client = (client_id) => ({
      client_id,
      client_secret: SECRET,
      redirect_uris: [redirect_uri],
      token_endpoint_auth_method: "client_secret_basic",
      id_token_signed_response_alg: alg,
    });
    const provider = new Provider(this.issuer, {
      clients: [client("green:chain"), client("other")],
      jwks: { keys: [newKey(alg)] },
      cookies: { keys: ["the same after each rotation"] },
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
      // Claims of the scopes stand in the ID token.
      conformIdTokenClaims: false,
      findAccount: (_, accountId) => ({
        accountId,
        claims: () => ({ sub: accountId, ...this.people[accountId] }),
      }),
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 60, Interaction: 600, Session: 600 },
    });
    provider.use((context, next) => this.around(provider, context, next));
    provider.on("server_error", (_, fault) => console.error("provider:", fault));
    this.handle = provider.callback();
  }

  async around(provider, context, next) {
    if (context.path.startsWith("/interaction/")) {
      return this.interact(provider, context);
    }
    await next();
    if (context.path === "/token" && context.body?.id_token) {
      this.secrets.push(context.body.id_token, context.body.access_token);
      if (this.substitute) {
        context.body = { ...context.body, id_token: this.substitute };
        this.substitute = null;
      }
    }
    const code = context.response.get("location")?.match(/[?&]code=([^&]+)/)?.[1];
    if (code) this.secrets.push(code);
  }

  // What a person would do on the provider's pages.
  async interact(provider, { req, res, ...context }) {
    const { prompt, params, session } = await provider.interactionDetails(req, res);
    let result;
    if (this.person === null) {
      result = { error: "access_denied", error_description: "the person said no" };
    } else if (prompt.name === "login") {
      result = { login: { accountId: this.person } };
    } else {
      const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
      grant.addOIDCScope(params.scope);
      result = { consent: { grantId: await grant.save() } };
    }
    await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: true });
  }
}
