// While the name of an organisation is typed, the server says which ones resemble it; the line stands below the field.
const place = document.getElementById("near-names");
const field = document.getElementById("id_name");

if (place && field) {
  field.closest(".form-row")?.append(place);
  let waiting;
  const ask = async () => {
    const address = new URL(place.dataset.address, location.href);
    address.searchParams.set("nama", field.value);
    address.searchParams.set("kecuali", place.dataset.but);
    const answer = await fetch(address, { headers: { "X-Requested-With": "fetch" } });
    if (answer.ok) place.innerHTML = await answer.text();
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 300);
  });
}
