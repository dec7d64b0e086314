// Buttons with data-insert put their word where the caret last stood in the subject or the text.
let field = document.querySelector('textarea[name=text]');
for (const one of document.querySelectorAll('input[name=subject], textarea[name=text]'))
  one.addEventListener('focus', () => (field = one));
if (field && !field.disabled)
  for (const button of document.querySelectorAll('button[data-insert]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      field.setRangeText(button.dataset.insert, field.selectionStart, field.selectionEnd, 'end');
      field.focus();
    });
  }
