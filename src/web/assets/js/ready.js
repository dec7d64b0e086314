// Keeps the list "Ready to submit?" true while one writes.
import { countWords } from './word-rule.js';

const list = document.querySelector('[data-ready]');
const form = document.querySelector('form [name="title"]')?.form;
const words = document.querySelector('[data-ready-done]')?.dataset;

const checks = {
  title: () => form.elements.namedItem('title').value.trim() !== '',
  abstract: () => {
    const area = form.querySelector('textarea[name="abstract"]');
    const n = countWords(area.value);
    return n > 0 && n <= Number(area.dataset.words);
  },
  topics: () => form.querySelector('input[name="topics[]"]:checked') !== null,
  corresponding: () => {
    const card = form.querySelector('input[name="corresponding"]:checked')?.closest('[data-author]');
    const filled = (end) => card?.querySelector(`input[name$="${end}"]`)?.value.trim();
    return Boolean(filled('[name]') && filled('[email]'));
  },
};

if (list && form && words) {
  const show = () => {
    for (const line of list.querySelectorAll('[data-ready-line]')) {
      const done = checks[line.dataset.readyLine]();
      line.classList.toggle('done', done);
      line.querySelector('.out-of-sight').textContent = ` ${done ? words.readyDone : words.readyMissing}`;
    }
  };
  for (const event of ['input', 'change', 'concord:changed']) form.addEventListener(event, show);
  show();
}
