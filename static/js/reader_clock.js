// The clock in the top bar goes on in the reader's zone: WIB, WITA and WIT know no summer time.
const HOURS = { WIB: 7, WITA: 8, WIT: 9 };
const shown = document.querySelector("[data-clock]");

if (shown && shown.dataset.clock in HOURS) {
  const mark = document.documentElement.lang.startsWith("id") ? "." : ":";
  const tick = () => {
    const local = new Date(Date.now() + HOURS[shown.dataset.clock] * 3_600_000);
    const two = (n) => String(n).padStart(2, "0");
    shown.textContent = `${two(local.getUTCHours())}${mark}${two(local.getUTCMinutes())}`;
  };
  setInterval(tick, 15_000);
}
