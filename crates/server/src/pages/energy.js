// Keeps the page fresh: each minute, and when somebody looks at it again, it is asked for anew, and
// only what differs is put in place of what was there. Who reads keeps their place: the window does
// not move, what was unfolded stays so, tables stay scrolled, the focus stays where it was.
const root = document.documentElement;
const every = Number(root.dataset.refreshS) * 1000;
const PARTS = 'header > *, main > *, nav, footer';
const FOCUSABLE = 'a, summary, [tabindex]';

const told = document.createElement('p');
told.className = 'scope';
told.setAttribute('role', 'status');

// Carries over what the reader did to a part.
const keep = (old, fresh) => {
  const folds = old.querySelectorAll('details');
  fresh.querySelectorAll('details').forEach((fold, place) => { fold.open = Boolean(folds[place]?.open); });
};

const swap = (old, fresh) => {
  keep(old, fresh);
  if (old.outerHTML === fresh.outerHTML) return;
  const scrolled = [...old.querySelectorAll('.scroll')].map((table) => table.scrollLeft);
  const focused = [...old.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  old.replaceWith(fresh);
  fresh.querySelectorAll('.scroll').forEach((table, place) => { table.scrollLeft = scrolled[place] ?? 0; });
  fresh.querySelectorAll(FOCUSABLE)[focused]?.focus({ preventScroll: true });
};

const take = (page) => {
  const [here, there] = [document, page].map((of) => [...of.querySelectorAll(PARTS)]);
  if (here.length !== there.length) return location.reload();
  const { scrollX, scrollY } = window;
  here.forEach((old, place) => swap(old, there[place]));
  window.scrollTo(scrollX, scrollY);
};

const refresh = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.pathname, { headers: { accept: 'text/html' } });
    // Not signed in any more: the door leads back here.
    if (answer.redirected) return location.assign(answer.url);
    if (!answer.ok) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    told.remove();
    take(page);
  } catch {
    if (told.isConnected) return;
    const since = new Date().toTimeString().slice(0, 5);
    document.querySelector('header').after(told);
    told.textContent = `Not fresh since ${since}: the server does not answer. It is asked again each minute.`;
  }
};

setInterval(refresh, every);
document.addEventListener('visibilitychange', refresh);
