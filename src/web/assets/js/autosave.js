// Saves form[data-autosave] in the background two seconds after typing, and says so. Until the server has it,
// a copy stays in this browser and is deleted as soon as it is saved, sent or a day old.
//
// Sent: the form's fields, urlencoded, without its idempotency key (saving a draft creates nothing), with `act=autosave` and `Accept: application/json`. Expected back: 200 with
// `{ version?, savedAt?, action?, autosave? }`; `version` goes into the form, `action` and `autosave` replace the form's
// addresses after the first save of something new. 409 and 412 mean that it was changed elsewhere; nothing is overwritten.
// With an empty data-autosave only the copy in this browser is kept.

const DAY = 24 * 60 * 60 * 1000;
const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

const store = {
  read(key) {
    try {
      const kept = JSON.parse(localStorage.getItem(key) ?? 'null');
      if (kept && Date.now() - kept.at < DAY) return kept;
      localStorage.removeItem(key);
    } catch {
      // A browser that keeps nothing for this site still has the form itself.
    }
    return null;
  },
  write(key, fields) {
    try {
      localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields }));
      return true;
    } catch {
      return false;
    }
  },
  drop(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // Nothing was kept.
    }
  },
};

const CARRIED = new Set(['idempotencyKey', 'version', 'act', '_csrf']);

function fieldsOf(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !CARRIED.has(name));
}

/** The field that tells which version was seen; a form for something new gets one with its first save. */
function versionOf(form) {
  const field = form.elements.namedItem('version');
  if (field) return field;
  const added = document.createElement('input');
  added.type = 'hidden';
  added.name = 'version';
  form.append(added);
  return added;
}

function refill(form, fields) {
  const rows = new Set(fields.map(([name]) => /^authors\[(\d+)\]/.exec(name)?.[1]).filter(Boolean)).size;
  form.dispatchEvent(new CustomEvent('concord:authors', { detail: { rows } }));
  const byName = Map.groupBy
    ? Map.groupBy(fields, ([name]) => name)
    : fields.reduce((map, field) => map.set(field[0], [...(map.get(field[0]) ?? []), field]), new Map());
  for (const control of form.elements) {
    if (!control.name || CARRIED.has(control.name)) continue;
    const values = (byName.get(control.name) ?? []).map(([, value]) => value);
    if (control.type === 'checkbox' || control.type === 'radio')
      control.checked = values.includes(control.value);
    else if (values.length > 0 && control.type !== 'submit') control.value = values[0];
    control.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

for (const form of document.querySelectorAll('form[data-autosave]')) {
  const key = `concord:${form.dataset.autosaveKey ?? location.pathname}`;
  const state = document.querySelector('[data-save-state]');
  const words = form.dataset;
  let timer = 0;
  let running = false;
  let again = false;
  let stopped = false;
  let sender = null;
  let before = JSON.stringify(fieldsOf(form));

  const say = (text, failed = false) => {
    if (!state) return;
    state.textContent = text;
    state.classList.toggle('failed', failed);
  };

  const save = async () => {
    if (running) {
      again = true;
      return;
    }
    if (stopped || !form.dataset.autosave) return;
    running = true;
    const sent = JSON.stringify(fieldsOf(form));
    const body = new URLSearchParams(
      [...new FormData(form)].filter(
        ([name, value]) => typeof value === 'string' && name !== 'act' && name !== 'idempotencyKey',
      ),
    );
    body.set('act', 'autosave');
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: 'POST',
        body,
        headers: { accept: 'application/json' },
      });
      if (answer.status === 409 || answer.status === 412) {
        stopped = true;
        say(words.changed, true);
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      const result = answer.headers.get('content-type')?.includes('json') ? await answer.json() : {};
      if (result.version !== undefined) versionOf(form).value = result.version;
      if (result.action) form.action = result.action;
      if (result.autosave) form.dataset.autosave = result.autosave;
      before = sent;
      if (JSON.stringify(fieldsOf(form)) === sent) store.drop(key);
      say(
        words.saved.replace('{time}', clock.format(result.savedAt ? new Date(result.savedAt) : new Date())),
      );
    } catch {
      say(words.failed, true);
      timer = setTimeout(save, 15_000);
    } finally {
      running = false;
      if (sender) {
        const { button } = sender;
        sender = null;
        form.requestSubmit(button);
      } else if (again) {
        again = false;
        timer = setTimeout(save, 500);
      }
    }
  };

  const changed = () => {
    const now = JSON.stringify(fieldsOf(form));
    if (now === before) return;
    const kept = store.write(key, JSON.parse(now));
    say(form.dataset.autosave ? words.pending : kept ? words.local : words.pending);
    clearTimeout(timer);
    timer = setTimeout(save, 2000);
  };

  form.addEventListener('input', changed);
  form.addEventListener('change', changed);
  form.addEventListener('concord:changed', changed);
  form.addEventListener('submit', (event) => {
    stopped = true;
    clearTimeout(timer);
    // A save on its way raises the version that the form carries: the form follows when the answer is there.
    if (running) {
      event.preventDefault();
      sender = { button: event.submitter };
      return;
    }
    store.drop(key);
  });
  // A page that comes back from the browser's memory was sent, and is written on.
  addEventListener('pageshow', (event) => {
    if (event.persisted) stopped = false;
  });

  const kept = store.read(key);
  const offer = document.querySelector('[data-restore]');
  if (kept && offer && JSON.stringify(kept.fields) !== before) {
    offer.hidden = false;
    offer.querySelector('[data-restore-do]').addEventListener('click', () => {
      refill(form, kept.fields);
      offer.hidden = true;
      changed();
    });
    offer.querySelector('[data-restore-drop]').addEventListener('click', () => {
      store.drop(key);
      offer.hidden = true;
    });
  }
}
