/* Commentary: the pages of accounts. They work without this file, except passkeys. A button with
   data-passkey names the page that gives the options and takes the response of a browser. */
(() => {
  "use strict";
  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withIds = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const decoded = ({ publicKey: key }) => ({
    ...key,
    challenge: bytes(key.challenge),
    ...(key.user && { user: { ...key.user, id: bytes(key.user.id) } }),
    ...(key.excludeCredentials && { excludeCredentials: withIds(key.excludeCredentials) }),
    ...(key.allowCredentials && { allowCredentials: withIds(key.allowCredentials) }),
  });
  const encoded = (credential) => {
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

  for (const button of document.querySelectorAll("[data-passkey]")) {
    const problem = document.getElementById(button.dataset.problem);
    if (!window.PublicKeyCredential) {
      button.parentElement.querySelectorAll(".needs-script").forEach((one) => one.remove());
      continue;
    }
    const fields = new URLSearchParams(new FormData(button.form));
    const ask = async (more) => {
      const answer = await fetch(button.dataset.passkey, {
        method: "POST", body: new URLSearchParams([...fields, ...more]), headers: { Accept: "application/json" },
      });
      const isJson = answer.headers.get("Content-Type")?.includes("json");
      if (!isJson) return location.reload(); // the sign-in has expired
      return answer.json();
    };
    const run = async () => {
      const options = await ask([]);
      if (!options || options.error) return options;
      const request = { publicKey: decoded(options) }, container = navigator.credentials;
      const credential = await (button.hasAttribute("data-create") ? container.create(request) : container.get(request));
      return ask([["response", encoded(credential)]]);
    };
    button.addEventListener("click", async () => {
      button.disabled = true;
      problem.textContent = "";
      let answer = null;
      try {
        answer = await run();
      } catch (error) {
        /* NotAllowedError: cancelled, or nothing chosen in time. InvalidStateError: already added. */
        problem.textContent = error.name === "InvalidStateError" ? button.dataset.known : button.dataset.failed;
      }
      button.disabled = false;
      if (answer?.error) problem.textContent = answer.error;
      if (answer?.location) location.assign(answer.location);
    });
  }
})();
