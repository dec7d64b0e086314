// Counts words while one types, by the very rule the server applies.
import { countWords } from './word-rule.js';

const number = new Intl.NumberFormat(
  document.documentElement.lang === 'en' ? 'en-GB' : document.documentElement.lang,
);

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, key) => (key in values ? number.format(values[key]) : whole));
}

for (const area of document.querySelectorAll('textarea[data-words]')) {
  const frame = document.querySelector(`[data-words-for="${CSS.escape(area.id)}"]`);
  if (!frame) continue;
  const limit = Number(area.dataset.words);
  const bar = frame.querySelector('progress');
  const line = frame.querySelector('.words-count');
  const show = () => {
    const n = countWords(area.value);
    const over = n > limit;
    frame.classList.toggle('over', over);
    bar.value = Math.min(n, limit);
    line.textContent = fill(over ? line.dataset.over : line.dataset.text, { n, limit, over: n - limit });
  };
  let waiting = 0;
  area.addEventListener('input', () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(show);
  });
  show();
}

// Texts without a limit: only how long they are.
for (const area of document.querySelectorAll('textarea[data-tally]')) {
  const line = document.querySelector(`[data-tally-for="${CSS.escape(area.id)}"]`);
  if (!line) continue;
  const { one, other } = line.dataset;
  let waiting = 0;
  area.addEventListener('input', () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => {
      const n = countWords(area.value);
      line.textContent = n === 1 ? one : other.replace(/\d+/, number.format(n));
    });
  });
}
