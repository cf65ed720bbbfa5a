// Starts the page and, as a module worker, the explorer: the same wasm, which sees for itself in which of the two it runs.
import init from "./faultlab-www.js";

init();
