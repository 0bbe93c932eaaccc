// `/` puts the cursor into the search box, unless somebody is typing.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const box = document.querySelector("[data-search]");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing || !box?.offsetParent) return;
  event.preventDefault();
  box.focus();
  box.select();
});
