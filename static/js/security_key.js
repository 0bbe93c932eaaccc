// The button that signs in with a security key: what the server asked is in #js_data, the answer goes into the form.
const button = document.getElementById("mfa_webauthn_authenticate");

window.allauth.webauthn.forms.authenticateForm({
  ids: { authenticate: button.id, credential: button.dataset.credential, data: "js_data" },
});
