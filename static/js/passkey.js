// Signing in with a passkey and making one. Without this file, or where the browser cannot do it, the code by mail is there.
(() => {
  const form = document.querySelector("form[data-passkey]");
  // A passkey belongs to a name: an address made of numbers can have none.
  const numbers = /^[\d.]+$|^\[/.test(location.hostname);
  if (!form || !window.isSecureContext || !window.PublicKeyCredential || numbers) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => {
    const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
    return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const make = ({ publicKey }) => navigator.credentials.create({ publicKey: {
    ...publicKey,
    challenge: bytes(publicKey.challenge),
    user: { ...publicKey.user, id: bytes(publicKey.user.id) },
    excludeCredentials: known(publicKey.excludeCredentials),
  } });
  const use = ({ publicKey }) => navigator.credentials.get({ publicKey: {
    ...publicKey,
    challenge: bytes(publicKey.challenge),
    allowCredentials: known(publicKey.allowCredentials),
  } });

  const said = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      clientExtensionResults: credential.getClientExtensionResults(),
    });
  };

  const options = async () => {
    const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const all = await answer.json();
    return all.request_options || all;
  };

  const problem = document.querySelector("[data-passkey-problem]");
  const button = form.querySelector("[data-passkey-button]");
  form.hidden = false;
  for (const instead of document.querySelectorAll("[data-passkey-none]")) instead.remove();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    button.disabled = true;
    try {
      const asked = await options();
      const credential = await (form.dataset.passkey === "create" ? make(asked) : use(asked));
      form.elements.credential.value = said(credential);
      form.submit();
    } catch {
      // Cancelled, timed out, or no passkey here: the browser does not tell which.
      problem.hidden = false;
      button.disabled = false;
      button.focus();
    }
  });
})();
