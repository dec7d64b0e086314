// Asks the device for a passkey and sends its answer with the form. Forms appear only where passkeys work; without this
// script, or at another address than the installation's own, what is marked [data-passkey-without] stays instead.
await import('./simplewebauthn.js');

const { browserSupportsWebAuthn, startAuthentication, startRegistration } = globalThis.SimpleWebAuthnBrowser;
const LONGEST_NAME = 60;

for (const form of document.querySelectorAll('[data-passkey]')) {
  if (!browserSupportsWebAuthn() || location.origin !== form.dataset.origin) continue;
  const problem = form.querySelector('[data-passkey-problem]');
  const start = form.dataset.passkey === 'add' ? startRegistration : startAuthentication;
  let isAsking = false;

  const ask = async () => {
    const answer = await fetch(form.dataset.options, {
      method: 'POST',
      headers: { accept: 'application/json' },
    });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return JSON.stringify(await start({ optionsJSON: await answer.json() }));
  };

  form.addEventListener('submit', async (event) => {
    // A name that the server would refuse must not leave a passkey behind on the device.
    const name = form.elements.namedItem('name')?.value.trim();
    if (name === '' || name?.length > LONGEST_NAME) return;
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    problem.hidden = true;
    try {
      form.elements.namedItem('answer').value = await ask();
      form.submit();
    } catch {
      problem.hidden = false;
    } finally {
      isAsking = false;
    }
  });

  form.hidden = false;
  for (const without of document.querySelectorAll('[data-passkey-without]')) without.hidden = true;
}
