// While the name of an organisation is typed, the server says which ones resemble it; the line stands below the field.
const place = document.getElementById("near-names");
const field = document.getElementById("id_name");

const show = (near) => {
  if (near.length === 0) {
    place.replaceChildren();
    return;
  }
  const links = near.flatMap(({ name, url }, n) => {
    const link = document.createElement("a");
    link.href = url;
    link.textContent = name;
    return n ? ["; ", link] : [link];
  });
  place.replaceChildren(`${place.dataset.words} `, ...links);
};

if (place && field) {
  field.closest(".form-row")?.append(place);
  let waiting;
  const ask = async () => {
    const address = new URL(place.dataset.address, location.href);
    address.searchParams.set("nama", field.value);
    address.searchParams.set("kecuali", place.dataset.but);
    const answer = await fetch(address);
    if (answer.ok) show((await answer.json()).near);
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 300);
  });
}
