// Starts the page and, as a module worker, the explorer: the same wasm, which sees for itself in which of the two it runs.
// It is a classic script, because that runs where a module does not (a file, a sandboxed frame, a wrong type), and can then say why the
// page does not start. The sentences stand in index.html.

/** What the page is made of, and the type that each file must be sent with. */
const FILES = [["faultlab-www.js", /javascript/], ["__wasm_split.js", /javascript/], ["faultlab-www_bg.wasm", /wasm/]];
const EMPTY_MODULE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
const page = typeof document === "object" ? document : null;
const base = page?.currentScript?.src ?? location.href;
const blocked = new Set();

/** Why the page does not start: the name of a sentence, and what to put into it. */
async function causeOf(error) {
    if (location.protocol === "file:") return ["file"];
    if (typeof WebAssembly !== "object") return ["wasm"];
    try {
        new WebAssembly.Module(EMPTY_MODULE);
    } catch {
        return ["policy", "script-src"];
    }
    for (const [name, type] of FILES) {
        let response;
        try {
            response = await fetch(new URL(name, base));
        } catch {
            // The event that says which directive forbids it is a task of its own.
            await new Promise((done) => setTimeout(done));
            if (blocked.size) return ["policy", [...blocked].join(", ")];
            return origin === "null" ? ["frame"] : ["connection", name];
        }
        const sent = response.headers.get("Content-Type");
        response.body?.cancel();
        if (!response.ok) return ["missing", `${name} (${response.status})`];
        if (!type.test(sent)) return ["type", `${name} (${sent})`];
    }
    return ["other", String(error)];
}

function show(cause, detail) {
    page.querySelectorAll(".starting-wait, .starting-help").forEach((element) => element.remove());
    const sentence = page.querySelector(`[data-cause="${cause}"]`);
    if (!sentence) return;
    sentence.querySelectorAll("output").forEach((place) => place.textContent = detail);
    sentence.hidden = false;
}

addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
    // A picture or a style that is forbidden keeps nothing from starting.
    if (/^(script|connect)-src/.test(effectiveDirective)) blocked.add(effectiveDirective);
});
// By its whole address: a script of another origin has none to which a part of one could be added.
import(new URL("faultlab-www.js", base)).then((program) => program.default()).catch(async (error) => {
    // A worker has nothing to show; the page that started it learns of the error.
    if (!page) return reportError(error);
    console.error(error);
    show(...await causeOf(error));
});
