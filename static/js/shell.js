// What every page does: the parts below, one behaviour a file. Pages work without any of it.
import "./confirm.js";
import "./copy.js";
import "./first_error.js";
import "./menu.js";
import "./once.js";
import "./reader_clock.js";
import "./search_key.js";
import "./tabs.js";

document.body.dataset.ready = "yes";
