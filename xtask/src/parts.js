// One request for a part: its file begins with a table of the modules that come with it, each by its number and its length, and they
// lie behind it in that order. It is called .wasm for the hosts, which compress what they know.
const PARTS = [/* parts */];
const opened = {};
/** What the first sight of the page is made of; all others come when somebody wants something, and bring the rest along. */
const AT_FIRST = ["chinese", "side"];

/** The promise under a name, made if there is none. What failed is tried anew when it is wanted again. */
function once(name, begin) {
    if (!opened[name]) {
        opened[name] = begin();
        opened[name].catch(() => delete opened[name]);
    }
    return opened[name];
}

/** Brings in the modules of a part, those that several parts share once only. */
async function openPart(part) {
    const [file] = await Promise.all([fetchPacked(`./part_${part}.wasm`), AT_FIRST.includes(part) || openRest()]);
    const { /* shared */ } = wasm;
    const imports = { __wasm_split: { /* shared */ } };
    const read = [0];
    const take = () => takeNumber(file, read, 0);
    const modules = [];
    // The part's own module has the number 0, which no other has.
    for (let count = take(); count > 0; count--) modules.push([take(), take()]);
    let end = read[0];
    await Promise.all(modules.map(([module, length]) => {
        const start = end;
        end += length;
        const instantiate = () => WebAssembly.instantiate(unpacked(file.subarray(start, end)), imports);
        return module ? once(module, instantiate) : instantiate();
    }));
}

/** What the program calls to have a part, and how it is told that the part is here. */
const loaders = {};
for (const part of PARTS) {
    loaders[`__wasm_split_load_${part}`] = (callback, given) => {
        const tell = (success) => wasm.__indirect_function_table.get(callback)(given, success);
        once(part, () => openPart(part)).then(() => tell(true), (error) => {
            console.error(error);
            tell(false);
        });
    };
}

// What a first visit does not run is a module of its own (xtask/src/rest.rs). Whoever comes with a query or a link, comes back, or
// wants no motion gets it together with the page, and so does the worker.
const page = typeof document === "object" && document.querySelector("#faultlab");
const isFirstVisit = page && !location.search && !location.hash
    && performance.getEntriesByType("navigation")[0]?.type === "navigate"
    && !matchMedia("(prefers-reduced-motion: reduce)").matches;
/** How long somebody may watch before it is fetched all the same, in milliseconds. */
const WATCHED = 30000;
const REST = "./rest.wasm";
let restModule;

function fetchRest() {
    return once("rest", async () => restModule = await WebAssembly.compile(unpacked(await fetchPacked(REST))));
}

/** The main module, and with it, except on a first visit, the rest. Whether that came shows when it is needed. */
function pageFetched() {
    const main = fetchPacked("./faultlab-www_bg.wasm").then(unpacked);
    return isFirstVisit ? main : fetchRest().catch(() => {}).then(() => main);
}

/** Sees to it that the rest is here. */
async function openRest() {
    if (wasm.ready.value) return;
    await fetchRest();
    linkRest();
}

function linkRest() {
    if (wasm.ready.value) return;
    new WebAssembly.Instance(restModule, { main: wasm });
    wasm.ready.value = 1;
}

/** The program needs the rest and cannot wait: nobody has touched anything, and still something happened that no first visit showed. */
loaders.rest = () => {
    if (!restModule) {
        const request = new XMLHttpRequest();
        request.open("GET", new URL(REST, import.meta.url), false);
        request.overrideMimeType("text/plain; charset=x-user-defined");
        request.send();
        if (request.status !== 200) throw new Error(`${REST}: ${request.status}`);
        restModule = new WebAssembly.Module(unpacked(Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0))));
    }
    linkRest();
};

/** What is under the pointer, in sight, open or in focus changes by itself as well, as when the page is drawn. */
const PASSING = ["pointerover", "pointerenter", "pointerleave", "mouseenter", "mouseleave", "scroll"];
const SETTLING = ["focus", "focusin", "blur", "focusout", "toggle"];
/** Of these there will be more; touches are kept until the rest is here, and then done again. */
const MOVES = ["pointermove", "wheel"];
const TOUCHES = ["pointerdown", "pointerup", "pointercancel", "click", "contextmenu", "keydown", "keyup", "input", "change", "submit"];
/** What the browser does of itself at these, such as ticking a box, it does when they are done again. */
const DONE_AGAIN = ["click", "contextmenu", "submit"];

if (isFirstVisit) {
    const events = [...PASSING, ...SETTLING, ...MOVES, ...TOUCHES];
    let kept = [];
    let hasFailed = false;
    const showWait = (waits) => document.documentElement.setAttribute("aria-busy", waits);
    const release = () => {
        showWait(false);
        for (const name of events) page.removeEventListener(name, keep, true);
        const again = kept;
        kept = [];
        for (const [target, event] of again) target.dispatchEvent(new event.constructor(event.type, event));
    };
    const keep = (event) => {
        if (wasm?.ready.value) return release();
        event.stopImmediatePropagation();
        const isTouch = TOUCHES.includes(event.type);
        if (isTouch || SETTLING.includes(event.type)) kept.push([event.composedPath()[0], event]);
        if (DONE_AGAIN.includes(event.type)) event.preventDefault();
        if (isTouch) showWait(true);
        // Who only points need not know that it cannot be had.
        else if (hasFailed || !MOVES.includes(event.type)) return;
        started.then(openRest).then(release, (error) => {
            console.error(error);
            hasFailed = true;
            showWait(false);
            kept = [];
            if (isTouch) dispatchEvent(new Event("faultlab:not-fetched"));
        });
    };
    for (const name of events) page.addEventListener(name, keep, true);
    setTimeout(() => started.then(openRest).then(release, console.error), WATCHED);
}
