// A form with data-confirm asks before it posts; data-confirm-button names what the button will do.
const dialog = document.getElementById("ask");

function ask(text, label) {
  const yes = dialog.querySelector('[value="yes"]');
  dialog.querySelector("#ask-text").textContent = text;
  yes.dataset.label ??= yes.textContent;
  yes.textContent = label || yes.dataset.label;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
  });
}

if (dialog) {
  document.addEventListener(
    "submit",
    async (event) => {
      const form = event.target;
      const text = event.submitter?.dataset.confirm || form.dataset.confirm;
      if (!text || form.dataset.confirmed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const button = event.submitter;
      if (!(await ask(text, button?.dataset.confirmButton || form.dataset.confirmButton))) return;
      form.dataset.confirmed = "yes";
      form.requestSubmit(button);
      delete form.dataset.confirmed;
    },
    true,
  );
}
