// As much of a browser as signing in needs: cookies with their paths and SameSite, redirects, and pages
// that lead on. A request is from another site if the page that led to it is, whatever redirects lie
// between: then cookies that are SameSite=Strict stay at home.

export class Browser {
  cookies = [];

  keep(url, line) {
    const [pair, ...attributes] = line.split(";").map((part) => part.trim());
    const at = pair.indexOf("=");
    const cookie = { host: url.hostname, name: pair.slice(0, at), value: pair.slice(at + 1), line };
    for (const attribute of attributes) {
      const [name, value] = attribute.split("=");
      cookie[name.toLowerCase()] = value ?? true;
    }
    cookie.path ??= "/";
    const same = (other) => other.host === cookie.host && other.name === cookie.name && other.path === cookie.path;
    this.cookies = this.cookies.filter((other) => !same(other));
    const over = cookie["max-age"] === "0" || (cookie.expires && new Date(cookie.expires) < new Date());
    if (!over) this.cookies.push(cookie);
  }

  cookie(name) {
    return this.cookies.find((cookie) => cookie.name === name);
  }

  // One request. `from`: the host of the page that led here.
  async get(address, from) {
    const url = new URL(address);
    const sent = this.cookies.filter(
      (cookie) =>
        cookie.host === url.hostname &&
        (url.pathname === cookie.path || url.pathname.startsWith(cookie.path.replace(/\/?$/, "/"))) &&
        (cookie.samesite?.toLowerCase() !== "strict" || from === url.hostname),
    );
    const headers = sent.length ? { cookie: sent.map(({ name, value }) => `${name}=${value}`).join("; ") } : {};
    const response = await fetch(url, { redirect: "manual", headers });
    for (const line of response.headers.getSetCookie()) this.keep(url, line);
    const text = await response.text();
    return { url, status: response.status, headers: response.headers, text };
  }

  // Goes where it is led, until `enough` says that it is there, or a page leads no further.
  async go(address, { from, enough = () => false } = {}) {
    let url = new URL(address);
    from ??= url.hostname;
    for (let steps = 0; steps < 20; steps += 1) {
      if (enough(url)) return { url, from };
      const answer = await this.get(url, from);
      const location = answer.headers.get("location");
      const refresh = answer.text.match(/http-equiv="refresh" content="0;url=([^"]*)"/)?.[1];
      if (location) {
        url = new URL(location, url);
        // The provider asks something: its own page leads on from there.
        if (url.pathname.startsWith("/interaction/")) from = url.hostname;
      } else if (refresh && refresh !== "/") {
        from = url.hostname;
        url = new URL(refresh.replaceAll("&amp;", "&"), url);
      } else {
        return { ...answer, from };
      }
    }
    throw new Error(`led in circles: ${url}`);
  }
}
