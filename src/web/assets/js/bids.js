// On the list of bids: j and k go to the next abstract and the one before, 1 to 4 answer, 0 takes the answer back.
const list = document.querySelector('[data-bids]');
const rows = [...(list?.querySelectorAll('[data-bid]') ?? [])];

const here = () => rows.findIndex((row) => row.contains(document.activeElement));

const go = (index) => {
  const row = rows[Math.min(Math.max(index, 0), rows.length - 1)];
  if (!row) return;
  (row.querySelector('input:checked') ?? row.querySelector('input')).focus();
  row.scrollIntoView({ block: 'nearest' });
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches('textarea, select, input:not([type=radio])')) return;
  const at = here();
  if (event.key === 'j' || event.key === 'k') go(event.key === 'j' ? at + 1 : at - 1);
  else if (/^[0-4]$/.test(event.key) && at >= 0) {
    const input = rows[at].querySelector(`input[data-key="${event.key}"]`);
    if (!input || input.disabled) return;
    input.checked = true;
    go(at + 1);
  } else return;
  event.preventDefault();
});
