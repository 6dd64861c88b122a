// Signs in, or follows an invitation whose token stands behind the # of the address: the server never
// sees it in a log.
const form = document.getElementById('door');
const fault = document.getElementById('fault');
const inside = document.getElementById('inside');

const ask = (method, path, body, csrf) => fetch(path, {
  method,
  headers: { ...(body && { 'content-type': 'application/json' }), ...(csrf && { 'x-csrf-token': csrf }) },
  body: body && JSON.stringify(body),
});

const add = (parent, name, text) => {
  const element = document.createElement(name);
  element.textContent = text;
  parent.append(element);
  return element;
};

const refuse = (words) => {
  document.title = `Error: ${document.title.replace(/^Error: /, '')}`;
  fault.textContent = words;
  fault.hidden = false;
  fault.focus();
};

// Where whoever comes in wanted to go: a page of ours, or nowhere.
const wanted = new URLSearchParams(location.search).get('then') ?? '';
const then = wanted.startsWith('/') && new URL(wanted, location.origin).origin === location.origin && wanted;

const enter = (who) => {
  if (then) return location.replace(then);
  document.title = 'Signed in – greenchain';
  document.querySelector('h1').textContent = `Signed in as ${who.name ?? who.account}`;
  form.hidden = true;
  inside.replaceChildren();
  const list = add(inside, 'dl', '');
  for (const [term, text] of [['House', who.tenant], ['Roles', who.roles.join(', ')], ['May', who.permissions.join(', ')]]) {
    add(list, 'dt', term);
    add(list, 'dd', text);
  }
  if (who.permissions.includes('meters-read')) {
    add(inside, 'a', 'Energy of all sites').href = '/energy';
    add(inside, 'br', '');
  }
  add(inside, 'a', 'What the API takes').href = '/api/openapi.json';
  add(inside, 'br', '');
  add(inside, 'button', 'Sign out').addEventListener('click', async () => {
    await ask('DELETE', '/api/v1/session', null, who.csrf);
    location.assign('/');
  });
  inside.hidden = false;
};

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const body = Object.fromEntries(new FormData(form));
  if (form.dataset.path.endsWith('/accept')) body.token = location.hash.slice(1);
  const answer = await ask('POST', form.dataset.path, body);
  const told = await answer.json();
  if (!answer.ok) return refuse(told.detail);
  history.replaceState(null, '', location.pathname);
  enter(told);
});

// Whoever is in already need not knock.
if (!form.dataset.path.endsWith('/accept')) {
  ask('GET', '/api/v1/session').then(async (answer) => answer.ok && enter(await answer.json()));
}
