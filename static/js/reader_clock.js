// The clock in the top bar ("WIB · 10.24") goes on in the reader's zone: WIB, WITA and WIT know no summer time.
const HOURS = { WIB: 7, WITA: 8, WIT: 9 };
const shown = document.querySelector("[data-clock]");
const zone = shown?.textContent.trim().split(" ")[0];

if (zone in HOURS) {
  const mark = document.documentElement.lang.startsWith("id") ? "." : ":";
  const two = (n) => String(n).padStart(2, "0");
  setInterval(() => {
    const local = new Date(Date.now() + HOURS[zone] * 3_600_000);
    shown.textContent = `${zone} · ${two(local.getUTCHours())}${mark}${two(local.getUTCMinutes())}`;
  }, 15_000);
}
