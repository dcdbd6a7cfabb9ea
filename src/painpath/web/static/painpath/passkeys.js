// Passkeys: the device is asked to make one, or to use one, and what it answers goes with the form. Without scripts, or
// where the browser cannot do it, the button is not there and the page says so: an app for codes does the same.

const able = window.PublicKeyCredential && PublicKeyCredential.parseCreationOptionsFromJSON && window.isSecureContext;

async function ask(form) {
  const { passkey, options, optionsAt } = form.dataset;
  const given = options
    ? JSON.parse(options)
    : (await (await fetch(optionsAt, { headers: { Accept: "application/json" } })).json()).request_options;
  if (passkey === "create") {
    given.publicKey.authenticatorSelection.residentKey = "preferred"; // then it can sign in without the password
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(given.publicKey) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(given.publicKey) });
}

for (const instead of document.querySelectorAll("[data-no-passkeys]")) instead.hidden = Boolean(able);

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!able) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = form.querySelector("[data-words]");
    said.textContent = "";
    said.role = "alert";
    try {
      form.elements.credential.value = JSON.stringify((await ask(form)).toJSON());
    } catch {
      said.textContent = said.dataset.words; // nobody touched it, it is not known here, or somebody pressed Cancel
      return;
    }
    form.submit();
  });
}
