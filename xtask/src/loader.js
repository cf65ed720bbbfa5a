// Fetches the parts of the page. `xtask/src/split.rs` writes this file over the splitter's own, which would take one request for each
// of the hundreds of modules; here the modules that a part needs come in one file.
import { initSync } from "./faultlab-www.js";

/** Parts by name, and modules that several parts share by number: each is brought in once. */
const promises = new Map();

/** The promise under a key, made if there is none. A failure is not kept, so that asking again tries again. */
function once(key, begin) {
    if (!promises.has(key)) {
        const promise = begin();
        promises.set(key, promise);
        promise.catch(() => promises.delete(key));
    }
    return promises.get(key);
}

/** A part's file: how many modules, then for each its number (0: the part's own) and its length, as 32-bit words; then the modules. */
async function open(part) {
    const response = await fetch(new URL(`./part_${part}.wasm`, import.meta.url));
    if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
    const file = await response.arrayBuffer();
    const [count] = new Uint32Array(file, 0, 1);
    const table = new Uint32Array(file, 4, 2 * count);
    const imports = { __wasm_split: initSync() };
    let end = 4 + table.byteLength;
    await Promise.all(Array.from({ length: count }, (_, index) => {
        const [number, length] = table.subarray(2 * index);
        const module = new Uint8Array(file, end, length);
        end += length;
        const instantiate = () => WebAssembly.instantiate(module, imports);
        return number ? once(number, instantiate) : instantiate();
    }));
}

/** What the program calls to have a part, and how it learns that the part is here. */
function loader(part) {
    return async (callback, given) => {
        let success = true;
        try {
            await once(part, () => open(part));
        } catch (error) {
            console.error(error);
            success = false;
        }
        initSync().__indirect_function_table.get(callback)(given, success);
    };
}
