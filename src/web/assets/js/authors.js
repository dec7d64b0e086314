// Adds, removes and moves authors without a reload. Without this script the same buttons send the form.
for (const list of document.querySelectorAll('[data-authors]')) {
  const form = list.closest('form');
  const template = document.querySelector('[data-author-template]');
  const live = document.querySelector('[data-authors-said]');
  const cards = () => [...list.querySelectorAll(':scope > [data-author]')];

  // Every name, id and reference of a card carries its index; moving a card means writing them anew.
  const renumber = () => {
    const all = cards();
    // Two radios of one group may never share a name and both be checked while names change.
    const chosen = all.map((card) => card.querySelector('input[type=radio]')?.checked === true);
    all.forEach((card, i) => {
      const from = card.dataset.author;
      card.dataset.author = String(i);
      for (const node of card.querySelectorAll('*')) {
        for (const name of ['id', 'for', 'name', 'aria-describedby', 'value', 'aria-labelledby']) {
          const text = node.getAttribute(name);
          if (!text) continue;
          if (name === 'value') {
            if (node.matches('[data-author-act], input[type=radio]')) {
              node.setAttribute('value', node.matches('input') ? String(i) : text.replace(/:\w+$/, `:${i}`));
            }
          } else {
            node.setAttribute(
              name,
              text
                .replaceAll(`authors[${from}]`, `authors[${i}]`)
                .replaceAll(`authors-${from}-`, `authors-${i}-`),
            );
          }
        }
      }
      title(card, i);
      card.querySelector('[data-author-act^="move-up"]').hidden = i === 0;
      card.querySelector('[data-author-act^="move-down"]').hidden = i === all.length - 1;
      card.querySelector('[data-author-act^="remove"]').hidden = all.length === 1;
    });
    all.forEach((card, i) => {
      const radio = card.querySelector('input[type=radio]');
      if (radio) radio.checked = chosen[i];
    });
    if (!chosen.includes(true) && all[0]) {
      const radio = all[0].querySelector('input[type=radio]');
      if (radio) radio.checked = true;
    }
    form.dispatchEvent(new CustomEvent('concord:changed'));
  };

  const title = (card, i) => {
    const name = card.querySelector('input[name$="[name]"]').value.trim();
    card.querySelector('[data-author-title]').textContent = `${i + 1}. ${name || list.dataset.unnamed}`;
  };

  const say = (text) => {
    if (live) live.textContent = text;
  };

  const add = () => {
    const copy = template.content.cloneNode(true);
    list.append(copy);
    renumber();
    return cards().at(-1);
  };

  form.addEventListener('click', (event) => {
    const button = event.target.closest('[data-author-act]');
    if (!button || !template) return;
    event.preventDefault();
    const act = button.dataset.authorAct;
    const card = button.closest('[data-author]');
    if (act === 'add-author') {
      const added = add();
      added.querySelector('input[name$="[name]"]').focus();
      say(list.dataset.added);
    } else if (act === 'remove-author') {
      const next = card.nextElementSibling ?? card.previousElementSibling;
      card.remove();
      renumber();
      next?.querySelector('input[name$="[name]"]').focus();
      say(list.dataset.removed);
    } else if (act === 'move-up' && card.previousElementSibling) {
      card.previousElementSibling.before(card);
      renumber();
      (button.hidden ? card.querySelector('[data-author-act="move-down"]') : button).focus();
      say(list.dataset.moved);
    } else if (act === 'move-down' && card.nextElementSibling) {
      card.nextElementSibling.after(card);
      renumber();
      (button.hidden ? card.querySelector('[data-author-act="move-up"]') : button).focus();
      say(list.dataset.moved);
    }
  });

  list.addEventListener('input', (event) => {
    const card = event.target.closest('[data-author]');
    if (card && event.target.name?.endsWith('[name]')) title(card, Number(card.dataset.author));
  });

  form.addEventListener('concord:authors', (event) => {
    if (!template) return;
    while (cards().length < event.detail.rows) add();
  });
}
