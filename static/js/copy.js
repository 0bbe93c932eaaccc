// <button data-copy="#id"> copies the text (or the value) of another element and says so on itself.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.querySelector(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
  const label = button.querySelector("[data-copied]");
  if (!label) return;
  const before = label.textContent;
  label.textContent = label.dataset.copied;
  setTimeout(() => {
    label.textContent = before;
  }, 2000);
});
